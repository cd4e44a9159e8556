import { readWindowMatch } from "../privacy/match.js";
import type { DeniedRectangle, Target, WindowMatch } from "../types.js";

/** Something that was asked for and cannot be meant: one line says what. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A text, or a pattern where it is written as one: `/…/` or `/…/i`. Throws `UsageError` for what can be neither. */
function parseWords(text: string): string | RegExp {
  const read = readWindowMatch(text);
  if (read.outcome === "invalid") throw new UsageError(read.reason);
  return read.match as string | RegExp;
}

/** A rule for windows: `title:…`, `app:…`, or a text that either may hold; each may be a pattern. Throws `UsageError`. */
export function parseDeny(text: string): WindowMatch {
  const [, kind, words = ""] = /^(title|app):(.*)$/s.exec(text) ?? [];
  if (kind === undefined) return parseWords(text);
  return kind === "title" ? { title: parseWords(words) } : { app: parseWords(words) };
}

const WHOLE = /^\d{1,15}$/;

/** A target: `displays`, `display:0`, `title:…`, `app:…`, `pid:123`, `handle:0x1c00003`. Throws `UsageError`. */
export function parseTarget(text: string): Target {
  if (text === "displays") return { kind: "displays" };
  const [, kind, words = ""] = /^(display|title|app|pid|handle):(.+)$/s.exec(text) ?? [];
  switch (kind) {
    case "display":
      return { kind: "display", id: /^\d{1,3}$/.test(words) ? Number(words) : words };
    case "title":
      return { kind: "window", title: parseWords(words) };
    case "app":
      return { kind: "window", app: parseWords(words) };
    case "pid":
      if (WHOLE.test(words)) return { kind: "window", pid: Number(words) };
      throw new UsageError(`${words} is no process id`);
    case "handle":
      if (WHOLE.test(words) || /^0x[\da-f]{1,12}$/i.test(words))
        return { kind: "window", handle: Number(words) };
      throw new UsageError(`${words} is no window handle: it is written as 0x1c00003`);
    default:
      throw new UsageError(
        `${text} is no target: it is displays, display:0, title:TEXT, app:TEXT, pid:NUMBER or handle:0xNUMBER`,
      );
  }
}

/** A part of the desktop: `x,y,width,height`, or the same of one display: `x,y,width,height@id`. Throws `UsageError`. */
export function parseRectangle(text: string): DeniedRectangle {
  const [, x, y, width, height, display] =
    /^(-?\d{1,6}),(-?\d{1,6}),(\d{1,6}),(\d{1,6})(?:@(.+))?$/.exec(text) ?? [];
  if (height === undefined || Number(width) === 0 || Number(height) === 0)
    throw new UsageError(`${text} is no rectangle: it is written as x,y,width,height`);
  const area = { x: Number(x), y: Number(y), width: Number(width), height: Number(height) };
  return display === undefined ? area : { ...area, display };
}
