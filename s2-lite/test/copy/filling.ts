import { createHash } from "node:crypto";
import { type StreamConfig, SYSTEM_STREAM_CONFIG } from "../../src/catalog/stream-config.js";
import { RecordReader } from "../../src/copy/record-reader.js";
import type { S2Client, StreamRef } from "../../src/copy/s2-client.js";
import type { InputRecord, SequencedRecord } from "../../src/stream/records.js";
import type { U64 } from "../../src/wire/u64.js";

/** A config in which timestamps are what the test says. */
export const EXACT_TIMES: StreamConfig = {
  ...SYSTEM_STREAM_CONFIG,
  timestamping: { mode: "client-require", uncapped: true },
};

/** A record of data. */
export function record(
  body: string | Buffer,
  timestamp: U64 = 1_000,
  headers: Record<string, string> = {},
): InputRecord {
  const pairs = Object.entries(headers);
  return {
    timestamp,
    headers: pairs.map(([name, value]) => ({ name: Buffer.from(name), value: Buffer.from(value) })),
    body: Buffer.from(body),
  };
}

/** A command record. */
export function command(op: "fence" | "trim", body: string | bigint, timestamp: U64 = 1_000): InputRecord {
  const bytes = Buffer.alloc(8);
  if (typeof body === "bigint") bytes.writeBigUInt64BE(body);
  return {
    timestamp,
    headers: [{ name: Buffer.alloc(0), value: Buffer.from(op) }],
    body: typeof body === "bigint" ? bytes : Buffer.from(body),
  };
}

/** Makes a stream, unless it is there, and appends records to it in several batches. */
export async function fill(
  client: S2Client,
  ref: StreamRef,
  records: readonly InputRecord[],
  config: StreamConfig = EXACT_TIMES,
): Promise<void> {
  if ((await client.streamConfig(ref)) === undefined) await client.createStream(ref, config);
  let at = await client.tail(ref);
  for (const batch of batches(records)) {
    const { next, refused } = await client.append(ref, batch, at);
    if (refused) throw new Error(`the tail is ${next}, not ${at}`);
    at = next;
  }
}

/** Batches of up to a hundred records and 500,000 bytes, or of one record. */
function batches(records: readonly InputRecord[]): InputRecord[][] {
  const all: InputRecord[][] = [];
  let bytes = 0;
  for (const one of records) {
    const last = all.at(-1);
    bytes += one.body.length;
    if (last !== undefined && last.length < 100 && bytes <= 500_000) last.push(one);
    else {
      all.push([one]);
      bytes = one.body.length;
    }
  }
  return all;
}

/** All that a stream holds. */
export async function contents(client: S2Client, ref: StreamRef): Promise<SequencedRecord[]> {
  const reader = new RecordReader(client, ref);
  const all: SequencedRecord[] = [];
  for (let page = await reader.takePage(); page.length > 0; page = await reader.takePage()) all.push(...page);
  return all;
}

/** The same as lines of text, which compare fast; numbers are `offset` less. */
export async function lines(client: S2Client, ref: StreamRef, offset = 0): Promise<string[]> {
  return (await contents(client, ref)).map(({ seqNum, timestamp, headers, body }) => {
    const pairs = headers.map(({ name, value }) => `${name.toString("hex")}=${value.toString("hex")}`);
    return `${seqNum - offset} ${timestamp} ${pairs.join()} ${createHash("sha256").update(body).digest("hex")}`;
  });
}
