import type { Rectangle } from "../geometry.js";

/** Places for colours: four times as many as are ever counted, so that few share one. */
const SLOTS = 4_096;
const SLOT_BITS = 12;
/** The golden ratio as a 32-bit fraction: spreads neighbouring colours over the places. */
const SPREAD = 0x9e_37_79_b1;

/** Counts the colours of a part of a picture. Keeps its memory between counts; not to be used for two at once. */
export class ColourCounter {
  readonly #colours = new Uint32Array(SLOTS);
  /** The count in which a place was last taken: a place of an earlier one is free. */
  readonly #takenIn = new Uint32Array(SLOTS);
  #count = 0;

  /**
   * How many colours there are; `limit + 1` as soon as there are more.
   * @param words the picture's pixels
   * @param stride pixels of its row
   * @param limit 1,024 at the most
   */
  count(words: Uint32Array, stride: number, part: Rectangle, limit: number): number {
    this.#count = (this.#count + 1) >>> 0;
    if (this.#count === 0) this.#forgetAll();
    let found = 0;
    let last = -1;
    for (let y = part.y; y < part.y + part.height; y++) {
      const start = y * stride + part.x;
      for (let at = start; at < start + part.width; at++) {
        const colour = words[at] ?? 0;
        if (colour === last) continue;
        last = colour;
        if (!this.#take(colour)) continue;
        found++;
        if (found > limit) return found;
      }
    }
    return found;
  }

  /** Whether this colour is new in this count. */
  #take(colour: number): boolean {
    let slot = Math.imul(colour, SPREAD) >>> (32 - SLOT_BITS);
    while (this.#takenIn[slot] === this.#count) {
      if (this.#colours[slot] === colour) return false;
      slot = (slot + 1) % SLOTS;
    }
    this.#takenIn[slot] = this.#count;
    this.#colours[slot] = colour;
    return true;
  }

  /** After four thousand million counts their number begins again: places of the first round must not look taken. */
  #forgetAll(): void {
    this.#takenIn.fill(0);
    this.#count = 1;
  }
}
