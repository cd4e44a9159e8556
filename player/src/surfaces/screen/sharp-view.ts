import type { PicturePart } from "@reeltime/recorder/protocol";

/** Pixels around a changed part that its scaling reaches into. */
const REACH = 4;
/** The most a picture is halved: to a 64th, smaller than anything is shown. */
const MAX_HALVINGS = 6;

/**
 * Shows a picture in whatever room its element has, one canvas pixel to one of the device's, so that it is as sharp as
 * it can be: untouched where a pixel of it is one or several whole ones of the device, else scaled with care. One far
 * smaller than the picture is made by halves, each pixel the mean of four, so that no line of it is passed over.
 */
export class SharpView {
  readonly canvas = document.createElement("canvas");
  readonly #picture: HTMLCanvasElement;
  /** The picture's half, quarter and so on, as far as they are needed. */
  #halves: HTMLCanvasElement[] = [];
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
  draw(part: PicturePart): void {
    const { canvas } = this;
    const picture = this.#picture;
    if (canvas.width === 0 || canvas.height === 0 || picture.width === 0 || picture.height === 0) return;
    let source = picture;
    for (const half of this.#fitHalves()) {
      copyPart(source, half, scaled(part, picture, source), "low");
      source = half;
    }
    const across = canvas.width / source.width;
    const down = canvas.height / source.height;
    const whole = Number.isInteger(across) && Number.isInteger(down);
    copyPart(source, canvas, scaled(part, picture, source), whole ? "none" : across > 1 ? "high" : "low");
  }

  /** Lets go. */
  close(): void {
    this.#sizes.disconnect();
    this.#halves = [];
    this.canvas.width = 0;
  }

  /** As many halves as it takes to come to at most twice what is shown. New ones are drawn whole. */
  #fitHalves(): readonly HTMLCanvasElement[] {
    const { width, height } = this.#picture;
    const ratio = Math.min(width / this.canvas.width, height / this.canvas.height);
    const count = Math.min(MAX_HALVINGS, Math.max(0, Math.floor(Math.log2(ratio))));
    const sizeOf = (index: number): readonly [number, number] => [
      Math.ceil(width / 2 ** (index + 1)),
      Math.ceil(height / 2 ** (index + 1)),
    ];
    const fits =
      this.#halves.length === count &&
      this.#halves.every((half, index) => {
        const [wide, high] = sizeOf(index);
        return half.width === wide && half.height === high;
      });
    if (fits) return this.#halves;
    let source = this.#picture;
    this.#halves = Array.from({ length: count }, (_, index) => {
      const half = document.createElement("canvas");
      [half.width, half.height] = sizeOf(index);
      copyPart(source, half, { x: 0, y: 0, width: source.width, height: source.height }, "low");
      source = half;
      return half;
    });
    return this.#halves;
  }

  #resize(entry: ResizeObserverEntry): void {
    const [device] = (entry.devicePixelContentBoxSize as readonly ResizeObserverSize[] | undefined) ?? [];
    const width = onDevice(entry.contentRect.width, device?.inlineSize);
    const height = onDevice(entry.contentRect.height, device?.blockSize);
    if (width === this.canvas.width && height === this.canvas.height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.draw({ x: 0, y: 0, width: this.#picture.width, height: this.#picture.height });
  }
}

/**
 * A size in the device's pixels: as it was told, unless that is not what it can be. Browsers that act as another device
 * tell it in CSS pixels.
 */
function onDevice(size: number, told: number | undefined): number {
  const near = size * devicePixelRatio;
  return told !== undefined && Math.abs(told - near) < 2 ? told : Math.round(near);
}

/** A part of one canvas where it lies on a larger or smaller copy of it. */
function scaled(part: PicturePart, of: HTMLCanvasElement, on: HTMLCanvasElement): PicturePart {
  const across = on.width / of.width;
  const down = on.height / of.height;
  return { x: part.x * across, y: part.y * down, width: part.width * across, height: part.height * down };
}

/**
 * Draws a part of a canvas onto another that shows all of it at another size. The part is cut out along whole pixels of the
 * other, so that what is drawn there is what drawing it whole would be.
 */
function copyPart(
  from: HTMLCanvasElement,
  to: HTMLCanvasElement,
  part: PicturePart,
  smoothing: "none" | ImageSmoothingQuality,
): void {
  const context = to.getContext("2d", { alpha: false });
  if (context === null) return;
  const { x, y, width, height } = scaled(part, from, to);
  const left = Math.floor(x) - REACH;
  const top = Math.floor(y) - REACH;
  context.save();
  context.beginPath();
  context.rect(left, top, Math.ceil(x + width) + REACH - left, Math.ceil(y + height) + REACH - top);
  context.clip();
  context.imageSmoothingEnabled = smoothing !== "none";
  if (smoothing !== "none") context.imageSmoothingQuality = smoothing;
  context.drawImage(from, 0, 0, to.width, to.height);
  context.restore();
}
