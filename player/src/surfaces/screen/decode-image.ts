/** An encoded image, and the size it must turn out to have. */
export interface EncodedImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** Decodes a WebP image to exactly the pixels in it. `undefined` for one that cannot be decoded, or is of another size. Never throws. */
export async function decodeImage({ bytes, width, height }: EncodedImage): Promise<ImageBitmap | undefined> {
  try {
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/webp" }), {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
    if (bitmap.width === width && bitmap.height === height) return bitmap;
    bitmap.close();
  } catch {
    // A damaged image: its place stays as it was, and it is counted.
  }
  return undefined;
}
