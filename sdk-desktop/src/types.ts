import type { Rectangle } from "./geometry.js";

export type { Point, Rectangle } from "./geometry.js";

/** Who is using the app: their id, and what else should be searchable of them. */
export interface User {
  readonly id: string;
  readonly [trait: string]: string | number | boolean;
}

/** What else is known of an event or a user. */
export type Detail = Readonly<Record<string, string | number | boolean>>;

/** `video`: pictures only. `events`: input and facts only, not a pixel. `hybrid`: both. */
export type RecorderMode = "video" | "events" | "hybrid";

/**
 * Which windows a rule means. A text means every window whose title or app holds it, in any case of letters; a pattern every
 * window whose title or app it matches; both given, both must match.
 */
export type WindowMatch =
  | string
  | RegExp
  | {
      readonly title?: string | RegExp;
      readonly app?: string | RegExp;
    };

/**
 * What is recorded. `displays`: all of them. `display`: the one with this id, or at this place in the list, from 0.
 * `own-window`: the windows of this process. `window`: the first that has all that is given; `handle` as the system
 * numbers windows.
 */
export type Target =
  | { readonly kind: "displays" }
  | { readonly kind: "display"; readonly id: string | number }
  | { readonly kind: "own-window" }
  | {
      readonly kind: "window";
      readonly title?: string | RegExp;
      readonly app?: string | RegExp;
      readonly pid?: number;
      readonly handle?: number;
    };

/** A part of the desktop that is always black. In the desktop's points, or from the corner of the display that is named. */
export interface DeniedRectangle extends Rectangle {
  readonly display?: string;
}

/** What a desktop recorder is made of. The words mean what they mean to the browser's SDK. */
export interface RecorderOptions {
  /** The project's public key, `pk_…`. It can write and nothing else. */
  readonly projectKey: string;
  /** The collector's address, such as `https://replay.example.com`, without a slash at its end. */
  readonly apiHost: string;
  /** Share of runs to record, 0 to 1. Default 1. */
  readonly sampleRate?: number;
  /** As `identify` would be told. */
  readonly user?: User;
  /** Default `hybrid`. */
  readonly mode?: RecorderMode;
  /** Default: all displays. */
  readonly target?: Target;
  /** Frames a second at the most, 1 to 30; fewer are taken while little changes. Default 10. */
  readonly fps?: number;
  /** Of what is not sent exactly, 1 to 100. Default 75. */
  readonly quality?: number;
  /** Bytes of pictures a second to spend, on the average of some seconds. Default 250,000. */
  readonly maxBytesPerSecond?: number;
  /** Windows that are black, with their menus and dialogs, before anything else sees them. */
  readonly denyWindows?: readonly WindowMatch[];
  /** Parts of the desktop that are black. */
  readonly denyRectangles?: readonly DeniedRectangle[];
  /** Titles and apps of windows in what clicks and changes of window say. Default true. */
  readonly recordTitles?: boolean;
  /** A folder for what an outage holds back, readable by its user only. Default: one of this app's in the user's cache. */
  readonly spoolFolder?: string | false;
  /** Bytes the folder may hold. Default 256 MiB. */
  readonly maxSpoolBytes?: number;
  /** Told once of each thing that does not work, with what to do about it. Default: to standard error. */
  readonly onTrouble?: (trouble: Trouble) => void;
}

/** What can be wrong with recording here; the codes are part of the API. */
export type TroubleCode =
  | "no_display"
  | "display_lost"
  | "wayland"
  | "no_permission"
  | "missing_library"
  | "capture_failed"
  | "capture_lost"
  | "input_failed"
  | "input_lost"
  | "target_not_found"
  | "spool_failed"
  | "spool_full"
  | "no_server"
  | "refused"
  | "invalid_options";

/** Something that does not work: never thrown into the app. `message` says what to do, in words for who knows nothing of it. */
export interface Trouble {
  readonly code: TroubleCode;
  readonly message: string;
}

/** What a recorder does now. */
export interface RecorderStatus {
  /** `idle`: before `start`. `stopped`: for good, or until `start`. */
  readonly state: "idle" | "recording" | "paused" | "stopped";
  readonly sessionId: string | undefined;
  /** Frames captured in the last second, over all pictures; 0 while nothing is. */
  readonly fps: number;
  /** Bytes handed to be sent in the last second. */
  readonly bytesPerSecond: number;
  /** Frames, bytes and captures since `start`. */
  readonly framesSent: number;
  readonly bytesSent: number;
  /** Captures that were not made because what waits was full: nothing is lost by it. */
  readonly skipped: number;
  /** Events that were lost, and told so in the session; once it has stopped, also those that could not be sent and are not on the disk. */
  readonly lost: number;
  /** Bytes that wait on the disk, when it has stopped for the next start; 0 while the disk fails. */
  readonly spooledBytes: number;
  readonly watched: boolean;
  /** What does not work now. */
  readonly troubles: readonly Trouble[];
}

/** A desktop recorder. None of it throws, or ends the app. */
export interface Recorder {
  /** Begins, in a new session. Resolves when that is open, or when it is known why it is not, after five seconds at the most. */
  start(): Promise<void>;
  /** Sends what there is and ends the session. Resolves when that is done, or after ten seconds. */
  stop(): Promise<void>;
  /** Records nothing more until `resume`; the session stays open. */
  pause(): void;
  /** Goes on after `pause`. */
  resume(): void;
  /** Says who is using the app. */
  identify(id: string, traits?: Detail): void;
  /** Says that something happened. */
  event(name: string, detail?: Detail): void;
  /** Records something else from now on, in the same session. */
  setTarget(target: Target): void;
  /** Where somebody signed in can watch this session, also when it has been stopped; `undefined` before it is open. */
  getSessionUrl(): string | undefined;
  readonly status: RecorderStatus;
}
