import type { Draft } from "@reeltime/recorder/uploader";
import { Meter } from "./meter.js";

/** What a run has done so far, in numbers. */
export class Tally {
  readonly #captures: Meter;
  readonly #bytes: Meter;
  #framesSent = 0;
  #bytesSent = 0;
  #skipped = 0;
  #lost = 0;

  constructor(nowMs: () => number) {
    this.#captures = new Meter(nowMs);
    this.#bytes = new Meter(nowMs);
  }

  /** The numbers as the status has them. */
  get figures(): {
    readonly fps: number;
    readonly bytesPerSecond: number;
    readonly framesSent: number;
    readonly bytesSent: number;
    readonly skipped: number;
    readonly lost: number;
  } {
    return {
      fps: this.#captures.perSecond,
      bytesPerSecond: this.#bytes.perSecond,
      framesSent: this.#framesSent,
      bytesSent: this.#bytesSent,
      skipped: Math.floor(this.#skipped),
      lost: this.#lost,
    };
  }

  /** A picture was captured. */
  captured(): void {
    this.#captures.add(1);
  }

  /** A frame was handed over to be sent. */
  sent({ body }: Draft): void {
    this.#framesSent += 1;
    this.#bytesSent += body.length;
    this.#bytes.add(body.length);
  }

  /** So many captures were not made for want of room; may be a part of one. */
  skipped(captures: number): void {
    this.#skipped += captures;
  }

  /** So many events or facts more were lost. */
  lost(events: number): void {
    this.#lost += events;
  }
}
