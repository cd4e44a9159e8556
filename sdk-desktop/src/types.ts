/** A point on a display, in its own pixels from its upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A part of a display, in its own pixels. */
export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

/** Who is using the app: their id, and what else should be searchable of them. */
export interface User {
  readonly id: string;
  readonly [trait: string]: string | number | boolean;
}

/** What a desktop recorder is made of. */
export interface RecorderOptions {
  /** The project's public key, `pk_…`. It can write and nothing else. */
  readonly projectKey: string;
  /** The collector's address, such as `https://replay.example.com`. */
  readonly apiHost: string;
  /** Share of runs to record, 0 to 1. Default 1. */
  readonly sampleRate?: number;
  /** As `identify` would be told. */
  readonly user?: User;
  /** Displays to record, by their ids. Default: the primary one. */
  readonly displays?: readonly number[];
  /** Windows that are blacked out before anything else sees them, by title or app. */
  readonly denyWindows?: readonly (string | RegExp)[];
  /** Parts of the screen that are blacked out. */
  readonly denyRectangles?: readonly Rectangle[];
  /** Frames a second at the most, 1 to 10; the recorder takes fewer when little changes. Default 4. */
  readonly maxFramesPerSecond?: number;
  /** Bytes a second to spend at the most. Default 100,000. */
  readonly maxBytesPerSecond?: number;
  /** Record pointer, clicks, scrolling and which shortcut keys; typed characters never. Default true. */
  readonly recordInput?: boolean;
  /** A folder for what an outage holds back. Default: none, in memory. */
  readonly offlineFolder?: string;
}

/** A running desktop recorder. */
export interface Recorder {
  /** Says who is using the app. */
  identify(id: string, traits?: Readonly<Record<string, string | number | boolean>>): void;
  /** Says that something happened. */
  event(name: string, detail?: Readonly<Record<string, string | number | boolean>>): void;
  /** Records nothing more until `resume`; the session stays open. */
  pause(): void;
  /** Goes on after `pause`. */
  resume(): void;
  /** Where somebody signed in can watch this session; `undefined` while it is not open. */
  getSessionUrl(): string | undefined;
  /** Sends what there is and ends the session. */
  stop(): Promise<void>;
}
