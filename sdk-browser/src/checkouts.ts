import { guard } from "./guard.js";
import { native } from "./native.js";

/** Bytes of events, before compression, between two checkouts at the least: less is quicker to replay than a page is to build. */
const FLOOR_BYTES = 256 * 1024;
/** A checkout is due when the events since the last weigh this many times as much as it did: at most a quarter is spent on checkouts. */
const MULTIPLE = 4;
/** Checkouts may take this share of the page's time, whoever asks for them. */
const TIME_SHARE = 0.02;
const LEAST_GAP_MS = 2_000;

/** Decides when a checkout is taken: paid for by bytes when nobody asks, and never so often that the page feels it. */
export class Checkouts {
  readonly #take: () => void;
  #bytesSince = 0;
  #snapshotBytes = 0;
  #nextMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `take` makes a full snapshot at once. */
  constructor(take: () => void) {
    this.#take = guard(take);
  }

  /** Counts a frame; asks when it is time. */
  count(rawBytes: number, checkout: boolean): void {
    if (checkout) {
      this.#snapshotBytes = rawBytes;
      this.#bytesSince = 0;
    } else {
      this.#bytesSince += rawBytes;
      if (this.#bytesSince > Math.max(FLOOR_BYTES, MULTIPLE * this.#snapshotBytes)) this.ask();
    }
  }

  /** A checkout is wanted: it is taken as soon as it may be. Asking twice is asking once. */
  ask(): void {
    this.#timer ??= native("setTimeout")(
      () => {
        this.#timer = undefined;
        const startMs = performance.now();
        this.#take();
        this.#bytesSince = 0;
        const tookMs = performance.now() - startMs;
        this.#nextMs = Date.now() + Math.max(tookMs / TIME_SHARE, LEAST_GAP_MS);
      },
      Math.max(this.#nextMs - Date.now(), 0),
    );
  }

  /** Forgets what was asked. */
  cancel(): void {
    native("clearTimeout")(this.#timer);
    this.#timer = undefined;
  }
}
