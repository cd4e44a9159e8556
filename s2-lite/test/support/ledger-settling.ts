import type { Life } from "./ledger.js";
import type { FoundStream } from "./store-audit.js";

/** The end of what is known to be there. */
export function lastEnd(life: Life): number {
  let end = life.base.end.seqNum;
  for (const { ack } of life.appends.values()) end = Math.max(end, ack?.end.seqNum ?? 0);
  return end;
}

/** The fence that the last acknowledged append left. */
export function currentFence(life: Life): string {
  let { fence } = life.base;
  let latest = -1;
  for (const { ack, records } of life.appends.values())
    for (const { effect } of records)
      if (effect.kind === "fence" && ack !== undefined && ack.start.seqNum > latest) {
        fence = effect.token;
        latest = ack.start.seqNum;
      }
  return fence;
}

/** Takes what an audit found of a stream for what is: nothing of it is open any more. */
export function settleStream(
  { stream, life: found, appends, fence, trimPoint, age }: FoundStream,
  heardMs: number,
): void {
  const life = stream.lives.at(-1);
  if (life === undefined) return;
  if (found !== life) {
    // Its creation never came to be, or its deletion did.
    if (life.created.heardMs === undefined && life.ages.length > 0) stream.lives.pop();
    else if (life.deleted !== undefined) life.deleted.heardMs = heardMs;
    return;
  }
  life.deleted = undefined;
  life.created.heardMs ??= heardMs;
  if (life.ages.length > 0) life.ages.splice(0, life.ages.length, { value: age, sentMs: 0, heardMs });
  let { end } = life.base;
  for (const append of [...life.appends.values()]) {
    const place = appends.get(append.id);
    if (place === undefined) {
      life.appends.delete(append.id); // it never will be there
      continue;
    }
    append.ack ??= { start: place.start, end: place.end, heardMs };
    if (place.end.seqNum > end.seqNum) end = place.end;
    if (place.end.seqNum <= trimPoint) life.appends.delete(append.id);
  }
  life.base = { fence, trimPoint, end };
}
