import { type Frame, type LostReason, MAX_FACTS_PER_FRAME } from "../protocol/page.js";

/** A frame that has no writer and no number yet: it gets them when it is first sent, so dropping it before leaves no gap. */
export type Draft = Omit<Frame, "writer" | "number">;

/** A frame on its way. */
export interface Entry {
  draft: Draft;
  /** Settles when the body is as small as it gets; `undefined` from then on. */
  packing?: Promise<void> | undefined;
  number?: number;
  /** As encoded under its number, for good; `undefined` until it is first taken. */
  bytes?: Uint8Array;
}

/**
 * The `lost` draft that stands in place of a dropped one, and of what `before` already stands for: how much, from
 * when to when, why first, and the facts, which are not lost. Its own time is the loss's end, since a frame may not
 * span as long as a loss may.
 */
export function lostDraft(dropped: Draft, why: LostReason, before?: Draft): Draft {
  const { events, rawBytes, firstMs, lastMs, lost } = dropped;
  const then = before?.lost;
  return {
    ...dropped,
    kind: "lost",
    firstMs: lastMs,
    checkout: false,
    codec: "json",
    events: 0,
    rawBytes: 0,
    facts: [...(before?.facts ?? []), ...dropped.facts].slice(0, MAX_FACTS_PER_FRAME),
    lost: {
      events: (then?.events ?? 0) + (lost?.events ?? events),
      bytes: (then?.bytes ?? 0) + (lost?.bytes ?? rawBytes),
      reason: then?.reason ?? lost?.reason ?? why,
      fromMs: then?.fromMs ?? lost?.fromMs ?? firstMs,
      toMs: lastMs,
    },
    body: new Uint8Array(),
  };
}
