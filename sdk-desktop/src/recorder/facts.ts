import {
  clipUtf8,
  type Fact,
  type FactType,
  type FactValue,
  MAX_FACT_DETAIL_ENTRIES,
  MAX_FACT_DETAIL_VALUE_BYTES,
  MAX_FACT_TEXT_BYTES,
} from "@reeltime/recorder/protocol";
import { RAGE_CLICKS, RAGE_MS, RAGE_POINTS } from "../limits.js";
import { attempt } from "./attempt.js";

/** A fact as the format takes it: short, and its detail flat. Whatever is given: an app's own values come from plain JavaScript too. */
export function createFact(type: FactType, atMs: number, text: unknown, detail?: object): Fact {
  const fact = { type, atMs, text: attempt(() => clipUtf8(String(text), MAX_FACT_TEXT_BYTES)) ?? "" };
  if (detail === undefined || detail === null) return fact;
  const entries = attempt(() =>
    Object.entries(detail)
      .filter(([, value]) => value !== undefined)
      .slice(0, MAX_FACT_DETAIL_ENTRIES)
      .map(([name, value]) => [
        clipUtf8(name, MAX_FACT_DETAIL_VALUE_BYTES / 2),
        attempt(() => plain(value)) ?? "",
      ]),
  );
  return entries ? { ...fact, detail: Object.fromEntries(entries) as Record<string, FactValue> } : fact;
}

function plain(value: unknown): FactValue {
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return value;
  return clipUtf8(typeof value === "object" ? json(value) : String(value), MAX_FACT_DETAIL_VALUE_BYTES);
}

function json(value: object | null): string {
  try {
    return JSON.stringify(value);
  } catch {
    // A circle: its name has to do.
    return String(value);
  }
}

/** Where and when a button went down. */
export interface Click {
  readonly atMs: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Five clicks on one spot within two seconds.
 * @param before the clicks that may still count
 * @returns whether this one makes them a rage click, and what may count for the next
 */
export function noteClick(
  before: readonly Click[],
  click: Click,
): { readonly rage: boolean; readonly clicks: readonly Click[] } {
  const clicks = [...before, click].filter(
    ({ atMs, x, y }) => click.atMs - atMs < RAGE_MS && Math.hypot(click.x - x, click.y - y) <= RAGE_POINTS,
  );
  return clicks.length < RAGE_CLICKS ? { rage: false, clicks } : { rage: true, clicks: [] };
}
