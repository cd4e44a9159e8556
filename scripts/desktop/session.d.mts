import type { Fact, Frame, ScreenEvent } from "@reeltime/recorder/protocol";

/** A captured picture: four bytes a pixel, red first, opaque. */
export interface SyntheticPicture {
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

/** What a synthetic session is made of. */
export interface SyntheticOptions {
  /** Epoch ms at which the story begins. */
  readonly startMs: number;
  /** Points; default 1440. */
  readonly width?: number;
  /** Points; default 900. */
  readonly height?: number;
  /** Pixels a point, whole; default 1. */
  readonly scale?: number;
  /** 1 or 2; default 1. */
  readonly displays?: number;
  /** Of lossy images; default 75. */
  readonly quality?: number;
}

/** What one capture told of one display. */
export interface SyntheticCapture {
  /** Events that belong to the frame before this one's checkout. */
  readonly before: readonly ScreenEvent[];
  readonly events: readonly ScreenEvent[];
  /** `events` begin with a checkout. */
  readonly checkout: boolean;
  readonly facts: readonly Fact[];
  readonly inputMs: number | undefined;
}

/** Records the story, a capture at a time. */
export class SyntheticRecorder {
  constructor(options: SyntheticOptions);
  /** Milliseconds of the story; it begins again after that. */
  readonly lengthMs: number;
  /** As they were captured last, one a display. */
  readonly pictures: readonly SyntheticPicture[];
  /** The next capture, of every display or of one, tells a whole picture. */
  askCheckout(display?: number): void;
  /** Captures all displays at a time in epoch ms, later than the one before. */
  capture(atMs: number): Promise<readonly SyntheticCapture[]>;
}

/** A frame without the writer and number that whoever sends it gives. */
export type SyntheticFrame = Omit<Frame, "writer" | "number">;

/** Gathers what captures tell of one window into frames; a checkout begins its own. */
export class FrameGatherer {
  constructor(window: string);
  /** Returns the frame that a checkout ends, if it does. */
  take(capture: SyntheticCapture): SyntheticFrame | undefined;
  flush(): SyntheticFrame | undefined;
}

/** A whole session as encoded frames, in the order in which they would be sent. */
export function syntheticFrames(
  options: SyntheticOptions & {
    /** Default: the story once. */
    readonly lengthMs?: number;
    /** Captures a second; default 10. */
    readonly fps?: number;
    /** Milliseconds between two frames; default 1,000. */
    readonly flushMs?: number;
    /** Begins the ids of windows and writers. */
    readonly name?: string;
    /** Is told every capture. */
    readonly onPicture?: (picture: SyntheticPicture, atMs: number, display: number) => void;
  },
): AsyncGenerator<{ readonly atMs: number; readonly bytes: Uint8Array; readonly frame: SyntheticFrame }>;
