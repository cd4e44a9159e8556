import type { PaintedRectangle } from "@reeltime/recorder/protocol";
import type { Rectangle } from "../geometry.js";
import type { PaintPlan, PlannedRectangle } from "./plan.js";
import { type RawImage, wordsOf } from "./raw-image.js";
import type { WebpEncoder } from "./webp.js";

/** An encoded paint, and what it weighs. */
export interface EncodedPaint {
  readonly rectangles: readonly PaintedRectangle[];
  /** Of what was planned as `new` and `refine`. */
  readonly bytes: number;
  /** Of what was planned as `refine-whole`. */
  readonly wholeRefinedBytes: number;
  /** Of all that was sent again. */
  readonly refinedBytes: number;
}

/** Encodes the parts of a picture, side by side. Keeps its memory between paints; for one at a time. */
export class PaintEncoder {
  readonly #encode: WebpEncoder;
  /** The parts' pixels, one after the other. Parts do not overlap, so a picture's size is always enough. */
  #parts = new Uint32Array();

  constructor(encode: WebpEncoder) {
    this.#encode = encode;
  }

  /** Rejects when the encoder fails. */
  async encode(image: RawImage, plan: PaintPlan): Promise<EncodedPaint> {
    if (this.#parts.length < image.width * image.height)
      this.#parts = new Uint32Array(image.width * image.height);
    let used = 0;
    const encoded = plan.rectangles.map(async (part) => {
      const pixels = this.#parts.subarray(used, used + part.width * part.height);
      used += pixels.length;
      copyPixels(image, part, pixels);
      return paintedRectangle(part, await this.#image(part, pixels));
    });
    const rectangles = await Promise.all(encoded);
    const weigh = (isMeant: (part: PlannedRectangle) => boolean): number =>
      rectangles.reduce((sum, { image: { length } }, at) => {
        const part = plan.rectangles[at];
        return part !== undefined && isMeant(part) ? sum + length : sum;
      }, 0);
    return {
      rectangles,
      bytes: weigh(({ purpose }) => purpose !== "refine-whole"),
      wholeRefinedBytes: weigh(({ purpose }) => purpose === "refine-whole"),
      refinedBytes: weigh(({ purpose }) => purpose !== "new"),
    };
  }

  #image(
    { width, height, exact, quality, effort }: PlannedRectangle,
    pixels: Uint32Array,
  ): Promise<Uint8Array> {
    const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
    return this.#encode(bytes, width, height, { lossless: exact, quality, effort });
  }
}

const paintedRectangle = (
  { x, y, width, height, exact }: PlannedRectangle,
  image: Uint8Array,
): PaintedRectangle => ({ x, y, width, height, exact, image: alone(image) });

/** The bytes in memory of their own: a process that gets a view is sent all of what it is a view of. */
const alone = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);

/** Copies a part's pixels, row by row without gaps. */
function copyPixels(image: RawImage, { x, y, width, height }: Rectangle, to: Uint32Array): void {
  const words = wordsOf(image);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * image.width + x;
    to.set(words.subarray(start, start + width), row * width);
  }
}
