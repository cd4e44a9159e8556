import {
  MAX_HISTORY_MS,
  MAX_INNER_DEPTH,
  MAX_INNER_PARTS,
  MAX_INNER_WINDOWS,
  MAX_WINDOWS,
} from "./limits.js";
import { WindowNode } from "./window-node.js";
import type { XAttributes, XChange, XPlace } from "./x11.js";

const NO_PLACE: XPlace = { x: 0, y: 0, width: 0, height: 0, border: 0 };

/**
 * What must be asked after a change. `all`: the window is new, and is watched from then on. `outline`: likewise, but whoever
 * made what it is in made it too: a part of a frame, most likely, which has nothing to say unless it is managed.
 * `property`: it says something else. `around`: it is in a window that is not known.
 */
export type WindowQuestion =
  | { readonly what: "all" | "outline" | "place"; readonly node: WindowNode }
  | { readonly what: "property"; readonly node: WindowNode; readonly atom: number }
  | { readonly what: "around"; readonly node: WindowNode; readonly parent: number };

/** What the tree must know of the display that it follows. */
export interface WindowTreeOptions {
  readonly root: number;
  /** The connection that made a window; 0: it is the server's own, such as the one that compositors draw all others into. */
  readonly clientOf: (window: number) => number;
  /** Whether a property says something that is kept. */
  readonly isKept: (atom: number) => boolean;
}

/**
 * The windows of an X display as its events tell of them, those that are gone included for as long as is kept. Follows the
 * windows that stand on the desktop, and inside them as far as it takes to find the apps' own.
 */
export class WindowTree {
  readonly #options: WindowTreeOptions;
  readonly #nodes = new Map<number, WindowNode>();
  readonly #gone: WindowNode[] = [];
  /** Those that stand on the desktop, from the lowest to the topmost. */
  readonly #stack: WindowNode[] = [];
  #overflown = false;

  constructor(options: WindowTreeOptions) {
    this.#options = options;
  }

  /** More windows than are followed: what is known is not all. */
  get overflown(): boolean {
    return this.#overflown;
  }

  get stack(): readonly WindowNode[] {
    return this.#stack;
  }

  get gone(): readonly WindowNode[] {
    return this.#gone;
  }

  get all(): Iterable<WindowNode> {
    return this.#nodes.values();
  }

  get(window: number): WindowNode | undefined {
    return this.#nodes.get(window);
  }

  /** Takes a change in. Returns what must be asked because of it. */
  apply(change: XChange, nowMs: number): readonly WindowQuestion[] {
    switch (change.type) {
      case "created": {
        const node = this.#add(change.window, change.parent, change.place, nowMs, false);
        if (node === undefined) return [];
        node.overrideRedirect = change.overrideRedirect;
        // All that is needed of a part is where it is, in case that an app's window is put into it.
        return this.#isPart(node) ? [] : [{ node, what: "all" }];
      }
      case "reparented":
        return this.#reparent(change, nowMs);
      case "property": {
        const node = this.#nodes.get(change.window);
        return node !== undefined && this.#options.isKept(change.atom)
          ? [{ node, what: "property", atom: change.atom }]
          : [];
      }
      default: {
        const node = this.#nodes.get(change.window);
        if (node !== undefined) this.#change(node, change, nowMs);
        return [];
      }
    }
  }

  /**
   * A window of which only the number is known, and what it was in when that was asked.
   * @param explored also when it is a part of what it is in
   */
  discover(window: number, parent: number, explored: boolean, nowMs: number): readonly WindowQuestion[] {
    const node = this.#add(window, parent, NO_PLACE, nowMs, explored);
    if (node === undefined) return [];
    const isPart = this.#isPart(node);
    if (isPart && !explored) {
      this.#destroy(node, nowMs);
      return [];
    }
    node.placed = false;
    node.placeAsked = true;
    node.mappedAsked = true;
    return [{ node, what: isPart ? "outline" : "all" }];
  }

  /** The window is in another one, which is followed by now, or is given up. */
  adopt(node: WindowNode, parent: number, nowMs: number): readonly WindowQuestion[] {
    if (this.#nodes.get(node.id) !== node) return [];
    if (this.#nodes.has(parent)) return this.#enter(node, parent, nowMs);
    this.#destroy(node, nowMs);
    return [];
  }

  /**
   * What the server answered of a window. What events have said since it was asked is newer, or the same.
   * @param turn which question it answers: the node's `placeTurn` when it was asked
   */
  learn(
    node: WindowNode,
    turn: number,
    place: XPlace | undefined,
    attributes: XAttributes,
    parent: number | undefined,
    nowMs: number,
  ): void {
    if (this.#nodes.get(node.id) !== node) return;
    node.inputOnly = attributes.inputOnly;
    if (turn !== node.placeTurn) {
      node.note(nowMs);
      return;
    }
    if (node.placeAsked && place !== undefined) {
      if (!node.placed && parent !== undefined && parent !== (node.parent?.id ?? this.#options.root))
        this.#moveTo(node, parent, nowMs);
      node.place = place;
      node.placed = true;
    }
    if (node.mappedAsked) {
      if (!attributes.mapped) node.mappedAtMs = undefined;
      else node.mappedAtMs ??= nowMs;
      node.mapped = attributes.mapped;
      node.overrideRedirect = attributes.overrideRedirect;
    }
    node.placeAsked = false;
    node.mappedAsked = false;
    node.note(nowMs);
  }

  #add(
    window: number,
    parent: number,
    place: XPlace,
    nowMs: number,
    explored: boolean,
  ): WindowNode | undefined {
    if (this.#options.clientOf(window) === 0 || this.#nodes.has(window)) return undefined;
    const around = this.#around(window, parent, explored);
    if (around === "not-followed") return undefined;
    if (this.#nodes.size >= MAX_WINDOWS) {
      this.#overflown = true;
      return undefined;
    }
    const node = new WindowNode(window, around, place);
    this.#nodes.set(window, node);
    if (around === undefined) this.#stack.push(node);
    else around.top.inside++;
    node.note(nowMs);
    return node;
  }

  /** Whether the program that made what it is in made it too. */
  #isPart({ id, parent }: WindowNode): boolean {
    return parent !== undefined && this.#options.clientOf(id) === this.#options.clientOf(parent.id);
  }

  /** It cannot be asked any more: it is gone, or its end is about to be told. */
  lose(node: WindowNode, nowMs: number): void {
    if (node.reading === "unread") node.reading = "lost";
    if (this.#nodes.get(node.id) === node) this.#destroy(node, nowMs);
  }

  /** Lets go of what is older than is kept. */
  forget(nowMs: number): void {
    const beforeMs = nowMs - MAX_HISTORY_MS;
    for (const node of this.#nodes.values()) node.forget(beforeMs);
    while (this.#gone[0] !== undefined && (this.#gone[0].goneAtMs ?? 0) < beforeMs) this.#gone.shift();
    // As many again may be remembered; more than that within the time that is kept is an attack.
    if (this.#gone.length > MAX_WINDOWS) this.#overflown = true;
  }

  #around(window: number, parent: number, explored: boolean): WindowNode | undefined | "not-followed" {
    if (parent === this.#options.root) return undefined;
    const around = this.#nodes.get(parent);
    if (around === undefined || around.depth >= MAX_INNER_DEPTH) return "not-followed";
    const isPart = this.#options.clientOf(window) === this.#options.clientOf(parent);
    // An app's own parts are its own matter; another program's window may be in it, or in one of them.
    if (around.facts.managed && isPart && !explored) return "not-followed";
    // Parts that turn up by themselves cannot use up the room of what is looked for.
    const max = isPart && !explored ? MAX_INNER_PARTS : MAX_INNER_PARTS + MAX_INNER_WINDOWS;
    return around.top.inside >= max ? "not-followed" : around;
  }

  #change(node: WindowNode, change: XChange, nowMs: number): void {
    switch (change.type) {
      case "mapped":
        node.overrideRedirect = change.overrideRedirect;
        if (!node.mapped) node.mappedAtMs = nowMs;
        node.mapped = true;
        node.mappedAsked = false;
        break;
      case "unmapped":
        node.mapped = false;
        node.mappedAsked = false;
        node.mappedAtMs = undefined;
        break;
      case "moved":
        node.place = change.place;
        node.placed = true;
        node.placeAsked = false;
        node.overrideRedirect = change.overrideRedirect;
        this.#restack(node, change.above);
        break;
      case "shifted":
        node.place = { ...node.place, x: change.x, y: change.y };
        break;
      case "restacked":
        this.#lift(node, change.top ? this.#stack.length : 0);
        break;
      case "destroyed":
        this.#destroy(node, nowMs);
        return;
      default:
        return;
    }
    node.note(nowMs);
  }

  #reparent(
    change: Extract<XChange, { readonly type: "reparented" }>,
    nowMs: number,
  ): readonly WindowQuestion[] {
    const known = this.#nodes.get(change.window);
    // Its size is not told, so it is asked.
    if (known === undefined) return this.discover(change.window, change.parent, false, nowMs);
    known.overrideRedirect = change.overrideRedirect;
    known.place = { ...known.place, x: change.x, y: change.y };
    if (change.parent !== this.#options.root && !this.#nodes.has(change.parent))
      return [{ node: known, what: "around", parent: change.parent }];
    return this.#enter(known, change.parent, nowMs);
  }

  #enter(node: WindowNode, parent: number, nowMs: number): readonly WindowQuestion[] {
    if (!this.#moveTo(node, parent, nowMs)) return [];
    // It may have been moved in there before that was watched.
    node.placeAsked = true;
    node.mappedAsked = true;
    const around = node.parent;
    return [
      ...(around !== undefined && !around.watched ? [{ node: around, what: "outline" as const }] : []),
      // What was a part of a frame has not been asked who it is.
      { node, what: node.asked === 0 ? ("all" as const) : ("place" as const) },
    ];
  }

  /** Returns whether it has another parent now: a change is told to who watches the old one, and the new one. */
  #moveTo(node: WindowNode, parent: number, nowMs: number): boolean {
    const around = parent === this.#options.root ? undefined : (this.#nodes.get(parent) ?? "not-followed");
    if (around === "not-followed") {
      this.#destroy(node, nowMs);
      return false;
    }
    if (node.parent === around) return false;
    node.formerTops.push({ top: node.top, untilMs: nowMs });
    this.#unstack(node);
    if (node.parent !== undefined) node.top.inside--;
    node.parent = around;
    if (around !== undefined) around.top.inside++;
    if (around === undefined) this.#stack.push(node);
    node.note(nowMs);
    return true;
  }

  #destroy(node: WindowNode, nowMs: number): void {
    if (node.reading === "unread") node.reading = "lost";
    node.goneAtMs = nowMs;
    node.mapped = false;
    node.mappedAtMs = undefined;
    node.note(nowMs);
    this.#nodes.delete(node.id);
    if (node.parent !== undefined) node.top.inside--;
    this.#unstack(node);
    // A part of a frame that has never been asked who it is leaves nothing to tell.
    if (node.asked > 0 || node.parent === undefined) this.#gone.push(node);
    // Nothing inside outlives it, whether or not that is told.
    for (const inner of [...this.#nodes.values()]) if (inner.parent === node) this.#destroy(inner, nowMs);
  }

  #unstack(node: WindowNode): void {
    const at = this.#stack.indexOf(node);
    if (at >= 0) this.#stack.splice(at, 1);
  }

  #restack(node: WindowNode, above: number): void {
    if (node.parent !== undefined) return;
    if (above === 0) {
      this.#lift(node, 0);
      return;
    }
    const sibling = this.#nodes.get(above);
    // One that is not followed (the server's own) tells nothing of the order of the others.
    if (sibling === undefined || sibling === node) return;
    this.#unstack(node);
    const at = this.#stack.indexOf(sibling);
    this.#stack.splice(at < 0 ? this.#stack.length : at + 1, 0, node);
  }

  #lift(node: WindowNode, at: number): void {
    if (node.parent !== undefined) return;
    this.#unstack(node);
    this.#stack.splice(at, 0, node);
  }
}
