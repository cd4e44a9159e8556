import type { DisplayEvent, ExportOverlay, PictureState, WindowId } from "@reeltime/recorder/protocol";
import { MAX_PICTURES, MAX_PICTURES_PIXELS, MAX_WAITING_IMAGE_BYTES } from "../limits.js";
import { type Area, type Arrangement, isShownAs, type Placement, visible } from "./arrangement.js";
import type { PlacedEvent } from "./frames.js";
import { Overlay, type Spot } from "./overlay.js";
import { type DecodeImage, Picture } from "./picture.js";
import { blacken, blackPixels, common, covered, dim, drawScaled, type Pixels, pad } from "./pixels.js";
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
  /** Parts of the canvas that are not drawn as pictures are now, and not in the planes. */
  #dirty: Area[] = [];
  /** What the overlay covers in the planes. */
  #drawn: readonly Area[] = [];
  /** Where the pointer was seen last: its place in the video follows its picture. */
  #pointer: { readonly window: WindowId; readonly x: number; readonly y: number } | undefined;
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

  /** Takes an event. No image is decoded before it is to be seen: until then, what hides it may follow. */
  take({ window, event }: PlacedEvent): Changed {
    if (event.type === "display") return this.#display(window, event);
    const picture = this.#pictures.get(window);
    if (picture === undefined) {
      if (event.type === "paint") this.#dropped += 1;
      return "nothing";
    }
    if (event.type !== "paint") {
      if ("x" in event) this.#pointer = { window, x: event.x, y: event.y };
      return this.#overlay.take(event, this.#spot) ? "pointer" : "nothing";
    }
    const { changes, outside } = picture.note(event);
    this.#dropped += outside;
    if (changes) this.#painted = true;
    return changes && this.#placements.has(window) ? "picture" : "nothing";
  }

  /** More waits to be painted than is held: {@link paint} is to be called. */
  get isFull(): boolean {
    let bytes = 0;
    for (const { waitingBytes } of this.#pictures.values()) bytes += waitingBytes;
    return bytes > MAX_WAITING_IMAGE_BYTES;
  }

  /** Paints what was taken, before there is a frame of it. */
  async paint(): Promise<void> {
    for (const [window, picture] of this.#pictures) {
      const { areas, dropped } = await picture.paint();
      this.#dropped += dropped;
      for (const area of areas) this.#damage(window, area);
    }
  }

  /** The frame as it is now, in the encoder's planes. Valid until the next call of anything here. */
  async render(): Promise<Uint8Array> {
    await this.paint();
    const dirty = economical(this.#dirty);
    for (const area of dirty) this.#draw(area);
    const over = this.#overlay.areas(this.#canvas);
    this.#overlay.over(this.#canvas, () => {
      for (const area of [...dirty, ...this.#drawn, ...over]) this.#planes.convert(this.#canvas, area);
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
    if (before !== undefined && isShownAs(before, display)) return "nothing";
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
    this.#overlay.move(this.#spot);
    const { width, height } = this.#canvas;
    this.#dirty = [{ x: 0, y: 0, width, height }];
    // Of what is closed and not shown, nothing is needed again: it comes back with a whole paint.
    for (const [window, { display }] of [...this.#pictures])
      if (display.state === "closed" && !this.#placements.has(window)) this.#pictures.delete(window);
  }

  /** A part of a picture is another: where it lies is drawn anew before it is shown, and not before. */
  #damage(window: WindowId, part: Area): void {
    const placement = this.#placements.get(window);
    const area = placement && covered(this.#canvas, part, placement);
    if (area === undefined) return;
    if (this.#dirty.length >= MAX_DIRTY) this.#dirty = [around(this.#dirty)];
    this.#dirty.push(area);
  }

  /** Draws an area of the canvas: every picture that has a part in it, those that came later above the others. */
  #draw(area: Area): void {
    blacken(this.#canvas, area);
    for (const [window, placement] of this.#placements) {
      const picture = this.#pictures.get(window);
      if (picture?.pixels === undefined) continue;
      const { width, height } = picture.pixels;
      const own = covered(this.#canvas, { x: 0, y: 0, width, height }, placement);
      const part = own && common(own, area);
      if (part === undefined) continue;
      drawScaled(this.#canvas, part, picture.pixels, placement);
      if (DIMMED.includes(picture.display.state)) dim(this.#canvas, part);
    }
    pad(this.#canvas, this.#arrangement.content, area);
  }

  /** Where in the video the pointer is; `undefined` where its picture is not shown. */
  get #spot(): Spot | undefined {
    const placement = this.#pointer && this.#placements.get(this.#pointer.window);
    if (this.#pointer === undefined || placement === undefined) return undefined;
    const { x, y, factor } = placement;
    return { x: Math.round(x + this.#pointer.x * factor), y: Math.round(y + this.#pointer.y * factor) };
  }
}

/** The areas, or the one around them where that is less to draw: they may lie over each other. */
function economical(areas: readonly Area[]): readonly Area[] {
  if (areas.length < 2) return areas;
  const whole = around(areas);
  const each = areas.reduce((sum, { width, height }) => sum + width * height, 0);
  return each < whole.width * whole.height ? areas : [whole];
}

function around(areas: readonly Area[]): Area {
  const x = Math.min(...areas.map((area) => area.x));
  const y = Math.min(...areas.map((area) => area.y));
  const right = Math.max(...areas.map((area) => area.x + area.width));
  const bottom = Math.max(...areas.map((area) => area.y + area.height));
  return { x, y, width: right - x, height: bottom - y };
}
