import type Sharp from "sharp";

/** How a part of a picture is written. */
export interface WebpOptions {
  /** True: exactly these pixels. */
  readonly lossless: boolean;
  /** 1 to 100, of what is not lossless. */
  readonly quality: number;
  /** As libwebp counts, 0 (quick) to 6. */
  readonly effort: number;
}

/** Writes WebP images. */
export type WebpEncoder = (
  /** RGBA, opaque, without gaps. Must stay as they are until the image is there. */
  pixels: Uint8Array,
  width: number,
  height: number,
  options: WebpOptions,
) => Promise<Uint8Array>;

/**
 * Loads the native encoder. One thread an image, since several images are written at once, and no cache: no picture comes
 * twice. Opaque pixels are written without an alpha channel. Rejects when the native part is missing here.
 */
export async function loadWebp(): Promise<WebpEncoder> {
  const sharp: typeof Sharp = (await import("sharp")).default;
  sharp.concurrency(1);
  sharp.cache(false);
  return async (pixels, width, height, { lossless, quality, effort }) =>
    await sharp(pixels, { raw: { width, height, channels: 4 } })
      .webp({ lossless, quality: lossless ? 100 : quality, effort })
      .toBuffer();
}
