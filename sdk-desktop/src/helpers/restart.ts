import { HEALTHY_MS, RESTART_FIRST_MS, RESTART_LAST_MS } from "../limits.js";

/**
 * Milliseconds before a helper that died is started again: 1 s, 2, 4, … 30 s; from the first again after one that lived.
 * @param deaths how many died in a row before this one, none of them healthy
 * @param livedMs how long this one lived
 */
export function decideRestart(
  deaths: number,
  livedMs: number,
): { readonly waitMs: number; readonly deaths: number } {
  const before = livedMs >= HEALTHY_MS ? 0 : deaths;
  return {
    waitMs: Math.min(RESTART_FIRST_MS * 2 ** Math.min(before, 16), RESTART_LAST_MS),
    deaths: before + 1,
  };
}
