import {
  type Fact,
  type FactType,
  type FactValue,
  MAX_FACT_DETAIL_ENTRIES,
  MAX_FACT_DETAIL_VALUE_BYTES,
  MAX_FACT_TEXT_BYTES,
} from "@reeltime/recorder/protocol/page";
import { guard, later, listen, type Undo, wrap } from "./page.js";

/** What belongs to a fact. */
export type Detail = Readonly<Record<string, unknown>>;
/** Takes a fact. */
export type Tell = (type: FactType, text: unknown, detail?: Detail) => void;

/** Clicks within this many milliseconds and CSS pixels of each other, five of them, are a rage click. */
const RAGE_MS = 2_000;
const RAGE_PX = 8;
const RAGE_CLICKS = 5;
/** Milliseconds a router is given to set the title after the address. */
const TITLE_MS = 100;

/** Anything in words of at most so many bytes, never half a character. */
function clip(value: unknown, maxBytes: number): string {
  let text = String(value);
  try {
    if (typeof value === "object" && !(value instanceof Error)) text = JSON.stringify(value);
  } catch {
    // A circle: its name has to do.
  }
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(maxBytes)).read);
}

/** A fact as the format takes it: short, and its detail flat. */
export const createFact = (type: FactType, text: unknown, detail?: Detail): Fact => ({
  type,
  atMs: Date.now(),
  text: clip(text, MAX_FACT_TEXT_BYTES),
  ...(detail && {
    detail: Object.fromEntries(
      Object.entries(detail)
        .filter(([, value]) => value !== undefined)
        .slice(0, MAX_FACT_DETAIL_ENTRIES)
        .map(([name, value]) => [
          clip(name, MAX_FACT_DETAIL_VALUE_BYTES / 2),
          typeof value === "boolean" || Number.isFinite(value)
            ? (value as FactValue)
            : clip(value, MAX_FACT_DETAIL_VALUE_BYTES),
        ]),
    ),
  }),
});

/** Watches the page and tells what happened in it: addresses, clicks, fields, errors. */
export function watchPage(
  undo: Undo,
  tell: Tell,
  address: () => string,
  words: (target: Element, typed?: boolean) => string | undefined,
): void {
  let last: string | undefined;
  const look = (): void => {
    const now = address();
    if (now !== last) tell("navigation", now, { title: document.title });
    last = now;
  };
  const soon = (): void => void later(guard(look), TITLE_MS);
  listen(undo, "pagehide", look);
  listen(undo, "popstate hashchange", soon);
  wrap(undo, history, "pushState", soon);
  wrap(undo, history, "replaceState", soon);

  let clicks: readonly MouseEvent[] = [];
  let field: EventTarget | undefined;
  listen(undo, "click input focusin", (event) => {
    const click = event as MouseEvent;
    const target = event.composedPath()[0] as Element;
    const typed = event.type === "input";
    if (event.type === "focusin") field = undefined;
    if (event.type === "focusin" || !event.isTrusted || (typed && target === field)) return;
    if (typed) field = target;
    const text = words(target, typed);
    if (!text) return;
    tell(typed ? "input" : "click", text);
    if (typed) return;
    clicks = clicks.filter(
      ({ timeStamp, clientX, clientY }) =>
        click.timeStamp - timeStamp < RAGE_MS &&
        Math.hypot(click.clientX - clientX, click.clientY - clientY) <= RAGE_PX,
    );
    clicks = [...clicks, click];
    if (clicks.length < RAGE_CLICKS) return;
    tell("rage", text);
    clicks = [];
  });

  listen(undo, "error unhandledrejection", (event) => {
    const {
      message,
      filename,
      lineno,
      colno,
      error,
      reason = error,
    } = event as ErrorEvent & PromiseRejectionEvent;
    // Without either it is a resource that did not load.
    if (message || reason) {
      tell("error", message ?? reason, {
        source: filename ? [filename, lineno, colno].join(":") : undefined,
        stack: reason?.stack,
      });
    }
  });
  wrap(undo, console, "error", (args) =>
    tell("console", args.map((arg) => clip(arg, MAX_FACT_TEXT_BYTES)).join(" ")),
  );
  look();
}
