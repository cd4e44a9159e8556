import type { SessionItem } from "@reeltime/recorder/protocol";
import { MAX_TICKS } from "./limits.js";

type Tick = SessionItem["ticks"][number];

/**
 * Adds a tick, in the order of time. Past {@link MAX_TICKS} the one whose neighbours are nearest gives way, so that
 * what is left still shows when there was trouble.
 */
export function addTick(ticks: readonly Tick[], tick: Tick): readonly Tick[] {
  const later = ticks.findIndex((other) => other.atMs > tick.atMs);
  const at = later < 0 ? ticks.length : later;
  const added = [...ticks.slice(0, at), tick, ...ticks.slice(at)];
  if (added.length <= MAX_TICKS) return added;
  const crowded = mostCrowded(added);
  return added.filter((_, index) => index !== crowded);
}

function mostCrowded(ticks: readonly Tick[]): number {
  let least = Number.POSITIVE_INFINITY;
  let index = 0;
  for (let at = 1; at < ticks.length - 1; at++) {
    const room = (ticks[at + 1]?.atMs ?? 0) - (ticks[at - 1]?.atMs ?? 0);
    if (room < least) {
      least = room;
      index = at;
    }
  }
  return index;
}
