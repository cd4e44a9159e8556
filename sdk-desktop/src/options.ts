import { isRegExp } from "node:util/types";
import {
  DEFAULT_FPS,
  DEFAULT_MAX_BYTES_PER_SECOND,
  DEFAULT_MAX_SPOOL_BYTES,
  DEFAULT_QUALITY,
  MAX_DENY_RULES,
  MAX_FPS,
  MAX_OPTION_TEXT,
  MIN_MAX_BYTES_PER_SECOND,
  MIN_MAX_SPOOL_BYTES,
} from "./limits.js";
import type { PrivacyRules } from "./privacy/rules.js";
import type { RecorderMode, RecorderOptions, Target, Trouble, User } from "./types.js";

/** What a recorder was made with: checked, and complete. */
export interface Settings {
  readonly projectKey: string;
  readonly apiHost: string;
  readonly sampleRate: number;
  readonly user: User | undefined;
  readonly mode: RecorderMode;
  readonly target: Target;
  readonly fps: number;
  readonly quality: number;
  readonly maxBytesPerSecond: number;
  readonly rules: PrivacyRules;
  /** `undefined`: the default folder. */
  readonly spoolFolder: string | false | undefined;
  readonly maxSpoolBytes: number;
  readonly onTrouble: ((trouble: Trouble) => void) | undefined;
}

/** Says whether a value can be meant as it is: `undefined`, or what is wrong with it. */
type Check = (value: unknown) => string | undefined;

const MODES: readonly unknown[] = ["video", "events", "hybrid"] satisfies readonly RecorderMode[];

const isText = (value: unknown): value is string =>
  typeof value === "string" && value.trim() !== "" && value.length <= MAX_OPTION_TEXT;
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** Misspelt, a rule would be another one. */
const hasOnly = (value: object, names: readonly string[]): boolean =>
  Object.keys(value).every((name) => names.includes(name));

const text: Check = (value) => (isText(value) ? undefined : "is a text");
const number =
  (least: number, most: number, whole = false): Check =>
  (value) =>
    typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value))
      ? undefined
      : `is a ${whole ? "whole " : ""}number from ${least} ${most === Infinity ? "up" : `to ${most}`}`;
const boolean: Check = (value) => (typeof value === "boolean" ? undefined : "is true or false");

const address: Check = (value) => {
  try {
    if (isText(value) && /^https?:$/.test(new URL(value).protocol)) return undefined;
  } catch {
    // No address at all.
  }
  return "is an address such as https://replay.example.com";
};

const isWords = (value: unknown): boolean => isText(value) || isRegExp(value);
const isMaybe = (value: unknown, is: (value: unknown) => boolean): boolean =>
  value === undefined || is(value);

/** An empty text, or a rule of nothing, would mean every window: surely not what was meant. */
const isWindowMatch = (value: unknown): boolean =>
  isWords(value) ||
  (isObject(value) &&
    hasOnly(value, ["title", "app"]) &&
    (value.title !== undefined || value.app !== undefined) &&
    isMaybe(value.title, isWords) &&
    isMaybe(value.app, isWords));

const isSize = (value: unknown): boolean => typeof value === "number" && value > 0 && value < 2 ** 24;
const isPlace = (value: unknown): boolean => typeof value === "number" && Math.abs(value) < 2 ** 24;
const isDeniedRectangle = (value: unknown): boolean =>
  isObject(value) &&
  hasOnly(value, ["x", "y", "width", "height", "display"]) &&
  isPlace(value.x) &&
  isPlace(value.y) &&
  isSize(value.width) &&
  isSize(value.height) &&
  isMaybe(value.display, isText);

const list =
  (is: (value: unknown) => boolean, what: string): Check =>
  (value) =>
    Array.isArray(value) && value.length <= MAX_DENY_RULES && value.every(is)
      ? undefined
      : `is a list of at most ${MAX_DENY_RULES} ${what}`;

const isCount = (value: unknown): boolean =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

/** What is wrong with a target; `undefined` when nothing is. */
export function wrongTarget(value: unknown): string | undefined {
  if (!isObject(value)) return "is an object with a kind";
  const given = Object.entries(value).filter(([name, part]) => name !== "kind" && part !== undefined);
  switch (value.kind) {
    case "displays":
    case "own-window":
      return given.length === 0 ? undefined : `of kind ${value.kind} takes nothing else`;
    case "display":
      return hasOnly(value, ["kind", "id"]) && (isText(value.id) || isCount(value.id))
        ? undefined
        : "of kind display has an id: a display's own, or its place in the list from 0";
    case "window":
      return given.length > 0 &&
        hasOnly(value, ["kind", "title", "app", "pid", "handle"]) &&
        isMaybe(value.title, isWords) &&
        isMaybe(value.app, isWords) &&
        isMaybe(value.pid, isCount) &&
        isMaybe(value.handle, isCount)
        ? undefined
        : "of kind window has a title, an app, a pid or a handle";
    default:
      return "has a kind: displays, display, own-window or window";
  }
}

const user: Check = (value) => (isObject(value) && isText(value.id) ? undefined : "has an id");

const CHECKS: Readonly<Record<keyof RecorderOptions, Check>> = {
  projectKey: text,
  apiHost: address,
  sampleRate: number(0, 1),
  user,
  mode: (value) => (MODES.includes(value) ? undefined : "is video, events or hybrid"),
  target: wrongTarget,
  fps: number(1, MAX_FPS),
  quality: number(1, 100, true),
  maxBytesPerSecond: number(MIN_MAX_BYTES_PER_SECOND, Infinity),
  denyWindows: list(
    isWindowMatch,
    "texts, patterns, or objects with a title, an app or both; none of them empty",
  ),
  denyRectangles: list(isDeniedRectangle, "rectangles: x, y, width, height, and a display's id if you like"),
  recordTitles: boolean,
  spoolFolder: (value) => (value === false || isText(value) ? undefined : "is a folder, or false"),
  maxSpoolBytes: number(MIN_MAX_SPOOL_BYTES, Infinity),
  onTrouble: (value) => (typeof value === "function" ? undefined : "is a function"),
};

/**
 * Checks what a recorder is given and fills in the defaults, or says what forbids to record: a setting that cannot be
 * meant as it is, and any name that is none of ours, since a misspelt one would hide nothing.
 */
export function readOptions(given: unknown): { readonly settings: Settings } | { readonly wrong: string } {
  if (!isObject(given)) return { wrong: "There are no options." };
  for (const [name, value] of Object.entries(given)) {
    const check = CHECKS[name as keyof RecorderOptions] as Check | undefined;
    if (!check || !Object.hasOwn(CHECKS, name)) return { wrong: `There is no option ${name}.` };
    const wrong = value === undefined ? undefined : check(value);
    if (wrong !== undefined) return { wrong: `The option ${name} ${wrong}.` };
  }
  const options = given as unknown as RecorderOptions;
  if (options.projectKey === undefined) return { wrong: "The option projectKey is missing." };
  if (options.apiHost === undefined) return { wrong: "The option apiHost is missing." };
  return { settings: settingsOf(options) };
}

const settingsOf = (options: RecorderOptions): Settings => ({
  projectKey: options.projectKey.trim(),
  apiHost: options.apiHost.trim().replace(/\/+$/, ""),
  sampleRate: options.sampleRate ?? 1,
  user: options.user,
  mode: options.mode ?? "hybrid",
  target: options.target ?? { kind: "displays" },
  fps: options.fps ?? DEFAULT_FPS,
  quality: options.quality ?? DEFAULT_QUALITY,
  maxBytesPerSecond: options.maxBytesPerSecond ?? DEFAULT_MAX_BYTES_PER_SECOND,
  rules: {
    denyWindows: options.denyWindows ?? [],
    denyRectangles: options.denyRectangles ?? [],
    recordTitles: options.recordTitles ?? true,
  },
  spoolFolder: options.spoolFolder,
  maxSpoolBytes: options.maxSpoolBytes ?? DEFAULT_MAX_SPOOL_BYTES,
  onTrouble: options.onTrouble,
});
