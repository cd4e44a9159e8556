import type { ExportOverlay, ScreenEvent } from "@reeltime/recorder/protocol";
import { CLICK_SHOWN_MS } from "../limits.js";
import type { Area, VideoSize } from "./arrangement.js";
import { arrowArea, cursorScale, drawArrow, drawSpot, spotArea } from "./cursor.js";
import { copyInto, copyOf, type Pixels, within } from "./pixels.js";

/** A place in the video, in its pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** The pointer and clicks, drawn over the pictures: screens are captured without them. */
export class Overlay {
  readonly #scale: number;
  readonly #wanted: readonly ExportOverlay[];
  #cursor: Spot | undefined;
  #click: (Spot & { readonly untilMs: number }) | undefined;

  constructor(wanted: readonly ExportOverlay[], size: VideoSize) {
    this.#wanted = wanted;
    this.#scale = cursorScale(size);
  }

  /** When it changes by itself: a click goes out. Infinite while none is shown. */
  get changesMs(): number {
    return this.#click?.untilMs ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Takes what was done with the pointer. True when something is drawn otherwise from now on.
   * @param at where in the video; `undefined` where nothing of it is shown
   */
  take(event: ScreenEvent, at: Spot | undefined): boolean {
    if (event.type !== "pointer" && event.type !== "button" && event.type !== "wheel") return false;
    const before = [this.#cursor, this.#click] as const;
    if (this.#wanted.includes("cursor") && !same(at, this.#cursor)) this.#cursor = at;
    if (this.#wanted.includes("clicks") && event.type === "button" && event.down && at !== undefined)
      this.#click = { ...at, untilMs: event.atMs + CLICK_SHOWN_MS };
    return before[0] !== this.#cursor || before[1] !== this.#click;
  }

  /** What the pointer is in lies elsewhere now, or is not shown. */
  move(at: Spot | undefined): void {
    if (this.#wanted.includes("cursor")) this.#cursor = at;
  }

  /** It is this late. True when something went out. */
  advance(toMs: number): boolean {
    if (this.changesMs > toMs) return false;
    this.#click = undefined;
    return true;
  }

  /** The parts of the video it covers. */
  areas(target: Pixels): readonly Area[] {
    const areas: Area[] = [];
    if (this.#click) areas.push(spotArea(this.#click.x, this.#click.y, this.#scale));
    if (this.#cursor) areas.push(arrowArea(this.#cursor.x, this.#cursor.y, this.#scale));
    return areas.flatMap((area) => within(area, target) ?? []);
  }

  /** Draws it while `work` runs: the pixels are as before afterwards. */
  over(target: Pixels, work: () => void): void {
    const saved = this.areas(target).map((area) => ({ area, pixels: copyOf(target, area) }));
    if (this.#click) drawSpot(target, this.#click.x, this.#click.y, this.#scale);
    if (this.#cursor) drawArrow(target, this.#cursor.x, this.#cursor.y, this.#scale);
    work();
    for (const { area, pixels } of saved) copyInto(target, area.x, area.y, pixels);
  }
}

const same = (one: Spot | undefined, other: Spot | undefined): boolean =>
  one?.x === other?.x && one?.y === other?.y;
