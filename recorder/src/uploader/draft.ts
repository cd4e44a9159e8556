import type { Frame, FrameKind, Lost, LostReason, WindowId } from "../protocol/page.js";
import { MAX_FACTS_PER_FRAME } from "../protocol/page.js";

/** A frame that has no writer and no number yet: it gets them when it is first sent, so dropping it before leaves no gap. */
export type Draft = Omit<Frame, "writer" | "number">;

/** A draft that holds nothing. */
export const emptyDraft = (kind: FrameKind, window: WindowId, atMs: number): Draft => ({
  window,
  kind,
  firstMs: atMs,
  lastMs: atMs,
  inputMs: undefined,
  checkout: false,
  codec: "json",
  keyId: undefined,
  events: 0,
  rawBytes: 0,
  facts: [],
  lost: undefined,
  body: new Uint8Array(),
});

/**
 * The draft that stands in place of a dropped one: it says what is lost, and keeps the facts. Its own times
 * are the end of the loss, since a frame may not span as long as a loss may.
 */
export function lostDraft(dropped: Draft, reason: LostReason): Draft {
  const { window, events, rawBytes: bytes, firstMs: fromMs, lastMs: toMs, facts, inputMs } = dropped;
  const lost = dropped.lost ?? { events, bytes, reason, fromMs, toMs };
  return { ...emptyDraft("lost", window, lost.toMs), inputMs, facts, lost };
}

/** One `lost` draft in place of two of the same window. It keeps the reason of the first. */
export function mergeLost(first: Draft, second: Draft): Draft {
  const a = first.lost;
  const b = second.lost;
  if (!a || !b) return a ? first : second;
  const lost: Lost = {
    events: a.events + b.events,
    bytes: a.bytes + b.bytes,
    reason: a.reason,
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
  };
  const facts = [...first.facts, ...second.facts].slice(0, MAX_FACTS_PER_FRAME);
  return { ...second, firstMs: lost.toMs, lastMs: lost.toMs, facts, lost };
}
