/** The worker that decodes a player's images, so that its page never stands still for it. */
import { decodeImage, type EncodedImage } from "./decode-image.js";

/** What the worker is asked: to decode images. */
export interface DecodeRequest {
  readonly id: number;
  readonly images: readonly EncodedImage[];
}

/** Its answer: as many as were asked for, `undefined` for each that cannot be decoded. */
export interface DecodeAnswer {
  readonly id: number;
  readonly bitmaps: readonly (ImageBitmap | undefined)[];
}

addEventListener("message", ({ data }: MessageEvent<DecodeRequest>) => {
  void Promise.all(data.images.map(decodeImage)).then((bitmaps) => {
    const transfer = bitmaps.filter((bitmap) => bitmap !== undefined);
    postMessage({ id: data.id, bitmaps } satisfies DecodeAnswer, { transfer });
  });
});
