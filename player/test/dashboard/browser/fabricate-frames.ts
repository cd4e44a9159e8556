import {
  encodeFrame,
  type Fact,
  type SessionDetail,
  type StoredFrame,
  type WindowId,
  type WriterId,
} from "@reeltime/recorder/protocol";
import { FRAME_MS } from "./fabricate.js";

/** rrweb's numbers. */
const META = 4;
const FULL_SNAPSHOT = 2;
const INCREMENTAL = 3;
const MOUSE_MOVE = 1;
const DOCUMENT = 0;
const ELEMENT = 2;
const TEXT = 3;

type Node = Readonly<Record<string, unknown>>;

/** Frames of a small page in which the pointer moves every half second: what the player needs to play. Its facts are in the detail. */
export function fabricateFrames(detail: SessionDetail): readonly StoredFrame[] {
  const [span] = detail.windows;
  if (span === undefined) return [];
  const frames: StoredFrame[] = [];
  for (let from = detail.startMs; from < detail.lastMs; from += FRAME_MS) {
    const to = Math.min(from + FRAME_MS, detail.lastMs);
    const first = frames.length === 0;
    const events = [...(first ? opening(from) : []), ...moves(from, to)];
    frames.push(frameOf(span.window, frames.length, from, to - 1, events));
  }
  return frames;
}

/** One frame; the first is a checkout. */
export function frameOf(
  window: WindowId,
  number: number,
  firstMs: number,
  lastMs: number,
  events: readonly unknown[],
  facts: readonly Fact[] = [],
): StoredFrame {
  const body = new TextEncoder().encode(JSON.stringify(events));
  const bytes = encodeFrame({
    writer: "writer-01" as WriterId,
    number,
    window,
    kind: "dom",
    firstMs,
    lastMs,
    inputMs: lastMs,
    checkout: number === 0,
    codec: "json",
    keyId: undefined,
    events: events.length,
    rawBytes: body.length,
    facts,
    lost: undefined,
    body,
  });
  return { seqNum: 2 + number, timestampMs: firstMs, offsetMs: 0, bytes };
}

const moves = (from: number, to: number): readonly unknown[] =>
  Array.from({ length: Math.max(0, Math.floor((to - from) / 500)) }, (_, index) => ({
    type: INCREMENTAL,
    timestamp: from + index * 500 + 10,
    data: {
      source: MOUSE_MOVE,
      positions: [{ x: 200 + ((index * 37) % 600), y: 200 + ((index * 53) % 400), id: 5, timeOffset: 0 }],
    },
  }));

function opening(atMs: number): readonly unknown[] {
  let id = 0;
  const next = () => {
    id += 1;
    return id;
  };
  const element = (tagName: string, attributes: Node, ...childNodes: readonly Node[]): Node => ({
    type: ELEMENT,
    tagName,
    attributes,
    childNodes,
    id: next(),
  });
  const text = (textContent: string): Node => ({ type: TEXT, textContent, id: next() });
  const style =
    "body{font:16px/1.5 system-ui;margin:0;color:#1c1e24;background:#fff}nav{display:flex;gap:24px;padding:18px 32px;border-bottom:1px solid #eee}main{display:grid;grid-template-columns:1.4fr 1fr;gap:32px;padding:32px}label{display:block;font-size:13px;color:#666;margin:14px 0 4px}.inp{border:1px solid #d6d6dc;border-radius:6px;padding:9px 12px;letter-spacing:3px;color:#999}.buy{margin-top:20px;background:#161616;color:#fff;text-align:center;border-radius:7px;padding:12px;font-weight:600}aside{background:#f7f7fa;border-radius:10px;padding:20px}";
  const node: Node = {
    type: DOCUMENT,
    id: next(),
    childNodes: [
      element(
        "html",
        { lang: "en" },
        element(
          "head",
          {},
          element("style", {}, { type: TEXT, textContent: style, isStyle: true, id: next() }),
        ),
        element(
          "body",
          {},
          element(
            "nav",
            {},
            element("b", {}, text("Northwind")),
            text("Products"),
            text(" Rooms "),
            text("Sale"),
          ),
          element(
            "main",
            {},
            element(
              "section",
              {},
              element("h2", {}, text("Checkout")),
              element("label", {}, text("E-mail")),
              element("div", { class: "inp" }, text("••••••••••••")),
              element("label", {}, text("Card number")),
              element("div", { class: "inp" }, text("•••• •••• ••••")),
              element("div", { class: "buy" }, text("Pay 214.00")),
            ),
            element(
              "aside",
              {},
              element("b", {}, text("Order")),
              element("p", {}, text("Oak desk lamp, 89.00")),
            ),
          ),
        ),
      ),
    ],
  };
  return [
    {
      type: META,
      timestamp: atMs,
      data: { href: "https://shop.example/checkout", width: 1440, height: 900 },
    },
    {
      type: FULL_SNAPSHOT,
      timestamp: atMs + 1,
      data: { node, initialOffset: { top: 0, left: 0 } },
    },
  ];
}
