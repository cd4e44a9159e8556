import sharp from "sharp";

/**
 * Decodes WebP, and nothing else: images come from whoever could write a session, so no other decoder is within their reach.
 * Runs in a job's own process. sharp is imported here alone.
 */
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: ["VipsForeignLoadWebp"] });
sharp.cache(false);
sharp.concurrency(1);

/**
 * Decodes an image to red, green and blue, a byte each, row by row. What is transparent is shown on black.
 * `undefined`: it is no WebP of exactly this size.
 */
export async function decodeWebp(
  image: Uint8Array,
  width: number,
  height: number,
): Promise<Uint8Array | undefined> {
  try {
    const { data, info } = await sharp(image, { limitInputPixels: width * height, failOn: "error" })
      .flatten({ background: "#000" })
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    return info.width === width && info.height === height && info.channels === 3 ? data : undefined;
  } catch {
    // Garbage, another format, or larger than it said: all the same to a viewer.
    return undefined;
  }
}
