import type { Rectangle } from "../geometry.js";
import { NameHistory, PlaceHistory } from "./history.js";
import type { XPlace } from "./x11.js";

/** What a window says of itself in its properties. */
export interface WindowFacts {
  readonly pid: number | undefined;
  readonly owner: number | undefined;
  readonly group: number | undefined;
  readonly kind: "normal" | "dialog" | "popup" | "dock" | "desktop" | undefined;
  /** A window manager looks after it: it is an app's own, and no frame. */
  readonly managed: boolean;
  readonly minimised: boolean;
}

/** Nothing is said, or not yet. */
export const NO_FACTS: WindowFacts = {
  pid: undefined,
  owner: undefined,
  group: undefined,
  kind: undefined,
  managed: false,
  minimised: false,
};

/** One window of an X server: where it stands, what it says, and what both were. Changed by the tree alone. */
export class WindowNode {
  readonly id: number;
  /** The window around it; `undefined`: it stands on the desktop itself, or did when it was destroyed. */
  parent: WindowNode | undefined;
  /** As the server states it: relative to the parent. */
  place: XPlace;
  /** False while only its number is known. */
  placed = true;
  mapped = false;
  /** What happens to it and in it is told. */
  watched = false;
  /** Questions about its place. Only the answer to the last one counts: it was asked again because it was moved elsewhere. */
  placeTurn = 0;
  /** What the server is asked of its place, and of whether it is mapped, counts: no event has told it since it was asked. */
  placeAsked = false;
  mappedAsked = false;
  overrideRedirect = false;
  inputOnly = false;
  /** `read`: it has said what it is. `lost`: it was destroyed before. */
  reading: "unread" | "read" | "lost" = "unread";
  facts: WindowFacts = NO_FACTS;
  goneAtMs: number | undefined;
  /** Since when it is mapped. */
  mappedAtMs: number | undefined;
  readonly titles = new NameHistory();
  readonly apps = new NameHistory();
  /** Where it was on the screen while it stood on the desktop itself. */
  readonly places = new PlaceHistory();
  /** What it stood on the desktop in, before. */
  readonly formerTops: { readonly top: WindowNode; readonly untilMs: number }[] = [];
  /** How many windows inside it are followed, while it stands on the desktop. */
  inside = 0;
  /** Questions about what it says. */
  asked = 0;

  constructor(id: number, parent: WindowNode | undefined, place: XPlace) {
    this.id = id;
    this.parent = parent;
    this.place = place;
  }

  /** The window that stands on the desktop and holds this one; or this one. */
  get top(): WindowNode {
    return this.parent === undefined ? this : this.parent.top;
  }

  /** How many windows there are around it. */
  get depth(): number {
    let depth = 0;
    for (let node = this.parent; node !== undefined; node = node.parent) depth++;
    return depth;
  }

  /** With its border, in the desktop's points. */
  get outer(): Rectangle {
    const { border } = this.place;
    const content = this.inner;
    return {
      x: content.x - border,
      y: content.y - border,
      width: content.width + 2 * border,
      height: content.height + 2 * border,
    };
  }

  /** Without its border, in the desktop's points. */
  get inner(): Rectangle {
    let { x, y } = this.place;
    x += this.place.border;
    y += this.place.border;
    for (let node = this.parent; node !== undefined; node = node.parent) {
      x += node.place.x + node.place.border;
      y += node.place.y + node.place.border;
    }
    return { x, y, width: this.place.width, height: this.place.height };
  }

  /** Notes where it stands on the desktop, now that something has changed. */
  note(nowMs: number): void {
    const shown = this.mapped && this.placed && this.parent === undefined && !this.inputOnly;
    this.places.set(shown ? this.outer : undefined, nowMs);
  }

  /** Everywhere its pixels may have been since then: where it stood itself, and what it was in. */
  recent(sinceMs: number): readonly Rectangle[] {
    const areas = [...this.places.since(sinceMs)];
    if (this.parent !== undefined) areas.push(...this.top.places.since(sinceMs));
    for (const { top, untilMs } of this.formerTops)
      if (untilMs >= sinceMs && top !== this) areas.push(...top.places.since(sinceMs));
    return areas;
  }

  /** What was before then is not asked for any more. */
  forget(beforeMs: number): void {
    this.titles.forget(beforeMs);
    this.apps.forget(beforeMs);
    this.places.forget(beforeMs);
    while (this.formerTops[0] !== undefined && this.formerTops[0].untilMs < beforeMs) this.formerTops.shift();
  }
}
