import { type Position, positionJson, S2LiteError } from "../errors.js";
import { MAX_FENCING_TOKEN_BYTES } from "../limits.js";
import type { Piece } from "../stream/budget.js";
import {
  type AppendInput,
  type Header,
  type InputRecord,
  NO_HEADERS,
  type SequencedRecord,
} from "../stream/records.js";
import { asArray, asInteger, asObject, asString, badJson, optional } from "./json-fields.js";
import { jsonText } from "./json-text.js";
import type { AppendAck } from "./proto-append.js";
import { decodeRecords } from "./proto-records.js";
import type { U64 } from "./u64.js";

/** How JSON carries bytes: as UTF-8 text, or in base64. */
export type JsonFormat = "raw" | "base64";

/** Strict base64: standard alphabet, padded. Throws `invalid`. */
function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) throw new S2LiteError("invalid", "a value is not base64");
  return bytes;
}

function toBytes(text: string, format: JsonFormat): Buffer {
  return format === "raw" ? Buffer.from(text) : fromBase64(text);
}

/** A record whose bytes are still as JSON carries them. */
interface JsonRecord {
  readonly timestamp: U64 | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[] | undefined;
  readonly body: string;
}

function parseHeader(value: unknown): readonly [string, string] {
  const pair = asArray(value, "a header");
  if (pair.length !== 2) throw badJson("a header must be a pair of strings");
  return [asString(pair[0], "a header's name"), asString(pair[1], "a header's value")];
}

function parseRecord(value: unknown): JsonRecord {
  const object = asObject(value, "a record");
  const headers = object.headers === undefined ? undefined : asArray(object.headers, "headers");
  return {
    timestamp: optional(object.timestamp, "timestamp", asInteger) ?? undefined,
    headers: headers?.map(parseHeader),
    body: object.body === undefined ? "" : asString(object.body, "body"),
  };
}

function decodeRecord({ timestamp, headers, body }: JsonRecord, format: JsonFormat): InputRecord {
  const decodeHeader = ([name, value]: readonly [string, string]): Header => ({
    name: toBytes(name, format),
    value: toBytes(value, format),
  });
  return { timestamp, headers: headers?.map(decodeHeader) ?? NO_HEADERS, body: toBytes(body, format) };
}

function asSeqNum(value: unknown, what: string): number {
  return Number(asInteger(value, what));
}

/**
 * Parses an append as JSON. Throws `bad_json`, or, once all of it has the right shape, `invalid` for bad
 * base64.
 */
export function parseAppendInput(value: unknown, format: JsonFormat): AppendInput {
  const object = asObject(value, "the body");
  const records = asArray(object.records, "records").map(parseRecord);
  const fencingToken = optional(object.fencing_token, "fencing_token", asString) ?? undefined;
  if (fencingToken !== undefined && Buffer.byteLength(fencingToken) > MAX_FENCING_TOKEN_BYTES)
    throw badJson(`fencing_token must be at most ${MAX_FENCING_TOKEN_BYTES} bytes`);
  // Rounded above 2^53, where no sequence number is: it then matches none, as it should.
  const matchSeqNum = optional(object.match_seq_num, "match_seq_num", asSeqNum) ?? undefined;
  return { records: records.map((record) => decodeRecord(record, format)), matchSeqNum, fencingToken };
}

/** A position as JSON text. */
export function positionText(position: Position): string {
  return `{"seq_num":${position.seqNum},"timestamp":${position.timestamp}}`;
}

/** An append's ack as JSON text. */
export function appendAckText({ start, end, tail }: AppendAck): string {
  return `{"start":${positionText(start)},"end":${positionText(end)},"tail":${positionText(tail)}}`;
}

/** Records and an optional tail as JSON text. Bytes that are not UTF-8 become U+FFFD in raw format. */
export function readBatchText(
  pieces: readonly Piece[],
  tail: Position | undefined,
  format: JsonFormat,
): string {
  const encoding = format === "raw" ? "utf8" : "base64";
  const records = pieces.flatMap(({ run }) =>
    decodeRecords(run).map((record) => recordJson(record, encoding)),
  );
  const batch = tail === undefined ? { records } : { records, tail: positionJson(tail) };
  // Timestamps never go back: when the last is no bigint, none is, and what is fast will do.
  const large = [tail?.timestamp, pieces.at(-1)?.lastTimestamp].some((time) => typeof time === "bigint");
  return large ? jsonText(batch) : JSON.stringify(batch);
}

function recordJson(record: SequencedRecord, encoding: "utf8" | "base64"): object {
  const { seqNum, timestamp, headers, body } = record;
  const pairs = headers.map(({ name, value }) => [name.toString(encoding), value.toString(encoding)]);
  return {
    seq_num: seqNum,
    timestamp,
    ...(pairs.length === 0 ? {} : { headers: pairs }),
    ...(body.length === 0 ? {} : { body: body.toString(encoding) }),
  };
}
