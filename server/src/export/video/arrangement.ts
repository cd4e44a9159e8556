import type { DisplayEvent } from "@reeltime/recorder/protocol";
import { MAX_VIDEO_PIXELS, MAX_VIDEO_SIDE } from "../limits.js";

/** A part of something, in its pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a picture is put: its upper left corner in the video, and how many of the video's pixels one of its own becomes. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly factor: number;
}

/** What of a picture decides where it is put. */
export type Shown = Pick<DisplayEvent, "width" | "height" | "x" | "y" | "scale" | "state">;

/** Whether a picture is put, and looks, as another way of it does. */
export const isShownAs = (one: Shown, other: Shown): boolean =>
  one.width === other.width &&
  one.height === other.height &&
  one.x === other.x &&
  one.y === other.y &&
  one.scale === other.scale &&
  one.state === other.state;

/** Pixels of a video; both are even, since H.264 with 4:2:0 has a chroma sample for two by two. */
export interface VideoSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Which pictures are shown: all that are not closed; where all are, those that were closed last stay. In the order given.
 * @param pictures by any name, with how they are now
 */
export function visible<K>(pictures: ReadonlyMap<K, Shown & { readonly closedAt?: number }>): readonly K[] {
  const open = [...pictures].filter(([, { state }]) => state !== "closed");
  if (open.length > 0) return open.map(([key]) => key);
  const last = Math.max(...[...pictures.values()].map(({ closedAt = 0 }) => closedAt));
  return [...pictures].filter(([, { closedAt = 0 }]) => closedAt === last).map(([key]) => key);
}

/**
 * How large a video is that can hold everything a session shows, one arrangement after another. It is learned before the first
 * frame is made, since a video's size does not change: what is smaller later stands in its middle.
 */
export class Arrangement {
  /** The largest single picture. */
  #width = 1;
  #height = 1;
  /** What several pictures at once have covered, in the desktop's points, and their largest scale. */
  #points: { left: number; top: number; right: number; bottom: number; scale: number } | undefined;

  /** Pictures that are shown together at some time. */
  learn(shown: readonly Shown[]): void {
    if (shown.length === 1) {
      this.#width = Math.max(this.#width, shown[0]?.width ?? 1);
      this.#height = Math.max(this.#height, shown[0]?.height ?? 1);
      return;
    }
    for (const { x, y, width, height, scale } of shown) {
      const known = this.#points;
      this.#points = {
        left: Math.min(known?.left ?? x, x),
        top: Math.min(known?.top ?? y, y),
        right: Math.max(known?.right ?? x, x + width / scale),
        bottom: Math.max(known?.bottom ?? y, y + height / scale),
        scale: Math.max(known?.scale ?? scale, scale),
      };
    }
  }

  /** Of everything that was learned; made smaller, in proportion, where it is past what players decode. */
  get size(): VideoSize {
    const { width, height } = this.content;
    return { width: even(width), height: even(height) };
  }

  /** The part of it, from the upper left, that pictures can fill: the size before it was made even. */
  get content(): VideoSize {
    const { width, height, shrink } = this.#whole;
    const rounded = (pixels: number): number => Math.max(1, Math.ceil(pixels * shrink - 1e-6));
    return { width: rounded(width), height: rounded(height) };
  }

  /** Where pictures that are shown together are put, in the order given. */
  place(shown: readonly Shown[]): readonly Placement[] {
    const { shrink } = this.#whole;
    const { width, height } = this.size;
    const inMiddle = (own: number, all: number): number => Math.max(0, Math.floor((all - own) / 2));
    const points = this.#points;
    if (shown.length === 1 || points === undefined) {
      return shown.map((one) => ({
        x: inMiddle(Math.round(one.width * shrink), width),
        y: inMiddle(Math.round(one.height * shrink), height),
        factor: shrink,
      }));
    }
    const pixels = points.scale * shrink;
    const left = inMiddle(Math.round((points.right - points.left) * pixels), width);
    const top = inMiddle(Math.round((points.bottom - points.top) * pixels), height);
    return shown.map(({ x, y, scale }) => ({
      x: left + Math.round((x - points.left) * pixels),
      y: top + Math.round((y - points.top) * pixels),
      factor: pixels / scale,
    }));
  }

  get #whole(): VideoSize & { readonly shrink: number } {
    const { left = 0, top = 0, right = 0, bottom = 0, scale = 1 } = this.#points ?? {};
    const width = Math.max(this.#width, (right - left) * scale);
    const height = Math.max(this.#height, (bottom - top) * scale);
    const shrink = Math.min(
      1,
      MAX_VIDEO_SIDE / width,
      MAX_VIDEO_SIDE / height,
      Math.sqrt(MAX_VIDEO_PIXELS / (width * height)),
    );
    return { width, height, shrink };
  }
}

/** Rounded up, so that nothing of a picture is cut off. */
const even = (pixels: number): number => pixels + (pixels % 2);
