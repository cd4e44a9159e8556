import { encodeFrame, type LostReason, MAX_BODY_BYTES, MAX_FRAME_BYTES } from "../protocol/page.js";
import { type Draft, type Entry, frameOf, lostDraft } from "./draft.js";
import type { State } from "./state.js";

/*
 * The queue: one writer's frames of one window, held until acknowledged. A frame gets its number when it is first
 * taken and then keeps it, and its bytes. What is dropped is told by a `lost` frame just before the next checkout, and
 * frames are dropped until that comes: frames whose checkout is gone are never sent. The bound of bytes may be
 * passed by one frame and by bodies that are being deflated, which takes milliseconds.
 */

/** Bytes an envelope takes beside its body, about. */
const ENVELOPE_BYTES = 256;
/** Bytes of a body that deflating would hardly make smaller. */
const TOO_SMALL_TO_DEFLATE = 128;

/** Bytes held over the bound; negative while there is room. */
const excess = ({ queued, o }: State): number =>
  queued.reduce(
    (sum, { packing, draft }) => sum + ENVELOPE_BYTES + (packing ? 0 : draft.body.length),
    -o.maxQueueBytes,
  );

/** Nothing but a checkout is of use from here. Asks for one when this is news. */
function spoil(state: State, why: LostReason): void {
  const known = state.broken;
  state.broken ??= why;
  if (!known) state.o.askCheckout();
}

function lose(state: State, draft: Draft, why: LostReason): void {
  state.loss = lostDraft(draft, why, state.loss);
  spoil(state, why);
}

function add(state: State, draft: Draft): void {
  const entry: Entry = { draft };
  state.queued.push(entry);
  if (draft.codec !== "json" || draft.rawBytes < TOO_SMALL_TO_DEFLATE || draft.why) return;
  entry.packing = state.o
    .deflate?.(draft.body as Uint8Array<ArrayBuffer>)
    // When that fails, the body stays as it is.
    .catch(() => undefined)
    .then((body) => {
      if (body) entry.draft = { ...draft, codec: "deflate-raw", body };
      entry.packing = undefined;
    });
}

/** Puts what was lost into the queue. */
export function tellLoss(state: State): void {
  if (state.loss) add(state, state.loss);
  state.loss = undefined;
}

/** Takes a draft, or drops it and says so later. */
export function pushDraft(state: State, draft: Draft): void {
  const { checkout, kind } = draft;
  const unsent = state.queued.filter((entry) => !entry.bytes);
  const full = excess(state) > 0;
  if (full) {
    state.queued = state.queued.filter((entry) => entry.bytes);
    for (const entry of unsent) lose(state, entry.draft, "overflow");
  }
  if (draft.rawBytes > MAX_BODY_BYTES) lose(state, draft, "too_large");
  else if ((full && !unsent[0]) || (state.broken && draft.events && !checkout)) {
    lose(state, draft, state.broken ?? "overflow");
  } else {
    if (checkout || kind === "close") tellLoss(state);
    if (checkout) state.broken = undefined;
    add(state, draft);
  }
}

function encode(state: State, entry: Entry): Uint8Array {
  entry.number ??= state.next++;
  entry.bytes = encodeFrame({ ...frameOf(entry.draft), writer: state.writer, number: entry.number });
  return entry.bytes;
}

/** A `lost` frame takes this one's number; its facts go too, as they may be what is wrong with it. */
export function replaceEntry(state: State, entry: Entry, why: LostReason): Uint8Array {
  entry.draft = { ...lostDraft(entry.draft, why), facts: [] };
  spoil(state, why);
  return encode(state, entry);
}

/** The oldest frames, numbered and encoded: as many as fit, but at least `atLeast`, their bodies as they are now. */
export function takeFrames(
  state: State,
  maxBytes: number,
  maxFrames: number,
  atLeast = 0,
): readonly Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (const entry of state.queued.slice(0, maxFrames)) {
    let frame = entry.bytes ?? encode(state, entry);
    if (frame.length > MAX_FRAME_BYTES) frame = replaceEntry(state, entry, "too_large");
    maxBytes -= frame.length;
    if (maxBytes < 0 && frames.length >= atLeast) break;
    frames.push(frame);
  }
  return frames;
}

/** All frames, for a later page; what is over the bounds is lost, and told by the last of them. */
export function takeRest(state: State, maxBytes: number, maxFrames: number): readonly Uint8Array[] {
  const frames = takeFrames(state, maxBytes, maxFrames - 1);
  const over = state.queued.splice(frames.length);
  for (const { draft } of over) lose(state, draft, "storage");
  const { loss } = state;
  if (!over[0] || !loss) return frames;
  state.loss = undefined;
  const entry: Entry = { ...over[0], draft: { ...loss, facts: [] } };
  state.queued.push(entry);
  return [...frames, encode(state, entry)];
}

/** Lets go of everything before a number. False when that number cannot be sent any more. */
export function settleBefore(state: State, expected: number): boolean {
  if (!(expected <= state.next && expected >= (state.queued[0]?.number ?? state.next))) return false;
  state.queued = state.queued.filter(({ number = expected }) => number >= expected);
  if (state.broken) state.o.askCheckout();
  return true;
}

/** All goes on under a new writer; frames that stand before the first checkout in here are dropped. */
export function restartQueue(state: State, why: LostReason): void {
  const { queued } = state;
  state.queued = [];
  state.writer = state.o.createWriter();
  state.next = 0;
  state.broken = why;
  for (const { draft } of queued) {
    if (draft.why) lose(state, draft, why);
    else pushDraft(state, draft);
  }
  if (state.broken) state.o.askCheckout();
}
