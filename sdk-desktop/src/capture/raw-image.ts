import type { Rectangle } from "../geometry.js";

/** Pixels as they were captured. */
export interface RawImage {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /**
   * Red, green, blue and alpha of each pixel, a byte each, row by row without gaps. Alpha is 255: screens have nothing behind
   * them. Begins at a multiple of 4 in its memory.
   */
  readonly pixels: Buffer;
}

/** A pixel that is black, and opaque, as a word of memory. */
export const BLACK = 0xff_00_00_00;

/** An image's pixels as words of memory, a pixel each: a view, not a copy. Bytes are red first, so a word is ABGR. */
export const wordsOf = ({ pixels, width, height }: RawImage): Uint32Array<ArrayBufferLike> =>
  new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);

/**
 * An image of pixels that were captured, whatever their alpha says. They are made opaque in place, and copied only where they
 * do not begin at a multiple of 4. Throws when there are fewer than the size says.
 */
export function rawImage(pixels: Buffer, width: number, height: number): RawImage {
  const bytes = width * height * 4;
  if (width < 1 || height < 1 || pixels.length < bytes)
    throw new Error(`${pixels.length} bytes are no picture of ${width}x${height}`);
  const image = { width, height, pixels: pixels.byteOffset % 4 === 0 ? pixels : copy(pixels) };
  const words = wordsOf(image);
  for (let at = 0; at < words.length; at++) words[at] = (words[at] ?? 0) | BLACK;
  return image;
}

function copy(pixels: Buffer): Buffer {
  const copied = Buffer.alloc(pixels.length);
  pixels.copy(copied);
  return copied;
}

/** A black image. */
export function blackImage(width: number, height: number): RawImage {
  const image = { width, height, pixels: Buffer.from(new ArrayBuffer(width * height * 4)) };
  wordsOf(image).fill(BLACK);
  return image;
}

/**
 * The same image in memory of its own.
 * @param memory as many bytes as its pixels have; default: new ones
 */
export function copyImage({ width, height, pixels }: RawImage, memory?: Buffer): RawImage {
  const copied = memory ?? Buffer.allocUnsafeSlow(width * height * 4);
  pixels.copy(copied);
  return { width, height, pixels: copied };
}

/** The image with each pixel `scale` by `scale` times: what a display of that scale would give. */
export function enlarge(image: RawImage, scale: number): RawImage {
  const large = blackImage(image.width * scale, image.height * scale);
  const from = wordsOf(image);
  const to = wordsOf(large);
  for (let y = 0; y < large.height; y++) {
    const row = Math.floor(y / scale) * image.width;
    for (let x = 0; x < large.width; x++)
      to[y * large.width + x] = from[row + Math.floor(x / scale)] ?? BLACK;
  }
  return large;
}

/**
 * Copies a part of one image into another.
 * @param part in pixels of `from`, within it
 * @param x where its corner comes to lie in `to`; all of it within `to`
 */
export function copyPart(from: RawImage, part: Rectangle, to: RawImage, x: number, y: number): void {
  for (let row = 0; row < part.height; row++) {
    const start = ((part.y + row) * from.width + part.x) * 4;
    from.pixels.copy(to.pixels, ((y + row) * to.width + x) * 4, start, start + part.width * 4);
  }
}
