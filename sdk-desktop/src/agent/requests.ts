import { wrongTarget } from "../options.js";
import { readWindowMatch } from "../privacy/match.js";
import type { Detail, RecorderOptions, Target, WindowMatch } from "../types.js";
import { AGENT_PROTOCOL, MIN_STATUS_EVERY_MS } from "./limits.js";
import type { AgentErrorCode, AgentRequest, RequestId } from "./messages.js";

/** A line that cannot be done, and why. */
export interface Refusal {
  readonly refused: AgentErrorCode;
  readonly message: string;
  /** The line's, as far as it could be read. */
  readonly id?: RequestId;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads a line. What it does not know in it is passed over, as a later version may say more; but not in `options`. */
export function readRequest(line: string): AgentRequest | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { refused: "malformed", message: `The line is not JSON: ${(error as Error).message}` };
  }
  if (!isFields(value)) return { refused: "malformed", message: "A line is a JSON object with a type." };
  const { id } = value;
  const named = typeof id === "string" || typeof id === "number" ? { id } : {};
  try {
    return { ...named, ...readFields(value) };
  } catch (error) {
    if (!(error instanceof RefusedLine)) throw error;
    return { ...named, refused: error.code, message: error.message };
  }
}

class RefusedLine extends Error {
  readonly code: AgentErrorCode;

  constructor(code: AgentErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

function readFields(fields: Fields): AgentRequest {
  switch (fields.type) {
    case "start":
      return { type: "start", options: startOptions(fields) };
    case "stop":
    case "pause":
    case "resume":
      return { type: fields.type };
    case "identify":
      return { type: "identify", user: text(fields, "user"), traits: detail(fields, "traits") };
    case "event":
      return { type: "event", name: text(fields, "name"), detail: detail(fields, "detail") };
    case "target":
      return { type: "target", target: readTarget(fields.target) };
    case "status":
      return { type: "status", everyMs: everyMs(fields.everyMs) };
    case undefined:
      throw new RefusedLine("malformed", "A line is a JSON object with a type.");
    default:
      throw new RefusedLine("unknown_type", `There is no request ${JSON.stringify(fields.type)}.`);
  }
}

function startOptions({ protocol, options }: Fields): RecorderOptions {
  if (protocol !== undefined && protocol !== AGENT_PROTOCOL)
    throw new RefusedLine(
      "unsupported_protocol",
      `This agent speaks version ${AGENT_PROTOCOL} of the protocol.`,
    );
  if (!isFields(options)) throw new RefusedLine("malformed", "start has options, an object.");
  const { denyWindows, target } = options;
  // What is wrong in the others the recorder itself refuses, and says what it was.
  return {
    ...options,
    ...(Array.isArray(denyWindows) ? { denyWindows: denyWindows.map(readDenied) } : {}),
    ...(target === undefined ? {} : { target: withPatterns(target) }),
  } as unknown as RecorderOptions;
}

function readDenied(value: unknown): WindowMatch {
  const read = readWindowMatch(value);
  if (read.outcome === "invalid")
    throw new RefusedLine("invalid_options", `A rule in denyWindows cannot be meant: ${read.reason}.`);
  return read.match;
}

function readTarget(value: unknown): Target {
  const target = withPatterns(value);
  const wrong = wrongTarget(target);
  if (wrong !== undefined) throw new RefusedLine("invalid_options", `A target ${wrong}.`);
  return target as Target;
}

/** A target whose title and app are patterns where they are written as such. */
function withPatterns(value: unknown): unknown {
  if (!isFields(value)) return value;
  const { title, app, ...others } = value;
  if (title === undefined && app === undefined) return value;
  const given = { ...(title === undefined ? {} : { title }), ...(app === undefined ? {} : { app }) };
  const read = readWindowMatch(given);
  if (read.outcome === "invalid")
    throw new RefusedLine("invalid_options", `A target cannot be meant so: ${read.reason}.`);
  return { ...others, ...(read.match as object) };
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === "string" && value !== "") return value;
  throw new RefusedLine("malformed", `${String(fields.type)} has ${name}, a text.`);
}

function detail(fields: Fields, name: string): Detail {
  const value = fields[name];
  if (value === undefined) return {};
  const isFlat =
    isFields(value) &&
    Object.values(value).every((part) => ["string", "number", "boolean"].includes(typeof part));
  if (isFlat) return value as Detail;
  throw new RefusedLine("malformed", `${name} is an object of texts, numbers and booleans.`);
}

function everyMs(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && (value === 0 || value >= MIN_STATUS_EVERY_MS)) return value;
  throw new RefusedLine("malformed", `everyMs is 0, or a number from ${MIN_STATUS_EVERY_MS} up.`);
}
