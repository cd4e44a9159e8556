import { parseArgs } from "node:util";
import { parseBasinName, parseStreamPrefix } from "./catalog/names.js";
import { S2LiteError } from "./errors.js";

/** To serve a folder. */
export interface ServeConfig {
  readonly command: "serve";
  readonly dir: string;
  readonly port: number;
  readonly host: string;
  /** Exit when standard input ends: the process that started this one is gone, however it died. */
  readonly parentWatch: boolean;
  /** Whether pages of any origin may use the server; `--no-cors` says no. */
  readonly cors: boolean;
}

/** One side of a copy: an endpoint, and what to say to be let in. */
export interface EndpointConfig {
  /** The origin of an S2 endpoint, or `cloud` for S2's own. */
  readonly url: string;
  /** The access token; undefined where none is needed. */
  readonly token: string | undefined;
}

/** To copy basins and streams from one endpoint to another. */
export interface CopyConfig {
  readonly command: "copy";
  readonly from: EndpointConfig;
  readonly to: EndpointConfig;
  /** The one basin to copy; undefined for all. */
  readonly basin: string | undefined;
  /** The name it gets there; its own unless said otherwise. */
  readonly toBasin: string | undefined;
  /** Only streams whose names begin so; empty for all. */
  readonly prefix: string;
}

/** To check a folder. */
export interface CheckConfig {
  readonly command: "check";
  readonly dir: string;
}

/** To say something and be done: the usage, or the version. */
export interface TellConfig {
  readonly command: "help" | "version";
}

/** What the program was asked to do. */
export type ProgramConfig = ServeConfig | CopyConfig | CheckConfig | TellConfig;

/** The environment variables that hold the access tokens of a copy's two sides: a flag would show in `ps`. */
export const TOKEN_VARIABLES = { from: "S2_FROM_ACCESS_TOKEN", to: "S2_TO_ACCESS_TOKEN" } as const;

/** How the program is used, in full. */
export const USAGE = `reeltime-s2-lite: an endpoint that speaks S2's protocol, for one machine

  reeltime-s2-lite --dir DIR --port N [--host 127.0.0.1] [--no-cors] [--parent-watch]
      serves the folder DIR; the port 0 takes a free one; with --no-cors not to pages of other origins
  reeltime-s2-lite copy --from URL --to URL [--basin NAME [--to-basin NAME]] [--prefix P]
      copies basins and streams from one S2 endpoint to another, and compares them;
      URL may be \`cloud\`; ${TOKEN_VARIABLES.from} and ${TOKEN_VARIABLES.to} are sent if they are set
  reeltime-s2-lite check --dir DIR
      verifies what is stored in DIR; exits with 0 when it is sound, with 1 when it is damaged
  reeltime-s2-lite --help | --version
`;

type Flags = Readonly<Record<string, { readonly type: "string" | "boolean"; readonly short?: string }>>;
type Environment = Readonly<Record<string, string | undefined>>;

const HELP: Flags = { help: { type: "boolean", short: "h" }, version: { type: "boolean" } };

const SERVE: Flags = {
  ...HELP,
  dir: { type: "string" },
  port: { type: "string" },
  host: { type: "string" },
  "parent-watch": { type: "boolean" },
  "no-cors": { type: "boolean" },
};
const COPY: Flags = {
  ...HELP,
  from: { type: "string" },
  to: { type: "string" },
  basin: { type: "string" },
  "to-basin": { type: "string" },
  prefix: { type: "string" },
};
const CHECK: Flags = { ...HELP, dir: { type: "string" } };

/**
 * Parses the program's arguments, and the tokens out of its environment. Throws `bad_option` with one line
 * that names what is wrong.
 */
export function parseProgramConfig(args: readonly string[], environment: Environment): ProgramConfig {
  const [first = "", ...rest] = args;
  if (first === "copy") return parseCopy(rest, environment);
  if (first === "check") return parseCheck(rest);
  if (first === "serve") return parseServe(rest);
  if (first !== "" && !first.startsWith("-"))
    throw badOption(`there is no command ${first}: it is serve, copy or check`);
  return parseServe(args);
}

function parseServe(args: readonly string[]): ServeConfig | TellConfig {
  const values = parseFlags(args, SERVE);
  if ("command" in values) return values;
  const dir = required(values, "dir");
  const port = required(values, "port");
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw badOption(`--port ${port} is not a port`);
  const host = values.text("host") ?? "127.0.0.1";
  if (host === "") throw badOption("--host is empty");
  const parentWatch = values.flag("parent-watch");
  const cors = !values.flag("no-cors");
  return Object.freeze({ command: "serve", dir, port: Number(port), host, parentWatch, cors });
}

function parseCopy(args: readonly string[], environment: Environment): CopyConfig | TellConfig {
  const values = parseFlags(args, COPY);
  if ("command" in values) return values;
  const from = parseEndpoint(values, "from", environment);
  const to = parseEndpoint(values, "to", environment);
  const basin = parseName(values, "basin");
  const toBasin = parseName(values, "to-basin");
  if (toBasin !== undefined && basin === undefined)
    throw badOption("--to-basin needs --basin: it renames that one");
  if (from.url === to.url && (toBasin ?? basin) === basin)
    throw badOption("--from and --to are the same endpoint");
  const prefix = checked("--prefix", () => parseStreamPrefix(values.text("prefix") ?? "", "prefix"));
  return Object.freeze({ command: "copy", from, to, basin, toBasin, prefix });
}

function parseCheck(args: readonly string[]): CheckConfig | TellConfig {
  const values = parseFlags(args, CHECK);
  if ("command" in values) return values;
  return Object.freeze({ command: "check", dir: required(values, "dir") });
}

interface Values {
  readonly text: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
}

function parseFlags(args: readonly string[], options: Flags): Values | TellConfig {
  let values: Readonly<Record<string, string | boolean | undefined>>;
  try {
    values = parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw badOption(cause instanceof Error ? (cause.message.split(/\n|\. /)[0] ?? "") : String(cause));
  }
  if (values.help === true) return { command: "help" };
  if (values.version === true) return { command: "version" };
  return {
    text: (name) => (typeof values[name] === "string" ? values[name] : undefined),
    flag: (name) => values[name] === true,
  };
}

function required(values: Values, name: string): string {
  const value = values.text(name);
  if (value === undefined || value === "") throw badOption(`--${name} is missing`);
  return value;
}

function parseEndpoint(values: Values, name: "from" | "to", environment: Environment): EndpointConfig {
  const text = required(values, name);
  const token = environment[TOKEN_VARIABLES[name]] || undefined;
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw badOption(`${TOKEN_VARIABLES[name]} is no access token`);
  if (text === "cloud") {
    if (token === undefined) throw badOption(`--${name} cloud needs ${TOKEN_VARIABLES[name]}`);
    return { url: text, token };
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && url.pathname === "/" && url.search + url.hash + url.username === "";
  if (!plain || !/^https?:$/.test(url.protocol))
    throw badOption(`--${name} ${text} is neither \`cloud\` nor an address such as http://127.0.0.1:4242`);
  return { url: url.origin, token };
}

function parseName(values: Values, name: string): string | undefined {
  const text = values.text(name);
  return text === undefined ? undefined : checked(`--${name}`, () => parseBasinName(text, "bad_json"));
}

/** What a parser of the wire has against a value, as an error of the flag. */
function checked<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw badOption(`${flag}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function badOption(message: string): S2LiteError {
  return new S2LiteError("bad_option", `${message}; see reeltime-s2-lite --help`);
}
