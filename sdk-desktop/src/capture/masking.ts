import type { Rectangle } from "../geometry.js";
import { BLACK, type RawImage, wordsOf } from "./raw-image.js";

/**
 * Makes parts of an image black and opaque, in place: what was there is gone from memory.
 * @param areas in the image's pixels; rounded outward, and cut to the image
 */
export function blacken(image: RawImage, areas: readonly Rectangle[]): void {
  const words = wordsOf(image);
  for (const area of areas) {
    const left = Math.max(Math.floor(area.x), 0);
    const right = Math.min(Math.ceil(area.x + area.width), image.width);
    const top = Math.max(Math.floor(area.y), 0);
    const bottom = Math.min(Math.ceil(area.y + area.height), image.height);
    if (right <= left) continue;
    for (let y = top; y < bottom; y++) words.fill(BLACK, y * image.width + left, y * image.width + right);
  }
}
