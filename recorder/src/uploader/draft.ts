import { type Frame, type LostReason, MAX_FACTS_PER_FRAME } from "../protocol/page.js";

/**
 * A frame that has no writer and no number yet: it gets them when it is first sent, so dropping it before leaves no gap.
 * A draft of kind `lost` counts in itself what it stands for, from its first to its last time, and says why.
 */
export interface Draft extends Omit<Frame, "writer" | "number" | "lost"> {
  readonly why?: LostReason;
}

/** A draft that waits in the queue. Its body is made smaller meanwhile. */
export type Entry = { -readonly [Name in keyof Draft]: Draft[Name] } & {
  /** Settles when the body is as small as it gets; `undefined` from then on. */
  packing?: Promise<void> | undefined;
};

/** The draft that stands in place of a dropped one, and of what `before` already stands for. The facts are not lost. */
export const lostDraft = (
  dropped: Draft,
  why: LostReason,
  before: Draft = { ...dropped, why: dropped.why ?? why, events: 0, rawBytes: 0, facts: [] },
): Draft => ({
  ...before,
  kind: "lost",
  checkout: false,
  codec: "json",
  body: new Uint8Array(),
  events: before.events + dropped.events,
  rawBytes: before.rawBytes + dropped.rawBytes,
  lastMs: dropped.lastMs,
  inputMs: dropped.inputMs,
  facts: [...before.facts, ...dropped.facts].slice(0, MAX_FACTS_PER_FRAME),
});

/** A draft as the format has it. A `lost` frame's own time is the loss's end, since a frame may not span as long as a loss may. */
export const frameOf = (draft: Draft): Omit<Frame, "writer" | "number"> => {
  const { why: reason, events, rawBytes: bytes, firstMs: fromMs, lastMs: toMs } = draft;
  if (!reason) return { ...draft, lost: undefined };
  return { ...draft, firstMs: toMs, events: 0, rawBytes: 0, lost: { events, bytes, reason, fromMs, toMs } };
};
