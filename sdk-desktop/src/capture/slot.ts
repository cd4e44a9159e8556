import type { PictureState } from "@reeltime/recorder/protocol";
import type { TargetPicture } from "../windows/target.js";
import type { DisplayView } from "./display-view.js";
import { PaintEncoder } from "./encode.js";
import { Picture } from "./picture.js";
import type { Ticks } from "./rate.js";
import { blackImage, type RawImage } from "./raw-image.js";
import type { WebpEncoder } from "./webp.js";

/** One picture while it is captured: what is known of it, and where its current capture has got to. */
export class Slot implements Ticks {
  readonly picture = new Picture();
  readonly encoder: PaintEncoder;
  /** Of the display, where the picture is one. */
  readonly view: DisplayView;
  target: TargetPicture;
  tickMs = Number.NEGATIVE_INFINITY;
  notBeforeMs = Number.NEGATIVE_INFINITY;
  drawnMs: number | undefined;
  actedMs = Number.NEGATIVE_INFINITY;
  /** From the capture until its paint is answered: it is not captured again meanwhile. */
  busy = false;
  /** The paint that was sent, and not answered yet. */
  awaiting: number | undefined;
  /** Captures on end that failed. */
  failures = 0;
  /** What was said of it last. */
  reported: PictureState | undefined;
  #black: RawImage | undefined;

  constructor(target: TargetPicture, encode: WebpEncoder, view: DisplayView) {
    this.target = target;
    this.encoder = new PaintEncoder(encode);
    this.view = view;
  }

  /** An image of this size to show in place of a capture: what was accepted last, if `image` says so, or black. */
  substitute(keepLast: boolean, width: number, height: number): RawImage {
    const last = keepLast ? this.picture.image : undefined;
    if (last?.width === width && last.height === height) return last;
    if (this.#black?.width !== width || this.#black.height !== height)
      this.#black = blackImage(width, height);
    return this.#black;
  }
}
