import type { Part } from "./coverage.js";

/** Device pixels around a changed part that its scaling reaches into. */
const REACH = 4;

/**
 * Shows a picture in whatever room its element has, one canvas pixel to one of the device's, so that it is as sharp as
 * it can be: untouched where a pixel of it is one or several whole ones of the device, else scaled with care.
 */
export class SharpView {
  readonly canvas = document.createElement("canvas");
  readonly #picture: HTMLCanvasElement;
  readonly #sizes: ResizeObserver;

  /** @param picture the exact pixels */
  constructor(picture: HTMLCanvasElement) {
    this.#picture = picture;
    this.canvas.className = "shown";
    this.#sizes = new ResizeObserver(([entry]) => {
      if (entry !== undefined) this.#resize(entry);
    });
    try {
      this.#sizes.observe(this.canvas, { box: "device-pixel-content-box" });
    } catch {
      // Safari does not know that box; the size in CSS pixels is nearly as good.
      this.#sizes.observe(this.canvas);
    }
  }

  /** Draws a part of the picture, in its own pixels, as it is now. */
  draw({ x, y, width, height }: Part): void {
    const { canvas } = this;
    const picture = this.#picture;
    if (canvas.width === 0 || canvas.height === 0 || picture.width === 0 || picture.height === 0) return;
    const context = canvas.getContext("2d", { alpha: false });
    if (context === null) return;
    const across = canvas.width / picture.width;
    const down = canvas.height / picture.height;
    const whole = Number.isInteger(across) && Number.isInteger(down);
    const left = Math.floor(x * across) - REACH;
    const top = Math.floor(y * down) - REACH;
    context.save();
    context.beginPath();
    context.rect(
      left,
      top,
      Math.ceil((x + width) * across) + REACH - left,
      Math.ceil((y + height) * down) + REACH - top,
    );
    context.clip();
    context.imageSmoothingEnabled = !whole;
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    context.restore();
  }

  /** Lets go. */
  close(): void {
    this.#sizes.disconnect();
    this.canvas.width = 0;
  }

  #resize(entry: ResizeObserverEntry): void {
    const [device] = (entry.devicePixelContentBoxSize as readonly ResizeObserverSize[] | undefined) ?? [];
    const ratio = device === undefined ? devicePixelRatio : 1;
    const width = Math.round((device?.inlineSize ?? entry.contentRect.width) * ratio);
    const height = Math.round((device?.blockSize ?? entry.contentRect.height) * ratio);
    if (width === this.canvas.width && height === this.canvas.height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.draw({ x: 0, y: 0, width: this.#picture.width, height: this.#picture.height });
  }
}
