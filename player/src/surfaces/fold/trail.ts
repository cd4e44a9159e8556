import {
  ADOPTED_SHEET,
  DRAG,
  INPUT,
  MOUSE_INTERACTION,
  MOUSE_MOVE,
  MUTATION,
  SCROLL,
  SELECTION,
  STYLE_DECLARATION,
  STYLE_RULE,
  TOUCH_MOVE,
  VIEWPORT,
} from "../../store/incremental-source.js";
import { INCREMENTAL, META, type PlayEvent } from "../../store/play-event.js";
import { type FoldNode, serialise } from "./fold-tree.js";

type Data = Record<string, unknown>;
type Attributes = Readonly<Record<string, unknown>>;

/** Where the pointer is, and what it is over. */
export interface Pointer {
  readonly x: number;
  readonly y: number;
  readonly id: number;
}

interface Changes {
  /** Last value of each attribute, the last set last. */
  readonly attributes: Map<string, unknown>;
  /** Properties of the style set one by one since it was set as a whole, the last set last. */
  readonly style: Map<string, unknown>;
}

/**
 * What is left to do once a tree is built: changes that only mean something on a page. Of those that cover each
 * other it keeps the last, and none of what is gone.
 */
export class Trail {
  /** By a key: a later event of the same key takes the place of the one before. */
  readonly #last = new Map<string, PlayEvent>();
  #changes = new Map<number, Changes>();
  #texts = new Map<number, string>();
  /** By the style element they are for. */
  #rules = new Map<number, PlayEvent[]>();
  #sheets: PlayEvent[] = [];
  #inputs = new Map<number, PlayEvent>();
  #scrolls = new Map<number, PlayEvent>();
  readonly #sheetHosts = new Set<number>();
  /** Names of radio buttons of which one was chosen. */
  readonly #groups = new Set<string>();
  #order = 0;
  #pointer: Pointer | undefined;

  /** A snapshot came: what was done to the page before it is in it. Where the pointer is, is not. */
  restart(): void {
    this.#changes = new Map();
    this.#texts = new Map();
    this.#rules = new Map();
    this.#sheets = [];
    this.#inputs = new Map();
    this.#scrolls = new Map();
    this.#sheetHosts.clear();
    this.#groups.clear();
  }

  /** An attribute of a node has another value; `null` takes it away, an object sets properties of a style. */
  attribute(id: number, name: string, value: unknown): void {
    let changes = this.#changes.get(id);
    if (changes === undefined) {
      changes = { attributes: new Map(), style: new Map() };
      this.#changes.set(id, changes);
    }
    if (name === "style" && typeof value === "object" && value !== null) {
      for (const [property, set] of Object.entries(value)) {
        changes.style.delete(property);
        changes.style.set(property, set);
      }
      return;
    }
    if (name === "style") changes.style.clear();
    changes.attributes.delete(name);
    changes.attributes.set(name, value);
  }

  /** A text that has to be adapted where it stands: the CSS of a style element. */
  text(id: number, value: string): void {
    this.#texts.set(id, value);
  }

  /** The text of a style element is another, and with it go the rules that were added to its sheet. */
  dropRules(styleId: number): void {
    this.#rules.delete(styleId);
  }

  /** An element was built anew, without what was changed of it. */
  dropChanges(id: number): void {
    this.#changes.delete(id);
  }

  /** A node is gone. `false`: sheets that others use were made for it, so it would have to be there. */
  forget(id: number): boolean {
    this.#changes.delete(id);
    this.#texts.delete(id);
    this.#rules.delete(id);
    this.#inputs.delete(id);
    this.#scrolls.delete(id);
    return !this.#sheetHosts.has(id);
  }

  /** Takes an event that changes no tree. */
  add(event: PlayEvent): void {
    const data = event.data as Data;
    if (event.type === META) this.#last.set(`meta ${this.#order++}`, event);
    if (event.type !== INCREMENTAL) return;
    const id = data.id as number;
    switch (data.source) {
      case MOUSE_MOVE:
      case TOUCH_MOVE:
      case DRAG:
        return;
      case MOUSE_INTERACTION:
        this.#replace(`interaction ${String(data.type)}`, event);
        return;
      case VIEWPORT:
        this.#replace("viewport", event);
        return;
      case SELECTION:
        this.#replace("selection", event);
        return;
      case SCROLL:
        replaceIn(this.#scrolls, id, event);
        return;
      case INPUT:
        replaceIn(this.#inputs, id, event);
        return;
      case STYLE_RULE:
      case STYLE_DECLARATION:
        if (data.styleId !== undefined || typeof id !== "number") this.#sheets.push(event);
        else
          this.#rules
            .set(id, this.#rules.get(id) ?? [])
            .get(id)
            ?.push(event);
        return;
      case ADOPTED_SHEET:
        this.#sheetHosts.add(id);
        this.#sheets.push(event);
        return;
      default:
        this.#last.set(`other ${this.#order++}`, event);
    }
  }

  /** Whether rules were added to any style element. */
  get hasRules(): boolean {
    return this.#rules.size > 0;
  }

  /** Whether rules were added to a style element. */
  hasRulesOf(id: number): boolean {
    return this.#rules.has(id);
  }

  /** Whether something was typed into an element, or chosen from it. */
  isTyped(id: number): boolean {
    return this.#inputs.has(id);
  }

  /** One of the radio buttons of a name was chosen. */
  choose(group: string): void {
    this.#groups.add(group);
  }

  /** Whether one of the radio buttons of a name was chosen. */
  isChosen(group: string | undefined): boolean {
    return group !== undefined && this.#groups.has(group);
  }

  /** What the pointer is over; `undefined` before it was anywhere. */
  get pointer(): Pointer | undefined {
    return this.#pointer;
  }

  /** The pointer is somewhere. */
  point(pointer: Pointer): void {
    this.#pointer = pointer;
  }

  /** Something is scrolled in the snapshot itself. */
  scrolled(id: number, x: number, y: number, timestamp: number): void {
    if (x === 0 && y === 0) return;
    this.#scrolls.set(id, { type: INCREMENTAL, timestamp, data: { source: SCROLL, id, x, y } });
  }

  /**
   * All of it as events, in an order in which each finds what it needs: documents in frames, attributes and
   * texts, sheets, then what was done with the page, and scrolling last, when everything has its size.
   * @param frames frame elements that have a document, a frame before those inside it
   */
  *events(frames: readonly FoldNode[], timestamp: number): Iterable<PlayEvent> {
    for (const { id, content } of frames) {
      if (content === undefined) continue;
      yield mutation({ adds: [{ parentId: id, nextId: null, node: serialise(content) }] }, timestamp, {
        isAttachIframe: true,
      });
    }
    const attributes = [...this.#attributes()];
    const texts = [...this.#texts].map(([id, value]) => ({ id, value }));
    if (attributes.length > 0 || texts.length > 0) yield mutation({ attributes, texts }, timestamp);
    for (const rules of this.#rules.values()) yield* rules;
    yield* this.#sheets;
    yield* this.#last.values();
    if (this.#pointer !== undefined) {
      const positions = [{ ...this.#pointer, timeOffset: 0 }];
      yield { type: INCREMENTAL, timestamp, data: { source: MOUSE_MOVE, positions } };
    }
    yield* this.#inputs.values();
    yield* this.#scrolls.values();
  }

  *#attributes(): Iterable<{ readonly id: number; readonly attributes: Attributes }> {
    for (const [id, { attributes, style }] of this.#changes) {
      if (attributes.size > 0) yield { id, attributes: Object.fromEntries(attributes) };
      if (style.size > 0) yield { id, attributes: { style: Object.fromEntries(style) } };
    }
  }

  #replace(key: string, event: PlayEvent): void {
    this.#last.delete(key);
    this.#last.set(key, event);
  }
}

function replaceIn(events: Map<number, PlayEvent>, id: number, event: PlayEvent): void {
  events.delete(id);
  events.set(id, event);
}

function mutation(parts: Data, timestamp: number, more: Data = {}): PlayEvent {
  const data = { source: MUTATION, adds: [], removes: [], texts: [], attributes: [], ...parts, ...more };
  return { type: INCREMENTAL, timestamp, data };
}
