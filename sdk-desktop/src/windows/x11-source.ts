import { monotonicMs } from "../monotonic.js";
import type { WindowSource, WindowsSnapshot } from "./desktop-window.js";
import { MAX_HISTORY_MS } from "./limits.js";
import type { WindowNode } from "./window-node.js";
import { type WindowQuestion, WindowTree } from "./window-tree.js";
import { connectX, type XChange, type XConnection, type XProperty } from "./x11.js";
import { FACT_ATOMS, factsFrom, type Properties, titlesFrom } from "./x11-facts.js";
import { classesOf, PROPERTY_NAMES, type PropertyName, wordsOf } from "./x11-properties.js";
import { describeWindows } from "./x11-windows.js";

/** `0` and `1` in the answer to who has the keyboard: none, and whoever is under the pointer. */
const LAST_NOT_A_WINDOW = 1;
const ACTIVE = "_NET_ACTIVE_WINDOW";
/** Times that windows may turn up while others are asked, before a snapshot is taken without the answers of the last ones. */
const MAX_ROUNDS = 8;
/** Windows around the one with the keyboard that are asked for, until one is known. */
const MAX_FOCUS_DEPTH = 16;

/** Opens the windows of an X display. Rejects when nothing listens there, or does not answer. */
export async function createX11Source(display: string): Promise<WindowSource> {
  const source = new X11Source();
  await source.open(display);
  return source;
}

/**
 * Follows the display by its events, so that a snapshot costs one round trip: whatever happened before its answer has been
 * told by then, in the server's own order. What new windows say of themselves is asked for at once, and waited for.
 */
class X11Source implements WindowSource {
  #x: XConnection | undefined;
  #tree: WindowTree | undefined;
  #gone: Error | undefined;
  #openedAtMs = monotonicMs();
  #lastAtMs = 0;
  readonly #atoms = new Map<string, number>();
  readonly #propertyOf = new Map<number, PropertyName>();
  /** What windows have been asked and not answered. */
  readonly #asking = new Set<Promise<void>>();

  async open(display: string): Promise<void> {
    const x = await connectX(
      display,
      (change) => this.#take(change),
      (error) => {
        this.#gone = error;
      },
    );
    this.#x = x;
    const names = [...PROPERTY_NAMES, ...FACT_ATOMS, ACTIVE];
    const atoms = await Promise.all(names.map((name) => x.atom(name)));
    for (const [index, name] of names.entries()) this.#atoms.set(name, atoms[index] ?? 0);
    for (const name of PROPERTY_NAMES) this.#propertyOf.set(this.#atom(name), name);
    const tree = new WindowTree({
      root: x.root,
      clientOf: (window) => x.clientOf(window),
      isKept: (atom) => this.#propertyOf.has(atom),
    });
    this.#tree = tree;
    // Watched before it is read: what changes meanwhile is told.
    x.watch(x.root);
    const asked = await x.tree(x.root);
    for (const window of asked?.children ?? [])
      for (const question of tree.discover(window, x.root, monotonicMs())) this.#ask(x, tree, question);
    await this.#settled();
    this.#openedAtMs = monotonicMs();
    this.#lastAtMs = this.#openedAtMs;
  }

  async snapshot(sinceMs: number = this.#lastAtMs): Promise<WindowsSnapshot> {
    if (this.#gone !== undefined) throw this.#gone;
    const [x, tree] = [this.#x, this.#tree];
    if (x === undefined || tree === undefined) throw new Error("the windows are not open");
    const atMs = monotonicMs();
    // 1. Everything that happened until now is told before this is answered.
    const focus = await x.focus();
    // 2. Whatever is new has said what it is.
    await this.#settled();
    const active = (await this.#followed(x, tree, focus)) ?? (await this.#stated(x));
    if (tree.overflown) throw new Error("there are more windows than can be followed");
    tree.forget(atMs);
    this.#lastAtMs = Math.max(this.#lastAtMs, atMs);
    return describeWindows(tree, {
      atMs,
      sinceMs: Math.max(Math.min(sinceMs, atMs), this.#openedAtMs, atMs - MAX_HISTORY_MS),
      active,
      clientOf: (window) => x.clientOf(window),
    });
  }

  close(): void {
    this.#x?.close();
  }

  #atom(name: string): number {
    return this.#atoms.get(name) ?? 0;
  }

  #take(change: XChange): void {
    const [x, tree] = [this.#x, this.#tree];
    if (x === undefined || tree === undefined) return;
    for (const question of tree.apply(change, monotonicMs())) this.#ask(x, tree, question);
  }

  #ask(x: XConnection, tree: WindowTree, question: WindowQuestion): void {
    const asking = this.#answer(x, tree, question)
      // Only the end of the server rejects, which the next snapshot tells.
      .catch(() => {})
      .finally(() => this.#asking.delete(asking));
    this.#asking.add(asking);
  }

  async #settled(): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS && this.#asking.size > 0; round++)
      await Promise.all([...this.#asking]);
    if (this.#gone !== undefined) throw this.#gone;
  }

  async #answer(x: XConnection, tree: WindowTree, { node, what }: WindowQuestion): Promise<void> {
    if (what === "properties") {
      node.asked++;
      await this.#read(x, node, this.#properties(x, node.id), node.asked);
      return;
    }
    const isNew = what !== "place";
    // Watched before it is asked, and all is asked before the first answer.
    if (isNew) x.watch(node.id);
    node.placeTurn++;
    const { placeTurn } = node;
    const state = Promise.all([x.place(node.id), x.attributes(node.id), x.tree(node.id)]);
    if (what === "all") node.asked++;
    const turn = node.asked;
    const properties = what === "all" ? this.#properties(x, node.id) : undefined;
    const managed = what === "outline" ? x.property(node.id, this.#atom("WM_STATE")) : undefined;
    const [place, attributes, around] = await state;
    if (attributes === undefined || around === undefined) {
      tree.lose(node, monotonicMs());
      return;
    }
    tree.learn(node, placeTurn, place, attributes, around.parent, monotonicMs());
    if (properties !== undefined) await this.#read(x, node, properties, turn);
    if (((await managed)?.type ?? 0) !== 0) this.#ask(x, tree, { node, what: "properties" });
    if (!isNew) return;
    for (const window of around.children)
      for (const question of tree.discover(window, node.id, monotonicMs())) this.#ask(x, tree, question);
  }

  async #properties(x: XConnection, window: number): Promise<Properties> {
    const found = new Map<PropertyName, XProperty>();
    await Promise.all(
      PROPERTY_NAMES.map(async (name) => {
        const property = await x.property(window, this.#atom(name));
        if (property !== undefined && property.type !== 0) found.set(name, property);
      }),
    );
    return found;
  }

  async #read(x: XConnection, node: WindowNode, asked: Promise<Properties>, turn: number): Promise<void> {
    const properties = await asked;
    const nowMs = monotonicMs();
    const titles = titlesFrom(properties, (name) => this.#atom(name));
    const apps = classesOf(properties.get("WM_CLASS"));
    // What it said before it said something else, or while it went away: this much is known, perhaps not all.
    if (turn < node.answered || node.goneAtMs !== undefined) {
      node.titles.had(titles, nowMs);
      node.apps.had(apps, nowMs);
      return;
    }
    node.answered = turn;
    node.titles.set(titles, nowMs);
    node.apps.set(apps, nowMs);
    node.facts = factsFrom(properties, (name) => this.#atom(name), node.id, x.root);
    node.reading = "read";
  }

  /** The window that has the keyboard, or the first around it that is followed. */
  async #followed(x: XConnection, tree: WindowTree, focus: number): Promise<number | undefined> {
    let window = focus;
    for (let depth = 0; depth < MAX_FOCUS_DEPTH; depth++) {
      if (window <= LAST_NOT_A_WINDOW || window === x.root) return undefined;
      if (tree.get(window) !== undefined) return window;
      window = (await x.tree(window))?.parent ?? 0;
    }
    return undefined;
  }

  /** The one that the window manager says is in use. */
  async #stated(x: XConnection): Promise<number | undefined> {
    const property = await x.property(x.root, this.#atom(ACTIVE));
    const window = wordsOf(property)[0];
    return window === undefined || window === 0 ? undefined : window;
  }
}
