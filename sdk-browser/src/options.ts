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

/** What each setting that decides what is hidden has to be; such a setting that is not in here is a misspelt one, and would hide nothing. */
const KINDS: readonly (readonly [name: RegExp, isGood: (value: never) => unknown])[] = [
  // rrweb puts a class into a selector as it is, and takes a selector's error for "not masked".
  [
    /^(block|ignore|maskText)Class$/,
    (value: RegExp | string) =>
      value instanceof RegExp ? !/g|y/.test(value.flags) : /^[_a-z][\w-]*$/i.test(value),
  ],
  // Throws for what is no selector.
  [
    /^(block|ignore|maskText)Selector$/,
    (value: string) => !document.createDocumentFragment().querySelector(value.trim()),
  ],
  [/^mask(Text|Input)Fn|maskUrl$/, (value) => typeof value === "function"],
  [/^maskAllInputs$/, (value) => typeof value === "boolean"],
  [/^maskInputOptions$/, (value: object) => Object.values(value).every((one) => typeof one === "boolean")],
  [/^(projectKey|apiHost)$/, (value: string) => value.trim()],
  [/^(un)?(mask|block|ignore)|Class$|Selector$/i, () => false],
];

/** Names the first setting that forbids to record; `undefined` when all is well. */
export const badSetting = (given: InitOptions): string | undefined =>
  ["projectKey", "apiHost", ...Object.keys(given)].find((name) => {
    const value = given[name as keyof InitOptions] as never;
    const [, isGood] = KINDS.find(([pattern]) => pattern.test(name)) ?? [];
    try {
      return value === undefined ? /^(pr|ap)/.test(name) : isGood && !isGood(value);
    } catch {
      return true;
    }
  });

/** What this page was set up with. */
export let options: InitOptions;
/** Sets the page up. */
export function setOptions(given: InitOptions): void {
  options = given;
}

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
