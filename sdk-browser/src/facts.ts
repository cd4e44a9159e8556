import {
  clipUtf8,
  type FactType,
  type FactValue,
  MAX_FACT_DETAIL_ENTRIES,
  MAX_FACT_DETAIL_VALUE_BYTES,
  MAX_FACT_TEXT_BYTES,
} from "@reeltime/recorder/protocol/page";
import { guard, listen, type Undo, wrap } from "./guard.js";
import { native } from "./native.js";
import type { Words } from "./words.js";

/** Takes a fact. */
export type Tell = (type: FactType, text: string, detail?: Readonly<Record<string, unknown>>) => void;

/** Clicks within this many milliseconds and CSS pixels of each other, five of them, are a rage click (what Highlight and others use). */
const RAGE_MS = 2_000;
const RAGE_PX = 8;
const RAGE_CLICKS = 5;
/** Milliseconds a router is given to set the title after the address. */
const TITLE_MS = 100;
/** Two units of clipped text leave room for a mark. */
const CLIP_MARK = "…";

/** A text as a fact may hold it. */
export const factText = (text: unknown): string => clip(String(text), MAX_FACT_TEXT_BYTES);

/** A detail as a fact may hold it: flat, and not too much of it. */
export function factDetail(detail: Readonly<Record<string, unknown>>): Record<string, FactValue> {
  const flat: Record<string, FactValue> = {};
  for (const [name, value] of Object.entries(detail).slice(0, MAX_FACT_DETAIL_ENTRIES)) {
    if (value === undefined || value === null) continue;
    flat[clip(name, MAX_FACT_DETAIL_VALUE_BYTES / 2)] =
      typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))
        ? value
        : clip(typeof value === "object" ? asJson(value) : String(value), MAX_FACT_DETAIL_VALUE_BYTES);
  }
  return flat;
}

/** Watches the page and tells what happened in it: addresses, clicks, fields, errors. Undo takes every hook away again. */
export function watchPage(tell: Tell, words: Words, address: () => string): Undo {
  const undo = [
    ...watchAddress(tell, address),
    watchClicks(tell, words),
    ...watchFields(tell, words),
    ...watchErrors(tell),
  ];
  return () => {
    for (const one of undo) one();
  };
}

function watchAddress(tell: Tell, address: () => string): readonly Undo[] {
  let last: string | undefined;
  const look = guard((): void => {
    const now = address();
    if (now === last) return;
    last = now;
    tell("navigation", now, { title: document.title });
  });
  look();
  const later = (): void => {
    native("setTimeout")(look, TITLE_MS);
  };
  return [
    listen(["popstate", "hashchange"], later),
    listen(["pagehide"], look),
    wrap(history, "pushState", later),
    wrap(history, "replaceState", later),
  ];
}

function watchClicks(tell: Tell, words: Words): Undo {
  let recent: readonly MouseEvent[] = [];
  return listen(["click"], (event) => {
    const target = event.composedPath()[0];
    if (!event.isTrusted || !(target instanceof Element)) return;
    const text = words.clicked(target);
    tell("click", text);
    recent = recent.filter(
      (other) =>
        event.timeStamp - other.timeStamp < RAGE_MS &&
        Math.hypot(event.clientX - other.clientX, event.clientY - other.clientY) <= RAGE_PX,
    );
    recent = [...recent, event];
    if (recent.length < RAGE_CLICKS) return;
    tell("rage", text, { clicks: recent.length });
    recent = [];
  });
}

function watchFields(tell: Tell, words: Words): readonly Undo[] {
  let last: EventTarget | undefined;
  return [
    listen(["input"], (event) => {
      const target = event.composedPath()[0];
      if (target === last || !(target instanceof Element)) return;
      last = target;
      const text = words.field(target);
      if (text) tell("input", text);
    }),
    listen(["focusin"], () => {
      last = undefined;
    }),
  ];
}

function watchErrors(tell: Tell): readonly Undo[] {
  return [
    listen(["error"], ({ message, filename, lineno, colno, error }) => {
      // Without a message it is a resource that did not load.
      if (message) tell("error", message, { source: `${filename}:${lineno}:${colno}`, stack: error?.stack });
    }),
    listen(["unhandledrejection"], ({ reason }) => {
      tell("error", reason?.message ?? asJson(reason), { source: "promise", stack: reason?.stack });
    }),
    wrap(console, "error", (args) => {
      tell(
        "console",
        args.map((arg) => (arg instanceof Error ? `${arg.name}: ${arg.message}` : asJson(arg))).join(" "),
      );
    }),
  ];
}

function asJson(value: unknown): string {
  if (typeof value !== "object") return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return String(value);
  }
}

function clip(text: string, maxBytes: number): string {
  const clipped = clipUtf8(text, maxBytes);
  return clipped === text ? text : clipUtf8(text, maxBytes - 3) + CLIP_MARK;
}
