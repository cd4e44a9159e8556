import { parseArgs } from "node:util";
import type { RecorderMode, RecorderOptions } from "../types.js";
import { type CommandName, isCommand } from "./usage.js";
import { parseDeny, parseRectangle, parseTarget, UsageError } from "./words.js";

/** To record. */
export interface RecordRequest {
  readonly command: "record";
  readonly options: RecorderOptions;
  /** `undefined`: until it is ended. */
  readonly durationMs: number | undefined;
}

/** To find out what works. */
export interface DoctorRequest {
  readonly command: "doctor";
  readonly server: string | undefined;
  readonly key: string | undefined;
  /** `undefined`: the default one. */
  readonly spoolFolder: string | undefined;
  readonly json: boolean;
}

/** What the program was asked to do. */
export type Request =
  | RecordRequest
  | DoctorRequest
  | { readonly command: "list"; readonly json: boolean }
  | { readonly command: "agent" }
  | { readonly command: "version" }
  /** `undefined`: of the whole program. */
  | { readonly command: "help"; readonly of: CommandName | undefined };

type Flags = Readonly<
  Record<
    string,
    { readonly type: "string" | "boolean"; readonly multiple?: boolean; readonly short?: string }
  >
>;

const HELP: Flags = { help: { type: "boolean", short: "h" } };
const RECORD: Flags = {
  ...HELP,
  server: { type: "string" },
  key: { type: "string" },
  duration: { type: "string" },
  fps: { type: "string" },
  mode: { type: "string" },
  target: { type: "string" },
  deny: { type: "string", multiple: true },
  "deny-rect": { type: "string", multiple: true },
  "no-titles": { type: "boolean" },
  quality: { type: "string" },
  "max-kb": { type: "string" },
  user: { type: "string" },
  spool: { type: "string" },
  "no-spool": { type: "boolean" },
};
const DOCTOR: Flags = {
  ...HELP,
  server: { type: "string" },
  key: { type: "string" },
  spool: { type: "string" },
  json: { type: "boolean" },
};
const LIST: Flags = { ...HELP, json: { type: "boolean" } };

/** A year: longer than any session may be. */
const MAX_DURATION_S = 31_536_000;

/** Reads the program's arguments. Throws `UsageError` with one line that names what is wrong. */
export function parseRequest(args: readonly string[]): Request {
  const [first, ...rest] = args;
  if (first === undefined || first === "--help" || first === "-h" || first === "help")
    return { command: "help", of: rest[0] !== undefined && isCommand(rest[0]) ? rest[0] : undefined };
  if (first === "--version" || first === "version") return { command: "version" };
  if (!isCommand(first))
    throw new UsageError(`there is no command ${first}: it is record, list, doctor or agent`);
  switch (first) {
    case "record":
      return parseRecord(parse(rest, RECORD));
    case "doctor": {
      const values = parse(rest, DOCTOR);
      if (values.flag("help")) return { command: "help", of: "doctor" };
      const server = values.text("server");
      return {
        command: "doctor",
        server: server === undefined ? undefined : address("--server", server),
        key: values.text("key"),
        spoolFolder: values.text("spool"),
        json: values.flag("json"),
      };
    }
    case "list": {
      const values = parse(rest, LIST);
      return values.flag("help")
        ? { command: "help", of: "list" }
        : { command: "list", json: values.flag("json") };
    }
    case "agent":
      return parse(rest, HELP).flag("help") ? { command: "help", of: "agent" } : { command: "agent" };
  }
}

interface Values {
  readonly text: (name: string) => string | undefined;
  readonly texts: (name: string) => readonly string[];
  readonly flag: (name: string) => boolean;
}

function parse(args: readonly string[], options: Flags): Values {
  let values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  try {
    values = parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    const { message } = cause as Error;
    const dashed = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument is ambiguous/.exec(message)?.[1];
    if (dashed !== undefined)
      throw new UsageError(`what follows ${dashed} begins with a dash, or is missing: write ${dashed}=VALUE`);
    // Its further sentences are for programmers.
    throw new UsageError(message.split(/\n|\. /)[0] ?? "wrong options");
  }
  return {
    text: (name) => {
      const value = values[name];
      if (value === "") throw new UsageError(`--${name} is empty`);
      return typeof value === "string" ? value : undefined;
    },
    texts: (name) => (values[name] as readonly string[] | undefined) ?? [],
    flag: (name) => values[name] === true,
  };
}

function parseRecord(values: Values): Request {
  if (values.flag("help")) return { command: "help", of: "record" };
  const duration = number(values, "duration", 1, MAX_DURATION_S);
  const fps = number(values, "fps", 1, 30);
  const quality = number(values, "quality", 1, 100);
  const maxKb = number(values, "max-kb", 10, 1_000_000);
  const target = values.text("target");
  const user = values.text("user");
  const mode = modeOf(values.text("mode"));
  const spoolFolder = values.flag("no-spool") ? false : values.text("spool");
  const options: RecorderOptions = {
    apiHost: address("--server", required(values, "server", "the address of your Reeltime server")),
    projectKey: required(values, "key", "the project's public key, which begins with pk_"),
    denyWindows: values.texts("deny").map(flagged("--deny", parseDeny)),
    denyRectangles: values.texts("deny-rect").map(flagged("--deny-rect", parseRectangle)),
    recordTitles: !values.flag("no-titles"),
    ...(mode === undefined ? {} : { mode }),
    ...(fps === undefined ? {} : { fps }),
    ...(quality === undefined ? {} : { quality }),
    ...(maxKb === undefined ? {} : { maxBytesPerSecond: maxKb * 1_000 }),
    ...(target === undefined ? {} : { target: flagged("--target", parseTarget)(target) }),
    ...(user === undefined ? {} : { user: { id: user } }),
    ...(spoolFolder === undefined ? {} : { spoolFolder }),
  };
  return { command: "record", options, durationMs: duration === undefined ? undefined : duration * 1_000 };
}

/** A parser whose complaints name the option. */
const flagged =
  <T>(flag: string, read: (text: string) => T) =>
  (text: string): T => {
    try {
      return read(text);
    } catch (error) {
      throw error instanceof UsageError ? new UsageError(`${flag}: ${error.message}`) : error;
    }
  };

function required(values: Values, name: string, what: string): string {
  const value = values.text(name);
  if (value === undefined) throw new UsageError(`--${name} is missing: ${what}`);
  return value;
}

function number(values: Values, name: string, least: number, most: number): number | undefined {
  const text = values.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`--${name} ${text} is no number from ${least} to ${most}`);
}

function modeOf(text: string | undefined): RecorderMode | undefined {
  if (text === undefined || text === "video" || text === "events" || text === "hybrid") return text;
  throw new UsageError(`--mode ${text} is none of video, events and hybrid`);
}

function address(flag: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError(`${flag} ${text} is no address such as https://replay.example.com`);
  return text.replace(/\/+$/, "");
}
