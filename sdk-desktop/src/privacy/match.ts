import type { WindowMatch } from "../types.js";
import type { DesktopWindow } from "../windows/desktop-window.js";

/** Whether one of the names holds the text, in any case of letters, or is matched by the pattern. */
function matchesAny(names: readonly string[], wanted: string | RegExp): boolean {
  if (typeof wanted === "string") {
    const text = folded(wanted);
    return names.some((name) => folded(name).includes(text));
  }
  // A pattern with `g` or `y` goes on where its last match ended: it would miss every second time.
  const pattern = new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, ""));
  return names.some((name) => pattern.test(name));
}

/** Letters that look the same are the same: `ﬁ` and `fi`, an accent of its own and one of its letter, any case. */
const folded = (text: string): string => text.normalize("NFKC").toUpperCase().toLowerCase();

/**
 * Whether a rule means a window: any of its titles, or of its app's names, those included that it had in the time that the
 * snapshot is of. With both given, one of each must match.
 */
export function matchesWindow(match: WindowMatch, window: Pick<DesktopWindow, "titles" | "apps">): boolean {
  if (typeof match === "string" || match instanceof RegExp)
    return matchesAny(window.titles, match) || matchesAny(window.apps, match);
  return (
    (match.title === undefined || matchesAny(window.titles, match.title)) &&
    (match.app === undefined || matchesAny(window.apps, match.app))
  );
}

/** Whether what a rule means can turn on a window's title. */
export const looksAtTitles = (match: WindowMatch): boolean =>
  typeof match === "string" || match instanceof RegExp || match.title !== undefined;

/** What came of reading a rule that was written down. */
export type ReadMatch =
  | { readonly outcome: "read"; readonly match: WindowMatch }
  /** It means nothing, or what it means cannot be told: recording with it must not begin. */
  | { readonly outcome: "invalid"; readonly reason: string };

/**
 * Reads a rule as an app gave it, or as JSON or a command's words hold it: there a pattern is written `/…/` with flags after
 * it. An empty text, which every window would hold, is invalid, as is a pattern that does not compile.
 */
export function readWindowMatch(value: unknown): ReadMatch {
  if (typeof value === "string" || value instanceof RegExp) return readName(value);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return invalid("it is neither a text, nor a pattern, nor an object with title or app");
  const { title, app, ...others } = value as Readonly<Record<string, unknown>>;
  const stranger = Object.keys(others)[0];
  if (stranger !== undefined) return invalid(`it has "${stranger}", which is neither title nor app`);
  if (title === undefined && app === undefined) return invalid("it has neither title nor app");
  const match: { title?: string | RegExp; app?: string | RegExp } = {};
  for (const [key, name] of [
    ["title", title],
    ["app", app],
  ] as const) {
    if (name === undefined) continue;
    const read = readName(name);
    if (read.outcome === "invalid") return invalid(`its ${key}: ${read.reason}`);
    match[key] = read.match;
  }
  return { outcome: "read", match };
}

/** A text or a pattern, of a title or an app. */
function readName(
  value: unknown,
):
  | { readonly outcome: "read"; readonly match: string | RegExp }
  | { readonly outcome: "invalid"; readonly reason: string } {
  if (value instanceof RegExp) return { outcome: "read", match: value };
  if (typeof value !== "string") return invalid("it is neither a text nor a pattern");
  if (value.trim() === "") return invalid("an empty text would mean every window");
  if (!value.startsWith("/") || value.length === 1) return { outcome: "read", match: value };
  const end = value.lastIndexOf("/");
  if (end === 0) return { outcome: "read", match: value };
  try {
    return { outcome: "read", match: new RegExp(value.slice(1, end), value.slice(end + 1)) };
  } catch (error) {
    return invalid(`the pattern ${value} does not compile: ${(error as Error).message}`);
  }
}

const invalid = (reason: string): { readonly outcome: "invalid"; readonly reason: string } => ({
  outcome: "invalid",
  reason,
});
