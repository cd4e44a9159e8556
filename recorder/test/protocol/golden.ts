import type {
  ClosedRecord,
  Fact,
  Frame,
  FramesPage,
  OpenedRecord,
  ScreenEvent,
  SessionState,
  Summary,
  Upload,
} from "../../src/protocol/index.js";
import {
  encodeClosed,
  encodeFrame,
  encodeFramesPage,
  encodeOpened,
  encodeScreenBody,
  encodeState,
  encodeSummary,
  encodeUpload,
  parseProjectId,
  parseSessionId,
  type WindowId,
  type WriterId,
} from "../../src/protocol/index.js";

/** The values behind `test/fixtures/*.hex`. To change one is to change the format: see the README there. */

const START_MS = 1_767_225_600_000;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const writer = "Qm3xW8Lw_2-a" as WriterId;
export const window = "w7Hn2kPz0s9d" as WindowId;
export const project = parseProjectId("shop-1");
export const sessionId = parseSessionId("019b76da-a800-7abc-8def-0123456789ab");

/** Two events as JSON, and the same in one stored block of deflate, which every implementation inflates alike. */
export const EVENTS = [
  { type: 4, data: { href: "https://shop.example/", width: 1440, height: 900 }, timestamp: START_MS },
  { type: 2, data: { node: { type: 0, childNodes: [], id: 1 } }, timestamp: START_MS + 7 },
] as const;
const json = bytes(JSON.stringify(EVENTS));
export const stored = (raw: Uint8Array): Uint8Array =>
  Uint8Array.from([
    1,
    raw.length & 255,
    raw.length >> 8,
    ~raw.length & 255,
    (~raw.length >> 8) & 255,
    ...raw,
  ]);

const base: Frame = {
  writer,
  number: 0,
  window,
  kind: "dom",
  firstMs: START_MS,
  lastMs: START_MS + 7,
  inputMs: undefined,
  checkout: true,
  codec: "json",
  keyId: undefined,
  events: EVENTS.length,
  rawBytes: json.length,
  facts: [],
  lost: undefined,
  body: json,
};
const empty = { checkout: false, codec: "json", events: 0, rawBytes: 0, body: new Uint8Array(0) } as const;

const facts: readonly Fact[] = [
  {
    type: "navigation",
    atMs: START_MS,
    text: "https://shop.example/basket?x=1",
    detail: { title: "Basket" },
  },
  { type: "click", atMs: START_MS + 100.25, text: "Pay “now” 💳", detail: { x: 12, y: -4, width: 0.5 } },
  { type: "rage", atMs: START_MS + 200, text: "Pay", detail: { clicks: 5 } },
  { type: "input", atMs: START_MS + 300, text: "card number", detail: { checked: true, empty: false } },
  { type: "error", atMs: START_MS + 400, text: "TypeError: x is undefined", detail: { line: 70_000 } },
  { type: "console", atMs: START_MS + 500, text: "" },
  { type: "custom", atMs: START_MS + 600, text: "ordered", detail: {} },
  {
    type: "identify",
    atMs: START_MS + 700,
    text: "user-1",
    detail: { name: "Zoë", email: "zoe@shop.example" },
  },
];

export const frames = {
  "frame-dom-json": base,
  "frame-dom-deflate": {
    ...base,
    number: 1,
    codec: "deflate-raw",
    body: stored(json),
    inputMs: START_MS - 2,
  },
  "frame-dom-facts": { ...base, number: 300, checkout: false, lastMs: START_MS + 700, facts },
  "frame-dom-sealed": { ...base, number: 70_000, keyId: "key-2026", body: Uint8Array.from([0, 255, 128]) },
  "frame-screen": {
    ...base,
    number: 2 ** 32,
    kind: "screen",
    codec: "screen",
    inputMs: START_MS + 7.5,
    body: bytes("RECTS"),
    rawBytes: 8_294_400,
  },
  "frame-beat": { ...base, ...empty, number: 3, kind: "beat", lastMs: START_MS },
  "frame-lost": {
    ...base,
    ...empty,
    number: 4,
    kind: "lost",
    lost: { events: 250, bytes: 1_048_576, reason: "overflow", fromMs: START_MS + 10, toMs: START_MS + 900 },
  },
  "frame-close": { ...base, ...empty, number: 5, kind: "close", lastMs: START_MS },
} as const satisfies Readonly<Record<string, Frame>>;

export const uploads: Readonly<Record<string, Upload>> = {
  upload: {
    token: "header.payload.mac",
    sentAtMs: START_MS + 1_000,
    frames: [encodeFrame(frames["frame-dom-json"]), encodeFrame(frames["frame-beat"])],
  },
  "upload-empty": { token: "t", sentAtMs: 0, frames: [] },
};

export const states: Readonly<Record<string, SessionState>> = {
  "state-new": {
    writers: [],
    windows: [],
    lateRuns: [],
    totals: { frames: 0, events: 0, bytes: 0, firstMs: START_MS, lastMs: START_MS, inputMs: undefined },
  },
  state: {
    writers: [
      { writer, lastNumber: 41, offsetMs: -3_600_000, seenMs: START_MS + 9_000 },
      { writer: "second-writer" as WriterId, lastNumber: 0, offsetMs: 12, seenMs: START_MS + 8_000 },
    ],
    windows: [
      {
        window,
        checkoutSeqNum: 2,
        checkoutMs: START_MS + 5,
        checkoutBytes: 65_536,
        bytesAtCheckout: 65_536,
        seenMs: START_MS + 9_000,
      },
    ],
    lateRuns: [{ window, fromSeqNum: 30, toSeqNum: 33, firstMs: START_MS + 1_000, lastMs: START_MS + 2_000 }],
    totals: {
      frames: 43,
      events: 512,
      bytes: 99_999,
      firstMs: START_MS,
      lastMs: START_MS + 9_000,
      inputMs: START_MS + 8_500,
    },
  },
};

const opened: OpenedRecord = {
  project,
  sessionId,
  openedMs: START_MS,
  offsetMs: 250,
  client: {
    sdk: "browser/0.1.0",
    userAgent: "Mozilla/5.0",
    language: "de-CH",
    timeZone: "Europe/Zurich",
    url: "https://shop.example/",
    title: "Café ☕",
    referrer: "",
    screenWidth: 1440,
    screenHeight: 900,
  },
  after: parseSessionId("019b76d9-0000-7000-8000-000000000001"),
};
export const openeds: Readonly<Record<string, OpenedRecord>> = {
  opened,
  "opened-least": { project, sessionId, openedMs: START_MS, offsetMs: 0, client: { sdk: "desktop/0.1.0" } },
};

export const summaries: Readonly<Record<string, Summary>> = {
  summary: {
    opened,
    totals: {
      frames: 3,
      events: 40,
      bytes: 9_000,
      firstMs: START_MS,
      lastMs: START_MS + 60_000,
      inputMs: START_MS,
    },
    windows: [{ window, firstMs: START_MS, lastMs: START_MS + 60_000, events: 40 }],
    checkouts: [{ seqNum: 2, window, atMs: START_MS }],
    facts: facts.map((fact, index) => ({ ...fact, seqNum: 2 + index, window })),
    factsCut: 3,
    factCounts: { navigation: 1, click: 4, identify: 1 },
    lateRuns: [{ window, fromSeqNum: 4, toSeqNum: 5, firstMs: START_MS, lastMs: START_MS + 1 }],
    activity: { startMs: START_MS, binMs: 1_000, counts: [40, 0, 2] },
    lostEvents: 250,
  },
};

export const closeds: Readonly<Record<string, ClosedRecord>> = {
  closed: { reason: "idle", closedMs: START_MS + 1_860_000, summaryRecords: 1 },
};

export const pages: Readonly<Record<string, FramesPage>> = {
  "frames-page": {
    frames: [
      { seqNum: 2, timestampMs: START_MS, offsetMs: -250, bytes: encodeFrame(frames["frame-dom-json"]) },
      { seqNum: 3, timestampMs: START_MS + 1, offsetMs: 0, bytes: encodeFrame(frames["frame-lost"]) },
    ],
    next: 4,
    tail: 70_000,
    closed: false,
    dropped: 2,
  },
  "frames-page-empty": { frames: [], next: 9, tail: 9, closed: true, dropped: 0 },
};

/** Every event of a screen, with times on both sides of the frame's first. */
export const screenBodies: Readonly<Record<string, readonly ScreenEvent[]>> = {
  "screen-body": [
    {
      type: "display",
      atMs: START_MS,
      width: 1366,
      height: 768,
      x: -1366,
      y: 12.5,
      scale: 1.25,
      source: "display",
      name: "eDP-1 “left”",
      state: "shown",
    },
    {
      type: "paint",
      atMs: START_MS,
      whole: true,
      rectangles: [
        { x: 0, y: 0, width: 1366, height: 64, exact: true, image: bytes("WEBP1") },
        { x: 0, y: 64, width: 1366, height: 704, exact: false, image: bytes("WEBP2") },
      ],
    },
    { type: "pointer", atMs: START_MS + 12.5, x: 640, y: 400.5 },
    { type: "button", atMs: START_MS + 40, x: 640, y: -1, button: 1, down: true, clicks: 2 },
    { type: "wheel", atMs: START_MS + 90, x: 3, y: 4, deltaX: 0, deltaY: -3 },
    { type: "key", atMs: START_MS + 700, key: "Ctrl+Shift+S" },
    { type: "paint", atMs: START_MS + 1_000, whole: false, rectangles: [] },
  ],
  "screen-body-window": [
    {
      type: "display",
      atMs: START_MS,
      width: 1,
      height: 16_383,
      x: 0,
      y: 0,
      scale: 2,
      source: "window",
      name: "",
      state: "minimised",
    },
  ],
  "screen-body-empty": [],
};
/** The first time of the frames that hold them. */
export const SCREEN_FIRST_MS = START_MS;

/** Every fixture by name, as the encoders write it now. */
export function encodeAll(): ReadonlyMap<string, Uint8Array> {
  const all = new Map<string, Uint8Array>();
  const each = <T>(values: Readonly<Record<string, T>>, encode: (value: T) => Uint8Array): void => {
    for (const [name, value] of Object.entries(values)) all.set(name, encode(value));
  };
  each<Frame>(frames, encodeFrame);
  each(uploads, encodeUpload);
  each(states, encodeState);
  each(openeds, encodeOpened);
  each(summaries, (summary) => encodeSummary(summary)[0] ?? new Uint8Array(0));
  each(closeds, encodeClosed);
  each(pages, encodeFramesPage);
  each(screenBodies, (events) => encodeScreenBody(events, SCREEN_FIRST_MS));
  return all;
}

/** How a fixture lies in its file: 32 bytes to a line. */
export const toHex = (value: Uint8Array): string =>
  `${[...value].map((byte, index) => (index > 0 && index % 32 === 0 ? "\n" : "") + byte.toString(16).padStart(2, "0")).join("")}\n`;
/** Reads {@link toHex}. */
export const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));
