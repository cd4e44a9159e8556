import { CHECKOUT_FLOOR_BYTES, CHECKOUT_MULTIPLE } from "./limits.js";

/** What a paint weighed, by what it was for. In bytes. */
export interface PaintWeight {
  readonly whole: boolean;
  /** Of what was new, and of what was sent again exactly after it had been; of a whole paint, all of it. */
  readonly bytes: number;
  /** Of what was sent again exactly and had not changed since the last whole paint: part of that one's price. */
  readonly wholeRefinedBytes: number;
}

/**
 * When a picture's next whole paint is due: they are paid for by bytes, not by a clock. Due at first, when asked for, and
 * when the paints since the last one weigh a multiple of it.
 */
export class CheckoutLedger {
  #asked = true;
  /** Of the last whole paint and its refinement: as much as the next one will cost again. */
  #wholeBytes = 0;
  /** Of paints since. That refinement is none of it: a picture that stands still would never come to rest. */
  #bytesSince = 0;

  get due(): boolean {
    return (
      this.#asked || this.#bytesSince > Math.max(CHECKOUT_FLOOR_BYTES, CHECKOUT_MULTIPLE * this.#wholeBytes)
    );
  }

  /** The next paint is to be a whole one. */
  ask(): void {
    this.#asked = true;
  }

  /** A paint was accepted. */
  paid({ whole, bytes, wholeRefinedBytes }: PaintWeight): void {
    if (whole) {
      this.#asked = false;
      this.#wholeBytes = bytes;
      this.#bytesSince = 0;
    } else {
      this.#bytesSince += bytes;
      this.#wholeBytes += wholeRefinedBytes;
    }
  }
}
