import { monotonicMs } from "../monotonic.js";
import type { WindowSource, WindowsSnapshot } from "./desktop-window.js";
import { MAX_ASKED, MAX_HISTORY_MS, MAX_INNER_DEPTH, SETTLE_MS } from "./limits.js";
import type { WindowNode } from "./window-node.js";
import { type WindowQuestion, WindowTree } from "./window-tree.js";
import { connectX, type XChange, type XConnection, type XProperty } from "./x11.js";
import { FACT_ATOMS, factsFrom, titlesFrom } from "./x11-facts.js";
import { classesOf, PROPERTY_NAMES, type PropertyName, wordsOf } from "./x11-properties.js";
import { describeWindows } from "./x11-windows.js";

/** In the answer to who has the keyboard: whoever is under the pointer; 0 is nobody. */
const UNDER_POINTER = 1;
const ACTIVE = "_NET_ACTIVE_WINDOW";
/** Windows around the one with the keyboard that are asked for, until one is known. */
const MAX_FOCUS_DEPTH = 16;

/** What a property was in answer to a question; `property` without a type, or `undefined`: the window has none. */
interface Said {
  readonly turn: number;
  readonly property: XProperty | undefined;
}

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
  /** What is asked as soon as less is: as many as there are windows, at the most a few times over. */
  readonly #waiting: WindowQuestion[] = [];
  /** What windows have said in each property, and in answer to which question. */
  readonly #said = new WeakMap<WindowNode, Map<PropertyName, Said>>();
  /** Properties that have changed, and are asked for together as soon as all that has arrived is read. */
  readonly #changed = new Map<WindowNode, Set<PropertyName>>();
  /** While it opens: what is in which window has not been told, and so is looked for. */
  #exploring = true;

  /** @param display such as `:0` */
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
      for (const question of tree.discover(window, x.root, true, monotonicMs())) this.#ask(x, tree, question);
    await this.#settled();
    this.#exploring = false;
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
    // What a window manager stated before it died is no answer where the keyboard follows the pointer.
    const active =
      focus === UNDER_POINTER
        ? undefined
        : ((await this.#followed(x, tree, focus)) ?? (await this.#stated(x)));
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
    if (this.#asking.size >= MAX_ASKED) {
      this.#waiting.push(question);
      return;
    }
    const answer = this.#answer(x, tree, question);
    if (answer === undefined) return;
    const asking = answer
      // Only the end of the server rejects, which the next snapshot tells.
      .catch(() => {})
      .finally(() => {
        this.#asking.delete(asking);
        this.#askNext(x, tree);
      });
    this.#asking.add(asking);
  }

  #askNext(x: XConnection, tree: WindowTree): void {
    while (this.#waiting.length > 0 && this.#asking.size < MAX_ASKED) {
      const next = this.#waiting.shift();
      // A window that has gone while it waited is not known, and stays so.
      if (next !== undefined && next.node.goneAtMs === undefined) this.#ask(x, tree, next);
    }
  }

  /** Waits for what has been asked, and for what that leads to; not for ever: what has not answered by then is not known. */
  async #settled(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<true>((resolve) => {
      timer = setTimeout(() => resolve(true), SETTLE_MS);
    });
    while (this.#asking.size > 0)
      if ((await Promise.race([late, Promise.all([...this.#asking])])) === true) break;
    clearTimeout(timer);
    if (this.#gone !== undefined) throw this.#gone;
  }

  #answer(x: XConnection, tree: WindowTree, question: WindowQuestion): Promise<void> | undefined {
    switch (question.what) {
      case "property":
        return this.#reread(x, question.node, question.atom);
      case "around":
        return this.#adopt(x, tree, question.node, question.parent);
      case "place":
        return this.#place(x, tree, question.node).then(() => {});
      case "outline":
      case "all":
        return this.#meet(x, tree, question.node, question.what === "all");
    }
  }

  /** A window that is new. Watched before it is asked: what it states from then on is told. */
  async #meet(x: XConnection, tree: WindowTree, node: WindowNode, isApps: boolean): Promise<void> {
    const explored = this.#exploring;
    x.watch(node.id);
    node.watched = true;
    const [children, stated] = await Promise.all([this.#place(x, tree, node), x.properties(node.id)]);
    const names = PROPERTY_NAMES.filter((name) => stated?.includes(this.#atom(name)) === true);
    if (isApps || names.includes("WM_STATE")) await this.#read(x, node, names);
    for (const window of children)
      for (const question of tree.discover(window, node.id, explored, monotonicMs()))
        this.#ask(x, tree, question);
  }

  /** Where a window is. Returns what is in it. */
  async #place(x: XConnection, tree: WindowTree, node: WindowNode): Promise<readonly number[]> {
    node.placeTurn++;
    const turn = node.placeTurn;
    const [place, attributes, around] = await Promise.all([
      // What events have told needs no asking.
      node.placeAsked ? x.place(node.id) : undefined,
      x.attributes(node.id),
      x.tree(node.id),
    ]);
    if (attributes === undefined || around === undefined) {
      tree.lose(node, monotonicMs());
      return [];
    }
    tree.learn(node, turn, place, attributes, around.parent, monotonicMs());
    return around.children;
  }

  /** Follows the windows around one, up to one that is followed. */
  async #adopt(x: XConnection, tree: WindowTree, node: WindowNode, parent: number): Promise<void> {
    const chain: number[] = [];
    let known = parent;
    while (tree.get(known) === undefined && chain.length < MAX_INNER_DEPTH) {
      chain.push(known);
      known = (await x.tree(known))?.parent ?? 0;
    }
    for (const window of chain.reverse()) {
      for (const question of tree.discover(window, known, true, monotonicMs())) this.#ask(x, tree, question);
      known = window;
    }
    for (const question of tree.adopt(node, parent, monotonicMs())) this.#ask(x, tree, question);
  }

  /** Undefined when it is about to be asked anyway. */
  #reread(x: XConnection, node: WindowNode, atom: number): Promise<void> | undefined {
    const name = this.#propertyOf.get(atom);
    if (name === undefined) return undefined;
    const waiting = this.#changed.get(node);
    if (waiting !== undefined) {
      waiting.add(name);
      return undefined;
    }
    const names = new Set([name]);
    this.#changed.set(node, names);
    return Promise.resolve().then(async () => {
      this.#changed.delete(node);
      // Of a part that turns out to be managed nothing has been asked yet.
      await this.#read(x, node, node.reading === "unread" ? PROPERTY_NAMES : [...names]);
    });
  }

  async #read(x: XConnection, node: WindowNode, names: readonly PropertyName[]): Promise<void> {
    node.asked++;
    const turn = node.asked;
    const asked = await Promise.all(names.map((name) => x.property(node.id, this.#atom(name))));
    const nowMs = monotonicMs();
    const atomOf = (name: string): number => this.#atom(name);
    const said = this.#said.get(node) ?? new Map<PropertyName, Said>();
    this.#said.set(node, said);
    const answers = new Map<PropertyName, XProperty>();
    for (const [at, name] of names.entries()) {
      const property = asked[at];
      if (property !== undefined && property.type !== 0) answers.set(name, property);
      // Once it is gone, no answer says that it had nothing to say.
      if ((said.get(name)?.turn ?? 0) < turn && node.goneAtMs === undefined)
        said.set(name, { turn, property });
    }
    // What it said at the time is a name that it had, even if it says something else by now, or is gone.
    node.titles.had(titlesFrom(answers, atomOf), nowMs);
    node.apps.had(classesOf(answers.get("WM_CLASS")), nowMs);
    if (node.goneAtMs !== undefined) return;
    const properties = new Map<PropertyName, XProperty>();
    for (const [name, { property }] of said)
      if (property !== undefined && property.type !== 0) properties.set(name, property);
    node.titles.set(titlesFrom(properties, atomOf), nowMs);
    node.apps.set(classesOf(properties.get("WM_CLASS")), nowMs);
    node.facts = factsFrom(properties, atomOf, node.id, x.root);
    node.reading = "read";
  }

  /** The window that has the keyboard, or the first around it that is followed. */
  async #followed(x: XConnection, tree: WindowTree, focus: number): Promise<number | undefined> {
    let window = focus;
    for (let depth = 0; depth < MAX_FOCUS_DEPTH; depth++) {
      if (window <= UNDER_POINTER || window === x.root) return undefined;
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
