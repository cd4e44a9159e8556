import { POINTER_MS } from "./limits.js";
import { guard } from "./page.js";
import type { RecordOptions } from "./rrweb.js";

/** Who is using the page: their id, and what else should be searchable of them. */
export interface User {
  readonly id: string;
  readonly [trait: string]: string | number | boolean;
}

/** What `init` takes: rrweb's own option names, and a few of Reeltime's. */
export interface InitOptions extends RecordOptions {
  /** The project's public key, `pk_…`. It can write and nothing else. */
  readonly projectKey: string;
  /** The collector's address, such as `https://replay.example.com`, without a slash at its end. */
  readonly apiHost: string;
  /** Share of visits to record, 0 to 1. Decided once and kept across pages. Default 1. */
  readonly sampleRate?: number;
  /** False: wait for `start()`. Default true. */
  readonly autoStart?: boolean;
  /** As `identify` would be told. */
  readonly user?: User;
  /** What to record in place of an address, for addresses that hold secrets. */
  readonly maskUrl?: (url: string) => string;
}

// rrweb puts a class into a selector as it is, and takes a selector's error for "not masked".
const isClass = (value: RegExp | string): unknown =>
  value instanceof RegExp ? !/g|y/.test(value.flags) : /^[_a-z][\w-]*$/i.test(value);
// Throws for what is no selector.
const isSelector = (value: string): unknown => document.querySelector(value.trim()) || true;
const isFunction = (value: unknown): unknown => typeof value === "function";
const isBoolean = (value: unknown): unknown => value === !!value;
/** What has to be given. Throws for what is no text. */
const isText = (value: string): unknown => value.trim();

/** What each setting that decides what is hidden, or where to, has to be. */
const KINDS = {
  projectKey: isText,
  apiHost: isText,
  blockClass: isClass,
  blockSelector: isSelector,
  ignoreClass: isClass,
  ignoreSelector: isSelector,
  maskTextClass: isClass,
  maskTextSelector: isSelector,
  maskTextFn: isFunction,
  maskInputFn: isFunction,
  maskUrl: isFunction,
  maskAllInputs: isBoolean,
  maskInputOptions: (value: object): unknown => Object.values(value).every(isBoolean),
} as Record<string, (value: never) => unknown>;

/** What this page was set up with. */
export let options: InitOptions;

/** Sets the page up, or names the first setting that forbids to record. */
export const setOptions = (given: InitOptions): string | undefined => {
  const bad = ["projectKey", "apiHost", ...Object.keys(given)].find((name) => {
    const value = given[name as keyof InitOptions] as never;
    const isGood = KINDS[name];
    // One that looks like a mask and is not in there is a misspelt one, and would hide nothing.
    try {
      if (value === undefined) return isGood === isText;
      return isGood ? !isGood(value) : /^(un)?(mask|block|ignore)|Class$|Selector$/i.test(name);
    } catch {
      return true;
    }
  });
  if (!bad) options = given;
  return bad;
};

/** Says on the console why this page is not recorded. */
export const warn = (why: string): void => console.warn(`Reeltime does not record: ${why}.`);

/** An address as it may be recorded. */
export const address = (url: string): string => (options.maskUrl ? (guard(options.maskUrl)(url) ?? "") : url);

/** A mask of the page's that masks everything when it fails. */
const closed =
  <Target>(mask: ((text: string, element: Target) => string) | undefined) =>
  (text: string, element: Target): string => {
    try {
      return (mask as typeof mask & object)(text, element).slice();
    } catch {
      return text.replace(/\S/g, "*");
    }
  };

/** rrweb's part of the options: masked unless told otherwise, passwords masked whatever is told, and masks that fail mask everything. */
export const recordOptions = (): RecordOptions => ({
  ...options,
  // By tag, since rrweb's own list for `maskAllInputs` leaves out hidden fields and file names.
  maskAllInputs: false,
  maskInputOptions: {
    ...options.maskInputOptions,
    ...(options.maskAllInputs !== false && { input: true, textarea: true, select: true }),
    password: true,
  },
  maskTextFn: closed(options.maskTextFn),
  maskInputFn: closed(options.maskInputFn),
  sampling: { mousemoveCallback: POINTER_MS, ...options.sampling },
  errorHandler: (error) => {
    guard(options.errorHandler ?? Boolean)(error);
    return true;
  },
});
