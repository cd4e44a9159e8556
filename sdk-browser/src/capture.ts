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
import { type RecordedEvent, record, takeFullSnapshot } from "./rrweb.js";

/*
 * What happens in this window, as drafts: rrweb's events and the facts, while it is captured. A page has one window, so
 * this module holds its state, as rrweb does.
 */

let window: WindowId;
let push: (draft: Draft) => void;
let stopRecord: (() => void) | undefined;
/** The first picture was taken; what comes before it (the page's own milestones) could not be played. */
let begun: boolean;
let inputMs: number | undefined;

let parts: string[] = [];
let facts: Fact[] = [];
let units = 0;
let firstMs = Number.POSITIVE_INFINITY;
let lastMs = 0;
let isCheckout = false;
let flushTimer: number | undefined;
let flushedMs = 0;
let flushMs = FLUSH_MS;

let bytesSince = 0;
let snapshotBytes = 0;
let checkoutTimer: number | undefined;
let nextCheckoutMs = 0;

/** Whether it runs. */
export const isCapturing = (): boolean => stopRecord !== undefined;

/** A person did something just now. */
export function noteInput(): void {
  inputMs = Date.now();
}

/** Milliseconds since a person did something; infinite when nobody did. */
export const quietMs = (): number => Date.now() - (inputMs ?? Number.NEGATIVE_INFINITY);

/** A draft of this window, with nothing in it. */
export const emptyDraft = (kind: Draft["kind"]): Draft => ({
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

/** Asks for a checkout: it is taken as soon as it may be. Asking twice is asking once. */
export function askCheckout(): void {
  if (!stopRecord) return;
  checkoutTimer ??= later(() => {
    checkoutTimer = undefined;
    const startMs = Date.now();
    guard(takeFullSnapshot)(true);
    bytesSince = 0;
    nextCheckoutMs = Date.now() + Math.max((Date.now() - startMs) * CHECKOUT_GAP_PER_COST, CHECKOUT_GAP_MS);
  }, nextCheckoutMs - Date.now());
}

/** Ends the frame that is being gathered and gives it away. */
export function flushFrame(): void {
  cancel(flushTimer);
  flushTimer = undefined;
  if (!lastMs) return;
  flushedMs = Date.now();
  const body = new TextEncoder().encode(`[${parts}]`);
  const rawBytes = body.length;
  const draft = {
    ...emptyDraft("dom"),
    firstMs,
    lastMs,
    checkout: isCheckout,
    events: parts.length,
    rawBytes,
    facts,
    body,
  };
  bytesSince += rawBytes;
  if (isCheckout) snapshotBytes = rawBytes;
  if (isCheckout) bytesSince = 0;
  parts = [];
  facts = [];
  units = lastMs = 0;
  firstMs = Number.POSITIVE_INFINITY;
  isCheckout = false;
  push(draft);
  if (bytesSince > Math.max(CHECKOUT_FLOOR_BYTES, CHECKOUT_MULTIPLE * snapshotBytes)) askCheckout();
}

/** Makes room for something of this time; the first after a quiet spell goes at once. */
function add(atMs: number): void {
  if (Math.abs(atMs - firstMs) > MAX_SPAN_MS) flushFrame();
  firstMs = Math.min(firstMs, atMs);
  lastMs = Math.max(lastMs, atMs);
  flushTimer ??= later(flushFrame, Math.min(flushedMs + flushMs - Date.now(), flushMs));
}

/** rrweb's numbers for the events that frames begin and checkouts are made with. */
const META = 4;
const FULL_SNAPSHOT = 2;

const emit = guard((event: RecordedEvent): void => {
  if (event.type === META) {
    if (parts[0]) flushFrame();
    begun = true;
    event.data.href = address(event.data.href);
  }
  if (!begun) return;
  const json = JSON.stringify(event);
  add(event.timestamp);
  parts.push(json);
  units += json.length;
  isCheckout ||= event.type === FULL_SNAPSHOT;
  if (units > FLUSH_UNITS) flushFrame();
});

/** Takes a fact; in a loop in the page the first of each frame. */
export const tell: Tell = (type, text, detail) => {
  if (!stopRecord) return;
  add(Date.now());
  if (facts.length < MAX_FACTS_PER_FRAME) facts.push(createFact(type, text, detail));
};

/** Somebody is watching, or nobody is any more. */
export function setWatched(watched: boolean): void {
  if (watched && flushMs === FLUSH_MS) flushFrame();
  flushMs = watched ? WATCHED_FLUSH_MS : FLUSH_MS;
}

/** Begins, with a checkout as soon as there is a document; `give` gets the frames in their order. */
export function startCapture(name: WindowId, give: (draft: Draft) => void): void {
  if (stopRecord) return;
  window = name;
  push = give;
  begun = false;
  // A page's shell at DOMContentLoaded is a better start than seconds of nothing while images load.
  stopRecord = record({ ...recordOptions(), recordAfter: "DOMContentLoaded", emit });
}

/** Ends, and gives away what was gathered. */
export function stopCapture(): void {
  flushFrame();
  cancel(checkoutTimer);
  checkoutTimer = undefined;
  if (stopRecord) guard(stopRecord)();
  stopRecord = undefined;
}
