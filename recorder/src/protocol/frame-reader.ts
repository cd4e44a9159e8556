import { ProtocolError } from "./errors.js";
import { parseFacts } from "./facts.js";
import { BODY_CODECS, FRAME_KINDS, FRAME_VERSION, type Frame, LOST_REASONS, type Lost } from "./frame.js";
import { isWindowId, isWriterId } from "./ids.js";
import {
  MAX_BODY_BYTES,
  MAX_FRAME_BYTES,
  MAX_FRAME_SPAN_MS,
  MAX_FRAME_VALUES,
  MAX_TIME_MS,
} from "./limits.js";
import { unpack } from "./msgpack-reader.js";

const FIELDS = 16;

/**
 * Reads a frame. The body is a view into `bytes`.
 * Throws `ProtocolError`: `malformed`, `unsupported_version`, `invalid`, `too_large`. It never guesses.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length > MAX_FRAME_BYTES) throw new ProtocolError("too_large", "the frame is too large");
  return parseFrame(unpack(bytes, MAX_FRAME_VALUES));
}

function parseFrame(value: unknown): Frame {
  if (!Array.isArray(value)) throw invalid("a frame is an array");
  const fields = value as readonly unknown[];
  if (fields[0] !== FRAME_VERSION) throw new ProtocolError("unsupported_version", "unknown version of frame");
  if (fields.length !== FIELDS) throw invalid("a frame has sixteen fields");
  const [, writer, number, window, kindCode, firstMs, spanMs, inputMs, checkout, codecCode] = fields;
  const [keyId, events, rawBytes, facts, loss, body] = fields.slice(10);
  if (!isWriterId(writer)) throw invalid("writer");
  if (!isCount(number)) throw invalid("number");
  if (!isWindowId(window)) throw invalid("window");
  const kind = FRAME_KINDS[kindCode as number];
  if (!isCount(kindCode) || kind === undefined) throw invalid("kind");
  if (!isTime(firstMs) || !isTime(spanMs)) throw invalid("times");
  if (spanMs > MAX_FRAME_SPAN_MS) throw new ProtocolError("too_large", "a frame spans too long");
  if (inputMs !== null && !isTime(inputMs)) throw invalid("input time");
  if (typeof checkout !== "boolean") throw invalid("checkout");
  const codec = BODY_CODECS[codecCode as number];
  if (!isCount(codecCode) || codec === undefined) throw invalid("codec");
  if (keyId !== null && (typeof keyId !== "string" || keyId.length === 0 || keyId.length > 64))
    throw invalid("key id");
  if (!isCount(events) || !isCount(rawBytes)) throw invalid("sizes");
  if (rawBytes > MAX_BODY_BYTES) throw new ProtocolError("too_large", "the body is too large");
  if (!(body instanceof Uint8Array)) throw invalid("body");
  const lost = loss === null ? undefined : parseLost(loss);
  if ((kind === "lost") !== (lost !== undefined)) throw invalid("loss");
  return {
    writer,
    number,
    window,
    kind,
    firstMs,
    lastMs: firstMs + spanMs,
    inputMs: inputMs ?? undefined,
    checkout,
    codec,
    keyId: keyId ?? undefined,
    events,
    rawBytes,
    facts: parseFacts(facts),
    lost,
    body,
  };
}

function parseLost(value: unknown): Lost {
  if (!Array.isArray(value) || value.length !== 5) throw invalid("loss");
  const [events, bytes, reasonCode, fromMs, toMs] = value as readonly unknown[];
  const reason = LOST_REASONS[reasonCode as number];
  if (!isCount(events) || !isCount(bytes) || !isTime(fromMs) || !isTime(toMs)) throw invalid("loss");
  if (!isCount(reasonCode) || reason === undefined) throw invalid("reason of a loss");
  return { events, bytes, reason, fromMs, toMs };
}

const invalid = (what: string): ProtocolError => new ProtocolError("invalid", `invalid frame: ${what}`);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isTime = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= MAX_TIME_MS;
