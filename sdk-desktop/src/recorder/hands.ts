import type { Fact } from "@reeltime/recorder/protocol";
import type { Point } from "../geometry.js";
import type { Input, InputReport } from "../input/messages.js";
import { type Click, createFact, noteClick } from "./facts.js";
import type { PictureParts, Pictures } from "./pictures.js";
import { toPixels } from "./place.js";

/** What the hands stand on. */
export interface HandsOptions {
  readonly pictures: Pictures;
  /** Epoch ms of a time of the monotonic clock. */
  readonly at: (monotonicMs: number) => number;
  /** Where a fact goes. */
  readonly tell: (fact: Fact, where: PictureParts | undefined) => void;
}

/** What a person does, put into the pictures it was done in: events with places in their pixels, and facts. */
export class Hands {
  readonly #options: HandsOptions;
  /** Where the buttons that are down went down: a drag stays in its picture. */
  readonly #held = new Map<number, PictureParts>();
  /** Where the last click was. */
  #clicked: PictureParts | undefined;
  #clicks: readonly Click[] = [];
  /** What the last click was on, in words. */
  #words = "";
  #focused = "";

  constructor(options: HandsOptions) {
    this.#options = options;
  }

  /** One thing that was done. */
  take(input: Input): void {
    const { at } = this.#options;
    const atMs = at(input.atMs);
    switch (input.type) {
      case "pointer":
        this.#put(input, this.#dragged(), (point) => ({ type: "pointer", atMs, ...point }));
        return;
      case "wheel": {
        const { deltaX, deltaY } = input;
        this.#put(input, undefined, (point) => ({ type: "wheel", atMs, ...point, deltaX, deltaY }));
        return;
      }
      case "button":
        this.#button(input, atMs);
        return;
      case "key": {
        const { x, y, key } = input;
        const { pictures } = this.#options;
        const where = x === undefined || y === undefined ? undefined : pictures.touch({ x, y });
        (where ?? pictures.main)?.picture.add({ type: "key", atMs, key });
      }
    }
  }

  /** One thing that was done, of which no more is to be known than in which picture. */
  locate({ x, y }: Input): void {
    if (x !== undefined && y !== undefined) this.#options.pictures.touch({ x, y });
  }

  /** Nothing is held any more, as far as is known. */
  letGo(): void {
    this.#held.clear();
  }

  /** A window was clicked, or got the keyboard. */
  say({ type, atMs, title, app }: Extract<InputReport, { type: "clicked" | "focused" }>): void {
    const { tell, at } = this.#options;
    const words = [title, app].filter((word) => word !== "").join(" — ");
    if (words === "") return;
    if (type === "clicked") {
      this.#words = words;
      tell(createFact("click", at(atMs), words, { title, app }), this.#clicked);
    } else if (words !== this.#focused) {
      this.#focused = words;
      tell(createFact("navigation", at(atMs), title || app, { title, app }), undefined);
    }
  }

  #button(input: Extract<Input, { type: "button" }>, atMs: number): void {
    const { pictures, tell } = this.#options;
    const { button, down, clicks } = input;
    const held = this.#held.get(button);
    const where = down ? pictures.point(input) : (held ?? pictures.point(input));
    if (down && where) this.#held.set(button, where);
    else this.#held.delete(button);
    this.#put(input, where, (point) => ({ type: "button", atMs, ...point, button, down, clicks }));
    if (!down || !where) return;
    this.#clicked = where;
    const noted = noteClick(this.#clicks, { atMs, x: input.x, y: input.y });
    this.#clicks = noted.clicks;
    if (noted.rage) tell(createFact("rage", atMs, this.#words), where);
  }

  #dragged(): PictureParts | undefined {
    return this.#held.values().next().value;
  }

  /** Puts an event into the picture it is held in, or lies in. */
  #put(
    point: Point,
    held: PictureParts | undefined,
    event: (pixels: Point) => Parameters<PictureParts["picture"]["add"]>[0],
  ): void {
    const where = held ?? this.#options.pictures.point(point);
    where?.picture.add(event(toPixels(point, where.picture.area)));
  }
}
