import { blackImage, type RawImage, wordsOf } from "../../src/capture/raw-image.js";
import type { Rectangle } from "../../src/geometry.js";

/** Numbers that look random, and are the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** An opaque colour as a word of memory. */
export const colour = (red: number, green: number, blue: number): number =>
  (0xff_00_00_00 | (blue << 16) | (green << 8) | red) >>> 0;

/** An image of one colour. */
export function plain(width: number, height: number, word = colour(250, 250, 250)): RawImage {
  const image = blackImage(width, height);
  wordsOf(image).fill(word);
  return image;
}

export const copyOf = (image: RawImage): RawImage => ({
  ...image,
  pixels: Buffer.from(Uint8Array.from(image.pixels).buffer),
});

/** Fills a part with as many colours, spread so that its neighbours differ. */
export function fillWith(image: RawImage, part: Rectangle, colours: number, seed = 1): void {
  const random = randomNumbers(seed);
  const words = wordsOf(image);
  let at = 0;
  for (let y = part.y; y < part.y + part.height; y++)
    for (let x = part.x; x < part.x + part.width; x++) {
      // Each once at first, so that all of them are there.
      const index = at < colours ? at : Math.floor(random() * colours);
      words[y * image.width + x] = colour(index & 0xff, (index >> 8) & 0xff, (index * 37 + seed) & 0xff);
      at++;
    }
}

/** One pixel, changed. */
export function touch(image: RawImage, x: number, y: number): RawImage {
  const touched = copyOf(image);
  const words = wordsOf(touched);
  words[y * image.width + x] = ((words[y * image.width + x] ?? 0) ^ 0x00_00_00_01) >>> 0;
  return touched;
}
