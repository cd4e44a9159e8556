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
  /** The collector's address, such as `https://replay.example.com`. Default, in the snippet: where the script came from. */
  readonly apiHost?: string;
  /** Share of visits to record, 0 to 1. Decided once and kept across pages. Default 1. */
  readonly sampleRate?: number;
  /** False: wait for `start()`. Default true. */
  readonly autoStart?: boolean;
  /** As `identify` would be told. */
  readonly user?: User;
  /** What to record in place of an address, for addresses that hold secrets. */
  readonly maskUrl?: (url: string) => string;
}

const NAMES: Readonly<Record<string, string>> = {
  boolean:
    "maskAllInputs recordCanvas inlineStylesheet inlineImages collectFonts recordCrossOriginIframes userTriggeredOnInput autoStart",
  function: "maskInputFn maskTextFn maskUrl errorHandler keepIframeSrcFn",
  object: "maskInputOptions sampling plugins dataURLOptions ignoreCSSAttributes user",
  selector: "blockSelector ignoreSelector maskTextSelector",
  class: "blockClass ignoreClass maskTextClass",
  string: "projectKey apiHost",
  number: "sampleRate",
  any: "slimDOMOptions",
};

/**
 * Names the first setting that cannot be meant as it is; `undefined` when all is well. An unknown name counts:
 * a misspelt mask would mask nothing.
 */
export function badSetting(options: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const kind = Object.keys(NAMES).find((key) => NAMES[key]?.split(" ").includes(name));
    if (!kind || !isOf(kind, value)) return name;
  }
  if (!options.projectKey) return "projectKey";
  return Object.values(options.maskInputOptions ?? {}).every((value) => typeof value === "boolean")
    ? undefined
    : "maskInputOptions";
}

function isOf(kind: string, value: unknown): boolean {
  if (kind === "any") return true;
  if (kind === "class") {
    // rrweb puts a class into a selector as it is, and takes a selector's error for "not masked".
    return typeof value === "string"
      ? /^-?[_a-z][\w-]*$/i.test(value)
      : value instanceof RegExp && !/[gy]/.test(value.flags);
  }
  if (kind === "selector") return typeof value === "string" && isSelector(value);
  if (kind === "number") return typeof value === "number" && value >= 0 && value <= 1;
  return typeof value === kind && value !== null;
}

function isSelector(text: string): boolean {
  try {
    document.createDocumentFragment().querySelector(text);
    return true;
  } catch {
    return false;
  }
}

/** rrweb's part of the options: masked unless told otherwise, passwords masked whatever is told, and masks that fail mask everything. */
export function recordOptions(options: InitOptions): RecordOptions {
  const { projectKey, apiHost, sampleRate, autoStart, user, maskUrl, ...rest } = options;
  const { maskAllInputs = true, maskInputOptions, maskTextFn, maskInputFn, errorHandler } = rest;
  return {
    ...rest,
    // By tag, since rrweb's own list for `maskAllInputs` leaves out hidden fields and file names.
    maskAllInputs: false,
    maskInputOptions: {
      ...maskInputOptions,
      ...(maskAllInputs && { input: true, textarea: true, select: true }),
      password: true,
    },
    ...(maskTextFn && { maskTextFn: closed(maskTextFn) }),
    ...(maskInputFn && { maskInputFn: closed(maskInputFn) }),
    // rrweb's own 500 ms would show in a live view as a pointer that jumps twice a second.
    sampling: { mousemoveCallback: 200, ...rest.sampling },
    errorHandler: (error) => {
      try {
        errorHandler?.(error);
      } catch {
        // The page's handler failed; rrweb's error stays swallowed.
      }
      return true;
    },
  };
}

/** A mask of the page's that masks everything when it fails. */
const closed =
  <Target>(mask: (text: string, element: Target) => string) =>
  (text: string, element: Target): string => {
    try {
      const masked: unknown = mask(text, element);
      if (typeof masked === "string") return masked;
    } catch {
      // Nothing is lost but the text itself.
    }
    return text.replace(/\S/g, "*");
  };
