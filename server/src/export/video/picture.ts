import type { DisplayEvent, PaintEvent, PaintedRectangle } from "@reeltime/recorder/protocol";
import { DECODED_AT_ONCE, DECODED_PIXELS_AT_ONCE, MAX_PAINT_AREAS } from "../limits.js";
import type { Area } from "./arrangement.js";
import { blackPixels, copyInto, type Pixels } from "./pixels.js";

/** Decodes an image of exactly this size; `undefined` when it is none. */
export type DecodeImage = (
  image: Uint8Array,
  width: number,
  height: number,
) => Promise<Uint8Array | undefined>;

/** One picture of a session: a display or a window, as it is at one time. */
export class Picture {
  readonly #decode: DecodeImage;
  /** Made when it is first painted: how a picture is costs nothing, what it shows does. */
  #pixels: Pixels | undefined;
  /** How it was last said to be. */
  display: DisplayEvent;
  /** When it was closed; 0 while it is not. */
  closedAt = 0;

  constructor(display: DisplayEvent, decode: DecodeImage) {
    this.#decode = decode;
    this.display = display;
  }

  /** What it shows; `undefined`, so black, until it is painted. */
  get pixels(): Pixels | undefined {
    return this.#pixels;
  }

  /** It is another way now. With another size it is black until it is painted. */
  change(display: DisplayEvent): void {
    if (display.width !== this.display.width || display.height !== this.display.height)
      this.#pixels = undefined;
    this.display = display;
    this.closedAt = display.state === "closed" ? display.atMs : 0;
  }

  /**
   * Paints; resolves with what changed, and with how many rectangles were left out since they are no images of theirs. Of a whole
   * paint nothing stays that was there before, also where it has no pixel: what is not to be seen any more is said in this way.
   */
  async paint({
    whole,
    rectangles,
  }: PaintEvent): Promise<{ readonly areas: readonly Area[]; readonly dropped: number }> {
    const { width, height } = this.display;
    const areas: Area[] = [];
    let dropped = 0;
    let left = width * height * MAX_PAINT_AREAS;
    const fitting = rectangles.filter((rectangle) => {
      left -= rectangle.width * rectangle.height;
      return left >= 0 && rectangle.x + rectangle.width <= width && rectangle.y + rectangle.height <= height;
    });
    dropped += rectangles.length - fitting.length;
    const isFirst = this.#pixels === undefined;
    if (whole) this.#pixels?.rgb.fill(0);
    for (const some of atOnce(fitting)) {
      const decoded = await Promise.all(
        some.map((each) => this.#decode(each.image, each.width, each.height)),
      );
      for (const [index, rectangle] of some.entries()) {
        const rgb = decoded[index];
        if (rgb === undefined) dropped += 1;
        else areas.push(this.#put(rectangle, rgb));
      }
    }
    // With its first pixel, all of it hides what lies below it.
    if ((whole || isFirst) && this.#pixels !== undefined)
      return { areas: [{ x: 0, y: 0, width, height }], dropped };
    return { areas, dropped };
  }

  #put({ x, y, width, height }: PaintedRectangle, rgb: Uint8Array): Area {
    const { display } = this;
    this.#pixels ??= blackPixels(display.width, display.height);
    copyInto(this.#pixels, x, y, { width, height, rgb });
    return { x, y, width, height };
  }
}

/** Rectangles in their order, in lists that are decoded side by side. */
export function atOnce<T extends Pick<PaintedRectangle, "width" | "height">>(
  rectangles: readonly T[],
): readonly (readonly T[])[] {
  const lists: T[][] = [];
  let pixels = 0;
  for (const rectangle of rectangles) {
    const own = rectangle.width * rectangle.height;
    const last = lists.at(-1);
    if (last !== undefined && last.length < DECODED_AT_ONCE && pixels + own <= DECODED_PIXELS_AT_ONCE) {
      last.push(rectangle);
      pixels += own;
    } else {
      lists.push([rectangle]);
      pixels = own;
    }
  }
  return lists;
}
