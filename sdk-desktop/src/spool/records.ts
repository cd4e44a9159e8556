import type { WindowId, WriterId } from "@reeltime/recorder/protocol";
import type { Draft, Entry, Session } from "@reeltime/recorder/uploader";
import { checksum } from "./checksum.js";
import { MAX_RECORD_BYTES } from "./limits.js";

/** Ids in a queue's order, as runs: each the first one and how many. */
export type IdRuns = readonly (readonly [from: number, count: number])[];

/** A queue as it is at one time. */
export interface QueueState {
  readonly queue: number;
  readonly run: number;
  readonly writer: WriterId;
  /** The number of the oldest frame. */
  readonly firstNumber: number;
  readonly ids: IdRuns;
  /** Once nothing waits in its run, this is to be the last frame of its session. */
  readonly close?: DraftHead | undefined;
}

/** Which session a run has. */
export interface RunState {
  readonly run: number;
  readonly session: Session | undefined;
}

/** What a frame was pushed with; its body follows it. */
export type DraftHead = Omit<Draft, "body">;

/** What is written of what happens. Numbers of queues and runs, and ids of frames within a queue, are given once. */
export type RecordHead =
  /** Begins every segment: all there is, whatever stands in earlier ones. */
  | { readonly type: "state"; readonly runs: readonly RunState[]; readonly queues: readonly QueueState[] }
  | ({ readonly type: "run" } & RunState)
  /** A writer's numbers begin at 0; all that waited is forgotten, but for what is said to wait `again` next. */
  | { readonly type: "writer"; readonly queue: number; readonly run: number; readonly writer: WriterId }
  | { readonly type: "again"; readonly queue: number; readonly ids: IdRuns }
  /** A frame is the newest, or stands in another's place. Its body follows. */
  | {
      readonly type: "frame";
      readonly queue: number;
      readonly id: number;
      readonly place?: number | undefined;
      readonly draft: DraftHead;
    }
  /** What a frame is that waits already, as the state says. Its body follows. */
  | { readonly type: "content"; readonly queue: number; readonly id: number; readonly draft: DraftHead }
  /** Its run was stopped. */
  | { readonly type: "stop"; readonly queue: number; readonly close: DraftHead }
  /** The oldest are acknowledged, so many. */
  | { readonly type: "gone"; readonly queue: number; readonly count: number };

/** Bytes before a record's payload: its length and its checksum. */
export const RECORD_PREFIX_BYTES = 8;
/** Bytes before the head, in the payload: whether it ends its group, and how long the head is. */
const PAYLOAD_PREFIX_BYTES = 5;

const NOTHING = new Uint8Array();

/**
 * Writes a record, as pieces: length (u32), checksum (u32) of the payload; then the payload: 1 when it is the last of its
 * group (u8), the head's length (u32), the head as JSON, the body. Numbers are big-endian. A group counts whole or not at all.
 */
export function encodeRecord(
  head: RecordHead,
  endsGroup: boolean,
  body: Uint8Array = NOTHING,
): readonly Uint8Array[] {
  const json = Buffer.from(JSON.stringify(head));
  const prefix = Buffer.alloc(RECORD_PREFIX_BYTES + PAYLOAD_PREFIX_BYTES);
  prefix.writeUInt32BE(PAYLOAD_PREFIX_BYTES + json.length + body.length, 0);
  prefix.writeUInt8(endsGroup ? 1 : 0, RECORD_PREFIX_BYTES);
  prefix.writeUInt32BE(json.length, RECORD_PREFIX_BYTES + 1);
  prefix.writeUInt32BE(checksum(prefix.subarray(RECORD_PREFIX_BYTES), json, body), 4);
  return [prefix, json, body];
}

/** A record as it was read. */
export interface ReadRecord {
  readonly head: RecordHead;
  readonly endsGroup: boolean;
  readonly body: Uint8Array;
}

/** The length of the payload that follows a record's prefix; `undefined` when none can be that long. */
export function payloadBytes(prefix: Buffer): number | undefined {
  const length = prefix.readUInt32BE(0);
  return length >= PAYLOAD_PREFIX_BYTES && length <= MAX_RECORD_BYTES ? length : undefined;
}

/** Reads a payload; `undefined` when it is not what was written. The body is a view into it. */
export function decodePayload(prefix: Buffer, payload: Buffer): ReadRecord | undefined {
  if (checksum(payload) !== prefix.readUInt32BE(4)) return undefined;
  const bodyAt = PAYLOAD_PREFIX_BYTES + payload.readUInt32BE(1);
  // What has its checksum is what this program, or an earlier one, wrote.
  const head = JSON.parse(payload.toString("utf8", PAYLOAD_PREFIX_BYTES, bodyAt)) as RecordHead;
  return { head, endsGroup: payload[0] === 1, body: payload.subarray(bodyAt) };
}

/** What an entry is but for its body. */
export function draftHead(entry: Entry): DraftHead {
  const { body: _, packing: __, ...head } = entry;
  return head;
}

/** An entry again. Its body is to be read when it is needed. */
export function entryOf(head: DraftHead): Entry {
  return {
    ...head,
    window: head.window as WindowId,
    inputMs: head.inputMs,
    keyId: head.keyId,
    body: NOTHING,
  };
}

/** Puts an id at the end of runs. */
export function addId(runs: [number, number][], id: number): void {
  const last = runs.at(-1);
  if (last !== undefined && last[0] + last[1] === id) last[1] += 1;
  else runs.push([id, 1]);
}
