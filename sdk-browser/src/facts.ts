import {
  type Fact,
  type FactType,
  type FactValue,
  MAX_FACT_DETAIL_ENTRIES,
  MAX_FACT_DETAIL_VALUE_BYTES,
  MAX_FACT_TEXT_BYTES,
} from "@reeltime/recorder/protocol/page";
import { MAX_DETAIL_NAME_BYTES, RAGE_CLICKS, RAGE_MS, RAGE_PX, TITLE_MS } from "./limits.js";
import { address } from "./options.js";
import { guard, later, listen, wrap } from "./page.js";
import { wordsFor } from "./words.js";

/** What belongs to a fact. */
export type Detail = Readonly<Record<string, unknown>>;
/** Takes a fact. */
export type Tell = (type: FactType, text: unknown, detail?: Detail) => void;

/** Anything in words of at most so many bytes, never half a character. */
const clip = (value: unknown, maxBytes: number): string => {
  let text = String(value);
  try {
    if (typeof value === "object" && !(value instanceof Error)) text = JSON.stringify(value);
  } catch {
    // A circle: its name has to do.
  }
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(maxBytes)).read);
};

/** A fact as the format takes it: short, and its detail flat. */
export const createFact = (type: FactType, text: unknown, detail?: Detail): Fact => ({
  type,
  atMs: Date.now(),
  text: clip(text, MAX_FACT_TEXT_BYTES),
  detail: (detail &&
    Object.fromEntries(
      Object.entries(detail)
        .slice(0, MAX_FACT_DETAIL_ENTRIES)
        .map(([name, value]) => [
          clip(name, MAX_DETAIL_NAME_BYTES),
          value === undefined || value === !!value || Number.isFinite(value)
            ? value
            : clip(value, MAX_FACT_DETAIL_VALUE_BYTES),
        ]),
    )) as Record<string, FactValue>,
});

/** Watches the page and tells what happens in it: addresses, clicks, fields, errors. */
export const watchPage = (tell: Tell): void => {
  let last: string | undefined;
  const look = (): void => {
    const now = address(location.href);
    if (now !== last) tell("navigation", now, { title: document.title });
    last = now;
  };
  const soon = (): void => void later(guard(look), TITLE_MS);
  listen("pagehide", look);
  listen("popstate hashchange", soon);
  wrap(history, "pushState", soon);
  wrap(history, "replaceState", soon);
  look();

  listen("error unhandledrejection", (event) => {
    const {
      message,
      filename,
      lineno,
      colno,
      error,
      reason = error,
    } = event as ErrorEvent & PromiseRejectionEvent;
    const source = filename ? `${filename}:${lineno}:${colno}` : undefined;
    // Without either it is a resource that did not load.
    if (message || reason) tell("error", message ?? reason, { source, stack: reason?.stack });
  });
  wrap(console, "error", (args) =>
    tell("console", args.map((arg) => clip(arg, MAX_FACT_TEXT_BYTES)).join(" ")),
  );
  watchHands(tell);
};

/** Watches what a person clicks and types into. */
const watchHands = (tell: Tell): void => {
  let field: EventTarget | undefined;
  let clicks: readonly MouseEvent[] = [];
  listen("click input focusin", (event) => {
    const click = event as MouseEvent;
    const typed = click.type === "input";
    const target = click.composedPath()[0] as Element;
    if (click.type === "focusin") field = undefined;
    else if (click.isTrusted && !(typed && target === field)) {
      if (typed) field = target;
      const text = wordsFor(target, typed);
      if (text) tell(typed ? "input" : "click", text);
      if (typed) return;
      clicks = [...clicks, click].filter(
        ({ timeStamp, clientX, clientY }) =>
          click.timeStamp - timeStamp < RAGE_MS &&
          Math.hypot(click.clientX - clientX, click.clientY - clientY) <= RAGE_PX,
      );
      if (!clicks[RAGE_CLICKS - 1]) return;
      tell("rage", text);
      clicks = [];
    }
  });
};
