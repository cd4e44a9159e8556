import {
  type Fact,
  type FactType,
  MAX_FACTS_PER_FRAME,
  type WindowId,
} from "@reeltime/recorder/protocol/page";
import type { Draft } from "@reeltime/recorder/uploader";
import { createFact, watchPage } from "./facts.js";
import { type InitOptions, recordOptions } from "./options.js";
import { cancel, guard, later, type Undo } from "./page.js";
import { type RecordedEvent, record, takeFullSnapshot } from "./rrweb.js";
import { createWords } from "./words.js";

/** rrweb's numbers for the events that frames begin and checkouts are made with. */
const FULL_SNAPSHOT = 2;
const META = 4;

/** Milliseconds between two frames of a session nobody watches, and of one that is watched. */
const FLUSH_MS = 1_000;
const WATCHED_FLUSH_MS = 50;
/** Units of JSON after which a frame is full, so that an unload has little to send and a frame little to lose. */
const FLUSH_UNITS = 64 * 1024;
/** Milliseconds one frame may span: a clock that jumps or a laptop that slept begins a new one. */
const MAX_SPAN_MS = 60_000;

/** Bytes of events, before compression, between two checkouts at the least: less is quicker to replay than a page is to build. */
const FLOOR_BYTES = 256 * 1024;
/** A checkout is due when the events since the last weigh this many times as much as it did: at most a fifth of all bytes are checkouts. */
const MULTIPLE = 4;
/** Milliseconds between two checkouts per millisecond one took: at most a fiftieth of the page's time, whoever asks. */
const GAP_PER_COST = 50;
const LEAST_GAP_MS = 2_000;

/** What happens in one window, as drafts: rrweb's events and the facts, while it runs. */
export interface Capture {
  /** Begins, with a checkout as soon as there is a document. */
  start(): void;
  /** Ends, and gives away what was gathered. */
  stop(): void;
  /** Whether it runs. */
  running(): boolean;
  /** Ends the frame that is being gathered. */
  flushFrame(): void;
  /** Takes a fact. */
  fact(type: FactType, text: unknown, detail?: Readonly<Record<string, unknown>>): void;
  /** Asks for a checkout: it is taken as soon as it may be. Asking twice is asking once. */
  checkout(): void;
  /** Somebody is watching, or nobody is any more. */
  setWatched(watched: boolean): void;
  /** A person did something just now. */
  input(): void;
  /** When a person last did something, epoch ms; 0 before anyone did. */
  inputMs(): number;
  /** A draft of this window, with nothing in it. */
  draft(kind: Draft["kind"]): Draft;
}

/** Makes one; `push` gets the frames in their order. What it does to the page is undone with `undo`. */
export function createCapture(
  options: InitOptions,
  window: WindowId,
  address: (url: string) => string,
  undo: Undo,
  push: (draft: Draft) => void,
): Capture {
  const rrweb = recordOptions(options);
  let stopRecord: (() => void) | undefined;
  let begun = false;
  let watching = false;
  let inputMs = 0;

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

  const draft = (kind: Draft["kind"]): Draft => ({
    window,
    kind,
    firstMs: Date.now(),
    lastMs: Date.now(),
    inputMs: inputMs || undefined,
    checkout: false,
    codec: "json",
    keyId: undefined,
    events: 0,
    rawBytes: 0,
    facts: [],
    body: new Uint8Array(),
  });

  const checkout = (): void => {
    if (stopRecord) {
      checkoutTimer ??= later(() => {
        checkoutTimer = undefined;
        const startMs = Date.now();
        guard(takeFullSnapshot)(true);
        bytesSince = 0;
        nextCheckoutMs = Date.now() + Math.max((Date.now() - startMs) * GAP_PER_COST, LEAST_GAP_MS);
      }, nextCheckoutMs - Date.now());
    }
  };

  const flush = (): void => {
    cancel(flushTimer);
    flushTimer = undefined;
    if (!parts[0] && !facts[0]) return;
    flushedMs = Date.now();
    const body = new TextEncoder().encode(`[${parts}]`);
    const rawBytes = body.length;
    const frame = {
      ...draft("dom"),
      firstMs,
      lastMs,
      checkout: isCheckout,
      events: parts.length,
      rawBytes,
      facts,
      body,
    };
    if (isCheckout) snapshotBytes = rawBytes;
    bytesSince = isCheckout ? 0 : bytesSince + rawBytes;
    parts = [];
    facts = [];
    units = 0;
    firstMs = Number.POSITIVE_INFINITY;
    lastMs = 0;
    isCheckout = false;
    push(frame);
    if (bytesSince > Math.max(FLOOR_BYTES, MULTIPLE * snapshotBytes)) checkout();
  };

  const add = (atMs: number): void => {
    if (Math.abs(atMs - firstMs) > MAX_SPAN_MS) flush();
    firstMs = Math.min(firstMs, atMs);
    lastMs = Math.max(lastMs, atMs);
    flushTimer ??= later(flush, Math.min(flushedMs + flushMs - Date.now(), flushMs));
  };

  const emit = (event: RecordedEvent): void => {
    if (event.type === META) {
      if (parts[0]) flush();
      begun = true;
      event.data.href = address(event.data.href);
    }
    // What comes before the first picture (the page's own milestones) could not be played.
    if (!begun) return;
    const json = JSON.stringify(event);
    add(event.timestamp);
    parts.push(json);
    units += json.length;
    isCheckout ||= event.type === FULL_SNAPSHOT;
    if (units > FLUSH_UNITS) flush();
  };

  const fact: Capture["fact"] = (type, text, detail) => {
    if (!stopRecord) return;
    add(Date.now());
    if (facts.length < MAX_FACTS_PER_FRAME) facts.push(createFact(type, text, detail));
  };

  return {
    draft,
    fact,
    flushFrame: flush,
    checkout,
    start: () => {
      if (stopRecord) return;
      begun = false;
      // A page's shell at DOMContentLoaded is a better start than seconds of nothing while images load.
      stopRecord = record({ ...rrweb, recordAfter: "DOMContentLoaded", emit: guard(emit) });
      if (!watching) watchPage(undo, fact, () => address(location.href), createWords(rrweb));
      watching = true;
    },
    stop: () => {
      flush();
      cancel(checkoutTimer);
      checkoutTimer = undefined;
      guard(stopRecord ?? flush)();
      stopRecord = undefined;
    },
    running: () => Boolean(stopRecord),
    setWatched: (watched) => {
      if (watched && flushMs === FLUSH_MS) flush();
      flushMs = watched ? WATCHED_FLUSH_MS : FLUSH_MS;
    },
    input: () => {
      inputMs = Date.now();
    },
    inputMs: () => inputMs,
  };
}
