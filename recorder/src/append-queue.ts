import { RecorderError } from "./errors.js";
import { MAX_WAITING_APPENDS, MAX_WAITING_BYTES } from "./limits.js";
import type { ClosedRecord, CloseReason, Summary } from "./protocol/index.js";
import type { AppendOutcome, AppendRequest } from "./types.js";
import type { WriterClock } from "./writer-clock.js";

/** What became of a close. */
export type CloseOutcome = "closed" | "already-closed" | "missing";

/** An append that waits for its outcome. */
export interface WaitingAppend {
  readonly type: "append";
  readonly request: AppendRequest;
  /** Monotonic ms. */
  readonly sinceMs: number;
  /** It was sent once, so what repeats now may be its own. */
  tried: boolean;
  /** The stream was read after it came, so a gap is one. */
  checked: boolean;
  /** What is believed of its writer's clock, once it was judged: an upload counts once, however often it is proposed. */
  clock: WriterClock | undefined;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: RecorderError) => void;
}

/** A close that waits for its outcome. */
export interface WaitingClose {
  readonly type: "close";
  readonly reason: CloseReason;
  /** Monotonic ms. */
  readonly sinceMs: number;
  /** What was sent, when its outcome is unknown. */
  tried: { readonly closed: ClosedRecord; readonly summary: Summary } | undefined;
  readonly resolve: (outcome: CloseOutcome) => void;
  readonly reject: (error: RecorderError) => void;
}

/** One of the two. */
export type Waiting = WaitingAppend | WaitingClose;

/** What waits its turn on one session, in order and bounded. */
export class AppendQueue {
  #waiting: Waiting[] = [];
  #bytes = 0;

  get length(): number {
    return this.#waiting.length;
  }

  /** Adds one at the end. Throws `RecorderError` `unavailable` when too many wait already. */
  push(waiting: Waiting): void {
    const bytes = sizeOf(waiting);
    const full = this.#waiting.length >= MAX_WAITING_APPENDS || this.#bytes + bytes > MAX_WAITING_BYTES;
    if (full && this.#waiting.length > 0) {
      throw new RecorderError("unavailable", "too much waits to be appended to this session");
    }
    this.#waiting.push(waiting);
    this.#bytes += bytes;
  }

  /** Puts those back that were taken, before all others. */
  putBack(taken: readonly Waiting[]): void {
    this.#waiting = [...taken, ...this.#waiting];
    for (const waiting of taken) this.#bytes += sizeOf(waiting);
  }

  /** The next one, without taking it. */
  peek(): Waiting | undefined {
    return this.#waiting[0];
  }

  /** Takes the next one. */
  take(): Waiting | undefined {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) this.#bytes -= sizeOf(waiting);
    return waiting;
  }

  /** Takes all of which `which` is true. */
  takeAll(which: (waiting: Waiting) => boolean): readonly Waiting[] {
    const taken = this.#waiting.filter(which);
    this.#waiting = this.#waiting.filter((waiting) => !which(waiting));
    for (const waiting of taken) this.#bytes -= sizeOf(waiting);
    return taken;
  }
}

const sizeOf = (waiting: Waiting): number =>
  waiting.type === "close" ? 0 : waiting.request.frames.reduce((sum, { bytes }) => sum + bytes.length, 0);
