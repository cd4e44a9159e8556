import { RETRY_ATTEMPTS, RETRY_FIRST_MS, RETRY_LONGEST_MS } from "./limits.js";

/**
 * How long to wait before an attempt: doubling, with half of it at random so that the viewers of a server that
 * restarted do not come back in step. `undefined` when the attempts are used up.
 * @param failures attempts that failed since the last event, from 1
 * @param random 0 (inclusive) to 1
 * @param floorMs what the server asked for, at the least
 */
export function retryDelayMs(failures: number, random: number, floorMs = 0): number | undefined {
  if (failures > RETRY_ATTEMPTS) return undefined;
  const longest = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** (failures - 1));
  return Math.max(Math.min(floorMs, RETRY_LONGEST_MS), longest / 2 + (longest / 2) * random);
}
