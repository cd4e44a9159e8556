import type {
  DisplayEvent,
  ExportOverlay,
  PictureState,
  ScreenEvent,
  WindowId,
} from "@reeltime/recorder/protocol";
import { MAX_PICTURES, MAX_PICTURES_PIXELS } from "../limits.js";
import { type Area, type Arrangement, type Placement, visible } from "./arrangement.js";
import type { PlacedEvent } from "./frames.js";
import { Overlay, type Spot } from "./overlay.js";
import { type DecodeImage, Picture } from "./picture.js";
import { blacken, blackPixels, covered, dim, drawScaled, type Pixels, pad } from "./pixels.js";
import { Planes } from "./planes.js";

/** How much of a frame is another. `pointer`: nothing but the pointer or a click. */
export type Changed = "picture" | "pointer" | "nothing";

/** A picture that stands still in these states is dimmed: what it shows is not what is there now. */
const DIMMED: readonly PictureState[] = ["minimised", "closed", "paused", "unavailable"];

/** Areas to convert beyond which the whole that holds them is. */
const MAX_DIRTY = 256;

/** The pictures of a session at one time, put into one frame. */
export class Stage {
  readonly #arrangement: Arrangement;
  readonly #decode: DecodeImage;
  readonly #canvas: Pixels;
  readonly #planes: Planes;
  readonly #overlay: Overlay;
  readonly #pictures = new Map<WindowId, Picture>();
  #placements: ReadonlyMap<WindowId, Placement> = new Map();
  /** Parts of the canvas that are not in the planes yet. */
  #dirty: Area[] = [];
  /** What the overlay covers in the planes. */
  #drawn: readonly Area[] = [];
  /** Pictures lie otherwise than on the canvas: all of it is drawn anew before it is shown, and not before. */
  #moved = false;
  #dropped = 0;
  #painted = false;

  constructor(arrangement: Arrangement, overlay: readonly ExportOverlay[], decode: DecodeImage) {
    const { width, height } = arrangement.size;
    this.#arrangement = arrangement;
    this.#decode = decode;
    this.#canvas = blackPixels(width, height);
    this.#planes = new Planes(width, height);
    this.#overlay = new Overlay(overlay, { width, height });
  }

  /** Events and rectangles that were left out. */
  get dropped(): number {
    return this.#dropped;
  }

  /** When the frame changes without an event. */
  get changesMs(): number {
    return this.#overlay.changesMs;
  }

  /** It is this late. */
  advance(toMs: number): Changed {
    return this.#overlay.advance(toMs) ? "pointer" : "nothing";
  }

  /** Takes an event. */
  async take({ window, event }: PlacedEvent): Promise<Changed> {
    if (event.type === "display") return this.#display(window, event);
    const picture = this.#pictures.get(window);
    if (picture === undefined) {
      if (event.type === "paint") this.#dropped += 1;
      return "nothing";
    }
    if (event.type !== "paint")
      return this.#overlay.take(event, this.#spotOf(window, event)) ? "pointer" : "nothing";
    const { areas, dropped } = await picture.paint(event);
    this.#dropped += dropped;
    if (areas.length > 0) this.#painted = true;
    if (!this.#moved) for (const area of areas) this.#show(window, picture, area);
    return areas.length > 0 && this.#placements.has(window) ? "picture" : "nothing";
  }

  /** The frame as it is now, in the encoder's planes. Valid until the next call of anything here. */
  render(): Uint8Array {
    if (this.#moved) this.#redraw();
    const over = this.#overlay.areas(this.#canvas);
    this.#overlay.over(this.#canvas, () => {
      for (const area of [...this.#dirty, ...this.#drawn, ...over]) this.#planes.convert(this.#canvas, area);
    });
    this.#dirty = [];
    this.#drawn = over;
    return this.#planes.bytes;
  }

  #display(window: WindowId, display: DisplayEvent): Changed {
    const known = this.#pictures.get(window);
    const before = known?.display;
    if (!this.#fits(window, display)) {
      this.#dropped += 1;
      return "nothing";
    }
    if (known === undefined) this.#pictures.set(window, new Picture(display, this.#decode));
    else known.change(display);
    if (before !== undefined && sameShape(before, display)) return "nothing";
    this.#place();
    // What has no pixel yet is no picture: a video does not begin with it.
    return this.#painted ? "picture" : "nothing";
  }

  /** Pictures are bounded together: a session can name as many and as large ones as it likes. */
  #fits(window: WindowId, { width, height }: DisplayEvent): boolean {
    if (this.#pictures.size >= MAX_PICTURES && !this.#pictures.has(window)) return false;
    let pixels = width * height;
    for (const [other, { display }] of this.#pictures)
      if (other !== window) pixels += display.width * display.height;
    return pixels <= MAX_PICTURES_PIXELS;
  }

  /** Finds where each picture belongs now. */
  #place(): void {
    const shown = visible(
      new Map(
        [...this.#pictures].map(([window, { display, closedAt }]) => [window, { ...display, closedAt }]),
      ),
    );
    const displays = shown.flatMap((window) => this.#pictures.get(window)?.display ?? []);
    const placements = this.#arrangement.place(displays);
    this.#placements = new Map(
      shown.flatMap((window, index) => {
        const placement = placements[index];
        return placement === undefined ? [] : [[window, placement] as const];
      }),
    );
    this.#moved = true;
    // Of what is closed and not shown, nothing is needed again: it comes back with a whole paint.
    for (const [window, { display }] of [...this.#pictures])
      if (display.state === "closed" && !this.#placements.has(window)) this.#pictures.delete(window);
  }

  /** Draws everything anew. */
  #redraw(): void {
    const { width, height } = this.#canvas;
    const whole = { x: 0, y: 0, width, height };
    this.#moved = false;
    blacken(this.#canvas, whole);
    this.#dirty = [whole];
    for (const window of this.#placements.keys()) {
      const picture = this.#pictures.get(window);
      if (picture === undefined) continue;
      this.#show(window, picture, { ...picture.display, x: 0, y: 0 });
    }
  }

  /** Puts a part of a picture on the canvas. */
  #show(window: WindowId, picture: Picture, part: Area): void {
    const placement = this.#placements.get(window);
    const area = placement && covered(this.#canvas, part, placement);
    if (placement === undefined || area === undefined || picture.pixels === undefined) return;
    drawScaled(this.#canvas, area, picture.pixels, placement);
    if (DIMMED.includes(picture.display.state)) dim(this.#canvas, area);
    pad(this.#canvas, this.#arrangement.content, area);
    if (this.#dirty.length >= MAX_DIRTY) this.#dirty = [around(this.#dirty)];
    this.#dirty.push(area);
  }

  #spotOf(window: WindowId, event: ScreenEvent): Spot | undefined {
    const placement = this.#placements.get(window);
    if (placement === undefined || !("x" in event)) return undefined;
    const { x, y, factor } = placement;
    return { x: Math.round(x + event.x * factor), y: Math.round(y + event.y * factor) };
  }
}

const sameShape = (one: DisplayEvent, other: DisplayEvent): boolean =>
  one.width === other.width &&
  one.height === other.height &&
  one.x === other.x &&
  one.y === other.y &&
  one.scale === other.scale &&
  one.state === other.state;

function around(areas: readonly Area[]): Area {
  const x = Math.min(...areas.map((area) => area.x));
  const y = Math.min(...areas.map((area) => area.y));
  const right = Math.max(...areas.map((area) => area.x + area.width));
  const bottom = Math.max(...areas.map((area) => area.y + area.height));
  return { x, y, width: right - x, height: bottom - y };
}
