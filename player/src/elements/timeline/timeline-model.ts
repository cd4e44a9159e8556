import type { Activity } from "@reeltime/recorder/protocol";
import type { PlayerFact } from "../../store/index.js";
import { FACT_LOOKS } from "../fact-words.js";

/** Width of a bar and its gap, in CSS pixels. */
export const BAR_PX = 5;
const LOWEST = 0.07;

/**
 * Heights (0 to 1) of `bars` bars over `durationMs`: the activity's bins spread over them, by square root so
 * that a burst does not flatten the rest.
 */
export function barHeights(activity: Activity, durationMs: number, bars: number): readonly number[] {
  const sums = new Array<number>(bars).fill(0);
  if (bars === 0 || durationMs <= 0) return sums;
  const barMs = durationMs / bars;
  activity.counts.forEach((count, bin) => {
    const fromMs = bin * activity.binMs;
    const toMs = fromMs + activity.binMs;
    const first = Math.max(0, Math.floor(fromMs / barMs));
    const last = Math.min(bars - 1, Math.ceil(toMs / barMs) - 1);
    for (let bar = first; bar <= last; bar++) {
      const overlap = Math.min(toMs, (bar + 1) * barMs) - Math.max(fromMs, bar * barMs);
      sums[bar] = (sums[bar] ?? 0) + (count * Math.max(0, overlap)) / activity.binMs;
    }
  });
  const most = Math.max(...sums, 1e-9);
  return sums.map((sum) => (sum === 0 ? 0 : LOWEST + (1 - LOWEST) * Math.sqrt(sum / most)));
}

/** Bars as one path in a box of `bars * BAR_PX` by `height`; silence is a low dot. */
export function barsPath(heights: readonly number[], height: number): string {
  const width = BAR_PX - 1.6;
  return heights
    .map((part, index) => {
      const tall = part === 0 ? 2 : Math.max(3, part * height);
      const x = (index * BAR_PX).toFixed(1);
      return `M${x} ${height}v${(-tall).toFixed(1)}h${width.toFixed(1)}v${tall.toFixed(1)}z`;
    })
    .join("");
}

/** A mark on the timeline: a fact, and how many share its spot. */
export interface Mark {
  readonly fact: PlayerFact;
  /** Place, 0 to 1. */
  readonly at: number;
  readonly count: number;
}

/** Marks with at least `apart` (0 to 1) between them; of those on one spot the weightiest is drawn. */
export function marksOf(
  facts: readonly PlayerFact[],
  startMs: number,
  durationMs: number,
  apart: number,
): readonly Mark[] {
  const marks: Mark[] = [];
  if (durationMs <= 0) return marks;
  for (const fact of facts) {
    const at = Math.min(1, Math.max(0, (fact.atMs - startMs) / durationMs));
    const last = marks.at(-1);
    if (last === undefined || at - last.at >= apart) marks.push({ fact, at, count: 1 });
    else {
      const heavier = FACT_LOOKS[fact.type].weight > FACT_LOOKS[last.fact.type].weight;
      marks[marks.length - 1] = {
        fact: heavier ? fact : last.fact,
        at: heavier ? at : last.at,
        count: last.count + 1,
      };
    }
  }
  return marks;
}
