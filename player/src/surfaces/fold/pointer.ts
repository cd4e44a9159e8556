import { MOUSE_INTERACTION } from "../../store/incremental-source.js";
import type { Pointer } from "./trail.js";

/** rrweb's sources whose events hold positions: the pointer moved, was dragged, a finger moved. */
const MOVES: ReadonlySet<unknown> = new Set([1, 6, 12]);
/** rrweb's types of interaction that say where: button down, up, click, touch begun and ended. */
const PLACED: ReadonlySet<unknown> = new Set([0, 1, 2, 7, 9]);

type Data = Readonly<Record<string, unknown>>;

/** Where the pointer is after an event; `undefined` for one that does not say. */
export function pointerAfter(data: Data): Pointer | undefined {
  if (data.source === MOUSE_INTERACTION) return PLACED.has(data.type) ? pointerOf(data) : undefined;
  if (!MOVES.has(data.source) || !Array.isArray(data.positions)) return undefined;
  return pointerOf((data.positions as readonly unknown[]).at(-1));
}

function pointerOf(place: unknown): Pointer | undefined {
  const { x, y, id } = (place ?? {}) as Data;
  if (!Number.isInteger(id)) return undefined;
  return { x: numberOr0(x), y: numberOr0(y), id: id as number };
}

const numberOr0 = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) ? value : 0;
