import type { DisplayEvent, PaintEvent, PaintedRectangle } from "@reeltime/recorder/protocol";
import { DECODED_AT_ONCE, DECODED_PIXELS_AT_ONCE } from "../limits.js";
import type { Area } from "./arrangement.js";
import { Backlog } from "./backlog.js";
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
  #backlog = new Backlog();
  /** How it was last said to be. */
  display: DisplayEvent;
  /** When it was closed; 0 while it is not. */
  closedAt = 0;

  constructor(display: DisplayEvent, decode: DecodeImage) {
    this.#decode = decode;
    this.display = display;
  }

  /** What it showed when it was last painted; `undefined`, so black, until it is. */
  get pixels(): Pixels | undefined {
    return this.#pixels;
  }

  /** Bytes of images that wait to be painted. */
  get waitingBytes(): number {
    return this.#backlog.bytes;
  }

  /** It is another way now. With another size it is black until it is painted. */
  change(display: DisplayEvent): void {
    if (display.width !== this.display.width || display.height !== this.display.height) {
      this.#pixels = undefined;
      this.#backlog = new Backlog();
    }
    this.display = display;
    this.closedAt = display.state === "closed" ? display.atMs : 0;
  }

  /**
   * Takes a paint, and decodes nothing of it yet. Of a whole paint nothing stays that was there before, also where it has no
   * pixel: what is not to be seen any more is said in this way.
   * @returns whether the picture may be another now, and how many rectangles do not lie in it
   */
  note(paint: PaintEvent): { readonly changes: boolean; readonly outside: number } {
    const wasPainted = this.#pixels !== undefined || this.#backlog.painted;
    const inside = this.#backlog.add(paint, this.display);
    return {
      changes: inside > 0 || (paint.whole && wasPainted),
      outside: paint.rectangles.length - inside,
    };
  }

  /** Paints what was noted. Resolves with what changed, and with how many rectangles were left out: too many, or no images of theirs. */
  async paint(): Promise<{ readonly areas: readonly Area[]; readonly dropped: number }> {
    const { width, height } = this.display;
    const { clears, painted, rectangles, ...due } = this.#backlog.take(this.display);
    const areas: Area[] = [];
    let dropped = due.dropped;
    const isFirst = this.#pixels === undefined;
    if (clears) this.#pixels?.rgb.fill(0);
    if (clears && painted) this.#pixels ??= blackPixels(width, height);
    for (const some of atOnce(rectangles)) {
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
    if ((clears || isFirst) && this.#pixels !== undefined)
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
