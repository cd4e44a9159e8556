import type { Rectangle } from "../geometry.js";
import { MAX_PLACES, MAX_TITLES } from "./limits.js";
import { hull } from "./rectangles.js";

/** Where something was on the screen, and until when. Loses nothing: beyond its limit the oldest places become one that covers them. */
export class PlaceHistory {
  #now: Rectangle | undefined;
  /** In the order of their ends. */
  readonly #past: { area: Rectangle; untilMs: number }[] = [];

  /** It is here from now on; `undefined`: nowhere. */
  set(area: Rectangle | undefined, nowMs: number): void {
    if (this.#now !== undefined) {
      if (area !== undefined && same(area, this.#now)) return;
      this.#past.push({ area: this.#now, untilMs: nowMs });
    }
    this.#now = area;
    const [first, second] = this.#past;
    if (this.#past.length > MAX_PLACES && first !== undefined && second !== undefined)
      this.#past.splice(0, 2, { area: hull(first.area, second.area), untilMs: second.untilMs });
  }

  /** Everywhere it was since then, up to now. */
  since(ms: number): readonly Rectangle[] {
    const areas = this.#past.filter(({ untilMs }) => untilMs >= ms).map(({ area }) => area);
    return this.#now === undefined ? areas : [...areas, this.#now];
  }

  /** Places left before then are not asked for any more. */
  forget(beforeMs: number): void {
    while (this.#past[0] !== undefined && this.#past[0].untilMs < beforeMs) this.#past.shift();
  }
}

const same = (a: Rectangle, b: Rectangle): boolean =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

/** The names that something had, and until when. */
export class NameHistory {
  #now: readonly string[] = [];
  readonly #past = new Map<string, number>();

  /** These are its names from now on. */
  set(names: readonly string[], nowMs: number): void {
    const before = this.#now;
    this.#now = names;
    this.had(before, nowMs);
  }

  /** It had these names until now. */
  had(names: readonly string[], nowMs: number): void {
    for (const name of names) {
      if (this.#now.includes(name)) continue;
      this.#past.delete(name);
      this.#past.set(name, nowMs);
    }
    for (const name of this.#past.keys()) {
      if (this.#past.size <= MAX_TITLES) break;
      this.#past.delete(name);
    }
  }

  get now(): readonly string[] {
    return this.#now;
  }

  /** Those that it has, then those that it had since then. */
  since(ms: number): readonly string[] {
    const past = [...this.#past].filter(([, untilMs]) => untilMs >= ms).map(([name]) => name);
    return [...new Set([...this.#now, ...past])];
  }

  /** Names given up before then are not asked for any more. */
  forget(beforeMs: number): void {
    for (const [name, untilMs] of this.#past) {
      if (untilMs >= beforeMs) break;
      this.#past.delete(name);
    }
  }
}
