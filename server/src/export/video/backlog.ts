import { type PaintEvent, type PaintedRectangle, uncovered } from "@reeltime/recorder/protocol";
import { MAX_FRAME_AREAS, MAX_FRAME_IMAGE_BYTES, MAX_FRAME_RECTANGLES, MIN_FRAME_PIXELS } from "../limits.js";
import type { VideoSize } from "./arrangement.js";

/** What is to be done to a picture to have it as it was said to be. */
export interface Due {
  /** Of what was there before, nothing is. */
  readonly clears: boolean;
  /** It was painted, be it that nothing of that is left: it is there, and black where nothing is painted. */
  readonly painted: boolean;
  /** To be painted in this order. Each lies in the picture. */
  readonly rectangles: readonly PaintedRectangle[];
  /** Rectangles that are past what is decoded for one frame. */
  readonly dropped: number;
}

/**
 * What was painted of one picture since the last frame of the video. Nothing is decoded before that frame is due: what is hidden
 * by then, by a later paint as by a later rectangle of the same one, never is. How much it holds, and hands on, is bounded.
 */
export class Backlog {
  #clears = false;
  #painted = false;
  #rectangles: PaintedRectangle[] = [];
  #bytes = 0;
  #dropped = 0;

  /** Something was painted, be it that nothing of that is left. */
  get painted(): boolean {
    return this.#painted;
  }

  /** Of the images that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a paint of a picture of this size. Answers how many of its rectangles lie in it. */
  add({ whole, rectangles }: PaintEvent, size: VideoSize): number {
    if (whole) {
      this.#clears = true;
      this.#rectangles = [];
      this.#bytes = 0;
    }
    let inside = 0;
    for (const rectangle of rectangles) {
      const { x, y, width, height, image } = rectangle;
      if (x + width > size.width || y + height > size.height) continue;
      inside += 1;
      this.#bytes += image.length;
      // A copy of its own bytes: what waits must not keep the whole frame that they lie in.
      this.#rectangles.push({ ...rectangle, image: new Uint8Array(image) });
    }
    if (inside > 0) this.#painted = true;
    if (this.#rectangles.length > 2 * MAX_FRAME_RECTANGLES || this.#bytes > 2 * MAX_FRAME_IMAGE_BYTES)
      this.#thin(size);
    return inside;
  }

  /** What there is to do; then there is nothing more. */
  take(size: VideoSize): Due {
    this.#thin(size);
    const due = {
      clears: this.#clears,
      painted: this.#painted,
      rectangles: this.#rectangles,
      dropped: this.#dropped,
    };
    this.#clears = false;
    this.#painted = false;
    this.#rectangles = [];
    this.#bytes = 0;
    this.#dropped = 0;
    return due;
  }

  #thin(size: VideoSize): void {
    const { rectangles, dropped } = seen(this.#rectangles, size);
    this.#rectangles = [...rectangles];
    this.#bytes = rectangles.reduce((sum, { image }) => sum + image.length, 0);
    this.#dropped += dropped;
  }
}

/**
 * Of rectangles in the order in which they are painted, those that are seen: each that later ones hide is left out, also where
 * those turn out to be no images. What then is past the limits of a frame is dropped, the first ones first.
 */
export function seen(
  rectangles: readonly PaintedRectangle[],
  { width, height }: VideoSize,
): Pick<Due, "rectangles" | "dropped"> {
  const all = uncovered(rectangles, width, height);
  let pixels = Math.max(width * height * MAX_FRAME_AREAS, MIN_FRAME_PIXELS);
  let bytes = MAX_FRAME_IMAGE_BYTES;
  let first = all.length;
  for (const least = Math.max(0, all.length - MAX_FRAME_RECTANGLES); first > least; first--) {
    const next = all[first - 1];
    if (next === undefined) break;
    pixels -= next.width * next.height;
    bytes -= next.image.length;
    if (pixels < 0 || bytes < 0) break;
  }
  return { rectangles: all.slice(first), dropped: first };
}
