import {
  ADOPTED_SHEET,
  CANVAS,
  DRAG,
  FONT,
  MEDIA,
  MOUSE_MOVE,
  MUTATION,
  STYLE_DECLARATION,
  STYLE_RULE,
  TOUCH_MOVE,
} from "../../store/incremental-source.js";
import { FULL_SNAPSHOT, INCREMENTAL, META, type PlayEvent } from "../../store/play-event.js";
import { type Attributes, cleanAttributes } from "./attributes.js";
import { scrubCss, scrubPiece } from "./css.js";
import { cleanNode, createMemory, isSheet, type NodeMemory, type SerialisedNode } from "./nodes.js";
import type { SanitisePolicy } from "./policy.js";

const POINTER_BATCHES: ReadonlySet<unknown> = new Set([MOUSE_MOVE, TOUCH_MOVE, DRAG]);
/** rrweb's types that change nothing on the page: custom, plugin, asset, annotation. */
const FIRST_SILENT = 5;
/** The largest viewport that is believed. */
const MAX_VIEWPORT = 32_768;

type Data = Record<string, unknown>;

/**
 * Makes a window's events safe to play, in their order from a checkout on: nothing of them runs, nothing is
 * fetched that the policy does not let pass, and their shapes are what a replayer expects. Events are changed in
 * place; cleaning one twice changes nothing more.
 */
export class Sanitiser {
  readonly #policy: SanitisePolicy;
  #memory: NodeMemory = createMemory();
  #refused = 0;

  constructor(policy: SanitisePolicy) {
    this.#policy = policy;
  }

  /** Events that had no shape that could be played. */
  get refused(): number {
    return this.#refused;
  }

  /** The event to play; `undefined` for one that is not played. */
  clean(event: PlayEvent): PlayEvent | undefined {
    const data = event.data as Data;
    if (event.type >= FIRST_SILENT) return undefined;
    const kept = this.#keep(event.type, data);
    if (kept === "refused") this.#refused += 1;
    // A copy of the outside: a replayer writes into its events, and others play them too.
    return kept === "kept" ? { type: event.type, timestamp: event.timestamp, data: { ...data } } : undefined;
  }

  #keep(type: number, data: Data): "kept" | "refused" | "skipped" {
    switch (type) {
      case META:
        return isSize(data.width) && isSize(data.height) ? "kept" : "refused";
      case FULL_SNAPSHOT: {
        if (!isObject(data.node) || (data.node as SerialisedNode).type !== 0) return "refused";
        this.#memory = createMemory();
        cleanNode(data.node as SerialisedNode, this.#memory, this.#policy);
        if (!isObject(data.initialOffset)) data.initialOffset = { left: 0, top: 0 };
        return "kept";
      }
      case INCREMENTAL:
        return this.#incremental(data);
      default:
        return "kept";
    }
  }

  #incremental(data: Data): "kept" | "refused" | "skipped" {
    const { source } = data;
    if (POINTER_BATCHES.has(source)) {
      data.positions = objects(data.positions);
      return (data.positions as Data[]).length > 0 ? "kept" : "skipped";
    }
    switch (source) {
      case MUTATION:
        this.#mutation(data);
        return "kept";
      case STYLE_RULE:
        this.#rules(objects(data.adds));
        for (const name of ["replace", "replaceSync"]) this.#css(data, name);
        data.removes = objects(data.removes);
        data.adds = objects(data.adds);
        return "kept";
      case STYLE_DECLARATION:
        if (isObject(data.set)) this.#css(data.set as Data, "value");
        return Array.isArray(data.index) ? "kept" : "refused";
      case ADOPTED_SHEET:
        for (const style of objects(data.styles)) this.#rules(objects(style.rules));
        return Array.isArray(data.styleIds) ? "kept" : "refused";
      case MEDIA:
      case CANVAS:
      case FONT:
        // No media is loaded, no canvas is drawn in a frame without scripts, no font is fetched.
        return "skipped";
      default:
        return typeof source === "number" ? "kept" : "refused";
    }
  }

  #mutation(data: Data): void {
    const memory = this.#memory;
    for (const name of ["adds", "removes", "texts", "attributes"]) data[name] = objects(data[name]);
    // A copy: a replayer takes out of it what it does not find.
    data.removes = [...(data.removes as Data[])];
    // A text may be told of before the style it is for.
    for (const { node } of data.adds as Data[])
      if (isObject(node) && isSheet(node as SerialisedNode)) memory.styles.add((node as SerialisedNode).id);
    data.adds = (data.adds as Data[]).filter(
      ({ node, parentId }) =>
        isObject(node) && !(memory.styles.has(parentId) && memory.unfit.has((node as SerialisedNode).id)),
    );
    for (const add of data.adds as Data[]) {
      // What a replayer lets wait for a neighbour (recorders tell of none such) it puts in wherever that comes.
      for (const name of ["nextId", "previousId"]) if (add[name] === -1) add[name] = null;
      cleanNode(add.node as SerialisedNode, memory, this.#policy, memory.styles.has(add.parentId));
    }
    for (const text of data.texts as Data[]) this.#text(text);
    for (const change of data.attributes as Data[]) {
      if (!isObject(change.attributes)) change.attributes = {};
      for (const tag of memory.names.get(change.id) ?? [""])
        cleanAttributes(tag, change.attributes as Attributes, this.#policy);
    }
  }

  #text(text: Data): void {
    const { id, value } = text;
    const { styles, unfit } = this.#memory;
    if (typeof value !== "string") text.value = "";
    else if (styles.has(id)) text.value = scrubPiece(value, this.#policy);
    else if (scrubCss(value, this.#policy) !== value) unfit.add(id);
  }

  #rules(adds: readonly Data[]): void {
    for (const add of adds) this.#css(add, "rule");
  }

  #css(holder: Data, name: string): void {
    const value = holder[name];
    if (typeof value === "string") holder[name] = scrubCss(value, this.#policy);
    // A list would be written out as text.
    else if (isObject(value)) holder[name] = "";
  }
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;
const isSize = (value: unknown): boolean =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 && value <= MAX_VIEWPORT;

/** The entries of a list that are objects; the same list when all are. */
function objects(value: unknown): Data[] {
  if (!Array.isArray(value)) return [];
  return value.every(isObject) ? (value as Data[]) : (value.filter(isObject) as Data[]);
}
