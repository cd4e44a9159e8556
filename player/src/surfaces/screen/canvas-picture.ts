import type { PaintedRectangle, PicturePart } from "@reeltime/recorder/protocol";
import { readWebpHeader } from "../../store/webp-header.js";
import type { PictureSize } from "./paint-plan.js";

/** A decoded rectangle, on its way onto a picture. */
export interface DecodedRectangle {
  readonly rectangle: PaintedRectangle;
  readonly bitmap: ImageBitmap;
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** A picture's exact pixels on a canvas: one of its pixels is one of the canvas's. */
export class CanvasPicture {
  readonly canvas: HTMLCanvasElement | OffscreenCanvas;
  readonly #context: Context;

  /** Throws where a browser has no canvas to give. */
  constructor(canvas: HTMLCanvasElement | OffscreenCanvas) {
    this.canvas = canvas;
    const context = canvas.getContext("2d", { alpha: false }) as Context | null;
    if (context === null) throw new Error("the browser gives no canvas");
    this.#context = context;
  }

  get size(): PictureSize {
    return { width: this.canvas.width, height: this.canvas.height };
  }

  /** Makes it all black, of a size. */
  clear({ width, height }: PictureSize): void {
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.#context.fillStyle = "#000";
    this.#context.fillRect(0, 0, width, height);
    this.#context.imageSmoothingEnabled = false;
  }

  /** Paints rectangles in their order and lets their bitmaps go. What an image lets through is black, whatever was there. */
  paint(decoded: readonly DecodedRectangle[]): void {
    for (const { rectangle, bitmap } of decoded) {
      const { x, y, width, height, image } = rectangle;
      if (readWebpHeader(image)?.alpha === true) this.#context.fillRect(x, y, width, height);
      this.#context.drawImage(bitmap, x, y);
      bitmap.close();
    }
  }

  /** Takes all pixels, and the size, of another. */
  copy(other: CanvasPicture): void {
    this.clear(other.size);
    this.#context.drawImage(other.canvas, 0, 0);
  }
}

/** The smallest part that holds all rectangles; `undefined` of none. */
export function boundsOf(rectangles: readonly PicturePart[]): PicturePart | undefined {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = 0;
  let bottom = 0;
  for (const { x, y, width, height } of rectangles) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return rectangles.length === 0 ? undefined : { x: left, y: top, width: right - left, height: bottom - top };
}
