import { type Fact, MAX_FACTS_PER_FRAME, type WindowId } from "@reeltime/recorder/protocol/page";
import type { Draft } from "@reeltime/recorder/uploader";
import { createFact, type Tell } from "./facts.js";
import {
  CHECKOUT_FLOOR_BYTES,
  CHECKOUT_GAP_MS,
  CHECKOUT_GAP_PER_COST,
  CHECKOUT_MULTIPLE,
  FLUSH_MS,
  FLUSH_UNITS,
  MAX_SPAN_MS,
  WATCHED_FLUSH_MS,
} from "./limits.js";
import { address, recordOptions } from "./options.js";
import { cancel, guard, later } from "./page.js";
import { FULL_SNAPSHOT, META, type RecordedEvent, record } from "./rrweb.js";

/*
 * What happens in this window, as drafts: rrweb's events and the facts, while it is captured. A page has one window, so
 * this module holds its state, as rrweb does.
 */

let window: WindowId;
let push: (draft: Draft) => void;
let stopRecord: (() => void) | undefined;
let inputMs: number | undefined;

/** The frame that is being gathered, and its events as JSON, each with a comma before it. */
let frame: ({ -readonly [Name in keyof Draft]: Draft[Name] } & { facts: Fact[] }) | undefined;
let json = "";
let flushTimer: number | undefined;
let flushedMs = 0;
let flushMs = FLUSH_MS;

let bytesSince = 0;
let snapshotBytes = 0;
let checkoutDue = false;
/** By `performance.now()`, since a clock that is set back must not put a checkout off. */
let nextCheckoutMs = 0;

/** A person did something just now. */
export const noteInput = (): void => {
  inputMs = Date.now();
};

/** Milliseconds since a person did something; decades when nobody did. */
export const quietMs = (): number => Date.now() - (inputMs ?? 0);

/** A draft of this window, with nothing in it. */
export const emptyDraft = (kind: Draft["kind"]): Draft & { facts: Fact[] } => ({
  window,
  kind,
  firstMs: Date.now(),
  lastMs: Date.now(),
  inputMs,
  checkout: false,
  codec: "json",
  keyId: undefined,
  events: 0,
  rawBytes: 0,
  facts: [],
  body: new Uint8Array(),
});

/** A frame that says that this window is there; `undefined` while it is not captured. */
export const beat = (): Draft | undefined => stopRecord && emptyDraft("beat");

/** Asks for a checkout: it is taken as soon as it may be. Asking twice is asking once. */
export const askCheckout = (): void => {
  if (checkoutDue) return;
  checkoutDue = true;
  later(() => {
    checkoutDue = false;
    const startMs = performance.now();
    // Throws when this window is not captured any more.
    guard(record.takeFullSnapshot)(true);
    bytesSince = 0;
    const endMs = performance.now();
    nextCheckoutMs = endMs + Math.max((endMs - startMs) * CHECKOUT_GAP_PER_COST, CHECKOUT_GAP_MS);
  }, nextCheckoutMs - performance.now());
};

/** Ends the frame that is being gathered and gives it away. */
export const flushFrame = (): void => {
  cancel(flushTimer);
  flushTimer = undefined;
  if (!frame) return;
  flushedMs = Date.now();
  const body = new TextEncoder().encode(`[${json.slice(1)}]`);
  const rawBytes = body.length;
  const draft = { ...frame, inputMs, body, rawBytes };
  bytesSince += rawBytes;
  if (draft.checkout) {
    snapshotBytes = rawBytes;
    bytesSince = 0;
  }
  frame = undefined;
  json = "";
  push(draft);
  if (bytesSince > Math.max(CHECKOUT_FLOOR_BYTES, CHECKOUT_MULTIPLE * snapshotBytes)) askCheckout();
};

/** The frame for something of this time; the first after a quiet spell goes at once. */
const frameAt = (atMs: number) => {
  if (Math.abs(atMs - (frame?.firstMs ?? atMs)) > MAX_SPAN_MS) flushFrame();
  flushTimer ??= later(flushFrame, Math.min(flushedMs + flushMs - Date.now(), flushMs));
  frame ??= { ...emptyDraft("dom"), firstMs: atMs };
  frame.lastMs = atMs;
  return frame;
};

const emit = guard((event: RecordedEvent): void => {
  if (event.type < FULL_SNAPSHOT) return;
  if (event.type === META) {
    if (json) flushFrame();
    event.data.href = address(event.data.href);
  }
  const text = JSON.stringify(event);
  const to = frameAt(event.timestamp);
  to.events++;
  to.checkout ||= event.type === FULL_SNAPSHOT;
  json += `,${text}`;
  if (json.length > FLUSH_UNITS) flushFrame();
});

/** Takes a fact; in a loop in the page the first of each frame. */
export const tell: Tell = (type, text, detail) => {
  if (!stopRecord) return;
  const { facts } = frameAt(Date.now());
  if (facts.length < MAX_FACTS_PER_FRAME) facts.push(createFact(type, text, detail));
};

/** Somebody is watching, or nobody is any more. */
export const setWatched = (watched: boolean): void => {
  const before = flushMs;
  flushMs = watched ? WATCHED_FLUSH_MS : FLUSH_MS;
  if (flushMs < before) flushFrame();
};

/** Begins, with a checkout as soon as there is a document; `give` gets the frames in their order. */
export const startCapture = (name: WindowId, give: (draft: Draft) => void): void => {
  window = name;
  push = give;
  // A page's shell at DOMContentLoaded is a better start than seconds of nothing while images load.
  stopRecord ??= record<RecordedEvent>({ ...recordOptions(), recordAfter: "DOMContentLoaded", emit });
};

/** Ends, and gives away what was gathered. */
export const stopCapture = (): void => {
  flushFrame();
  if (stopRecord) guard(stopRecord)();
  stopRecord = undefined;
};
