import { backoffMs, wait } from "./backoff.js";
import { RecorderError } from "./errors.js";
import { followStream } from "./follow.js";
import { MAX_EVENTS_PER_APPEND } from "./limits.js";
import { MAX_S2_BATCH_BYTES } from "./protocol/index.js";
import { meteredBytes } from "./s2-metering.js";
import type { NewRecord, StoredRecord } from "./s2-port.js";
import { S2Failure } from "./s2-port.js";
import type { StoredEvent } from "./types.js";
import type { WriterContext } from "./writer-context.js";

/** Names the call that wrote a record, so that a call that was never answered finds its own. */
const HEADER_CALL = "a";
const UTF8 = new TextEncoder();
const TEXT = new TextDecoder();
/** Tries of one append before it is given up. */
const MAX_TRIES = 6;

/**
 * Appends events to a small shared stream, all or none, exactly once; the stream is made when it is missing.
 * `conflict`: the stream does not end at `matchSeqNum`. Throws `RecorderError`: `unavailable`, `too_large`.
 */
export async function appendEvents(
  context: WriterContext,
  stream: string,
  events: readonly unknown[],
  matchSeqNum: number | undefined,
): Promise<"appended" | "conflict"> {
  const { port, random, limits } = context;
  const call = callId(random);
  const timestampMs = Math.floor(context.clock());
  const records = events.map(
    (event): NewRecord => ({
      timestampMs,
      headers: [[HEADER_CALL, call]],
      body: UTF8.encode(JSON.stringify(event)),
    }),
  );
  if (records.length === 0) return "appended";
  const bytes = records.reduce((sum, record) => sum + meteredBytes(record), 0);
  if (records.length > MAX_EVENTS_PER_APPEND || bytes > MAX_S2_BATCH_BYTES) {
    throw new RecorderError("too_large", "too many events in one append");
  }
  // With a match of its own each try either is the first to land there or does not land at all.
  let match = matchSeqNum;
  let tried: number | undefined;
  let last: unknown;
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    try {
      if (tried !== undefined && (await wrote(context, stream, tried, call))) return "appended";
      match = matchSeqNum ?? (await port.tail(stream));
      tried ??= match;
      await port.append(stream, { records, matchSeqNum: match });
      return "appended";
    } catch (error) {
      if (!(error instanceof S2Failure)) throw error;
      last = error;
      if (error.kind === "missing") {
        const made = await makeShared(context, stream).catch(() => false);
        if (made && matchSeqNum !== undefined && matchSeqNum > 0) return "conflict";
        continue;
      }
      const known = error.kind === "seq_mismatch" && matchSeqNum !== undefined;
      if (known) return (await wrote(context, stream, matchSeqNum, call)) ? "appended" : "conflict";
      await wait(backoffMs(attempt + 2, limits.maxBackoffMs, random));
    }
  }
  throw new RecorderError("unavailable", "the events could not be appended", { cause: last });
}

/**
 * Follows a shared stream's events from a seqNum on, until `signal`; reconnects by itself. Throws `S2Failure`
 * `missing`, `RecorderError` `corrupt`.
 */
export async function* followEvents(
  context: WriterContext,
  stream: string,
  fromSeqNum: number,
  signal: AbortSignal,
): AsyncGenerator<StoredEvent> {
  for await (const tailed of followStream(context, stream, fromSeqNum, signal)) {
    if (tailed.type === "record") {
      yield { seqNum: tailed.record.seqNum, event: parseEvent(stream, tailed.record) };
    }
  }
}

/** Reads a shared stream whole; none when it does not exist. Throws `S2Failure`, `RecorderError` `corrupt`. */
export async function readEvents(
  { port }: WriterContext,
  stream: string,
): Promise<{ readonly events: readonly unknown[]; readonly tail: number }> {
  const events: unknown[] = [];
  let tail = 0;
  for await (const record of readThrough(port, stream, 0)) {
    tail = record.seqNum + 1;
    events.push(parseEvent(stream, record));
  }
  return { events, tail };
}

function parseEvent(stream: string, { seqNum, body }: StoredRecord): unknown {
  try {
    return JSON.parse(TEXT.decode(body));
  } catch (cause) {
    throw new RecorderError("corrupt", `record ${seqNum} of ${stream} is not JSON`, { cause });
  }
}

/** Makes one of the streams that all servers share; true when it was not there. Throws `S2Failure`. */
export async function makeShared(
  { port }: WriterContext,
  stream: string,
  ageSecs?: number,
): Promise<boolean> {
  const config = { timestamping: "arrival", ageSecs, deleteOnEmptySecs: undefined } as const;
  return (await port.createStream(stream, config)) === "created";
}

async function wrote({ port }: WriterContext, stream: string, from: number, call: string): Promise<boolean> {
  for await (const record of readThrough(port, stream, from)) {
    if (record.headers.some(([name, value]) => name === HEADER_CALL && TEXT.decode(value) === call))
      return true;
  }
  return false;
}

async function* readThrough(
  port: WriterContext["port"],
  stream: string,
  from: number,
): AsyncGenerator<StoredRecord> {
  let next = from;
  try {
    for (;;) {
      const records = await port.read(stream, { seqNum: next });
      if (records.length === 0) return;
      next = (records.at(-1)?.seqNum ?? next) + 1;
      yield* records;
    }
  } catch (error) {
    if (!(error instanceof S2Failure) || error.kind !== "missing") throw error;
  }
}

const callId = (random: () => number): string =>
  Array.from({ length: 4 }, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  ).join("");
