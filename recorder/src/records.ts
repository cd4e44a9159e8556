import { RecorderError } from "./errors.js";
import {
  type ClosedRecord,
  decodeClosed,
  decodeOpened,
  decodePart,
  decodeState,
  encodeClosed,
  encodeOpened,
  encodePart,
  encodeState,
  FENCE_CLOSED,
  FENCE_OPEN,
  HEADER_BACK,
  HEADER_KIND,
  HEADER_OFFSET,
  HEADER_PART,
  HEADER_STATE,
  type OpenedRecord,
  ProtocolError,
  RECORD_KINDS,
  type SessionState,
} from "./protocol/index.js";
import type { NewRecord, StoredRecord } from "./s2-port.js";

const UTF8 = new TextEncoder();
const TEXT = new TextDecoder();

/** Says where the nearest state is: in the record itself, or so many records back. */
export type StateMark = { readonly state: SessionState } | { readonly back: number };

type Header = readonly [string, string | Uint8Array];

const markHeader = (mark: StateMark): Header =>
  "state" in mark ? [HEADER_STATE, encodeState(mark.state)] : [HEADER_BACK, String(mark.back)];

/** Which part of its frame a record is; `undefined`: the whole. */
export type PartOf = { readonly index: number; readonly count: number } | undefined;

/** A record of a frame, or of one part of it. `offsetMs` is written on a frame's first record only. */
export function frameRecord(
  bytes: Uint8Array,
  timestampMs: number,
  offsetMs: number,
  part: PartOf,
  mark: StateMark,
): NewRecord {
  const headers: Header[] = [
    [HEADER_KIND, part === undefined ? RECORD_KINDS.frame : RECORD_KINDS.part],
    markHeader(mark),
  ];
  if (part !== undefined) headers.push([HEADER_PART, encodePart(part.index, part.count)]);
  if (part === undefined || part.index === 0) headers.push([HEADER_OFFSET, String(offsetMs)]);
  return { timestampMs, headers, body: bytes };
}

const fence = (token: string, timestampMs: number): NewRecord => ({
  timestampMs,
  headers: [["", "fence"]],
  body: UTF8.encode(token),
});

/** The fence `open` once more: changes nothing but the tail. */
export const reopeningRecord = (timestampMs: number): NewRecord => fence(FENCE_OPEN, timestampMs);

/** The first batch of a session: the fence `open`, then the opened record with the empty state. */
export const openingRecords = (opened: OpenedRecord, state: SessionState): readonly NewRecord[] => [
  fence(FENCE_OPEN, opened.openedMs),
  {
    timestampMs: opened.openedMs,
    headers: [[HEADER_KIND, RECORD_KINDS.opened], markHeader({ state })],
    body: encodeOpened(opened),
  },
];

/** One record of a summary. */
export const summaryRecord = (body: Uint8Array, timestampMs: number, back: number): NewRecord => ({
  timestampMs,
  headers: [[HEADER_KIND, RECORD_KINDS.summary], markHeader({ back })],
  body,
});

/** The last two records of a session: the fence `closed`, then the closing record with the final state. */
export const closingRecords = (closed: ClosedRecord, state: SessionState): readonly NewRecord[] => [
  fence(FENCE_CLOSED, closed.closedMs),
  {
    timestampMs: closed.closedMs,
    headers: [[HEADER_KIND, RECORD_KINDS.closed], markHeader({ state })],
    body: encodeClosed(closed),
  },
];

/** What a record of a session's stream says. `command` is S2's own (a fence), or a kind that this build does not know. */
export type SessionRecord =
  | { readonly kind: "command" }
  | { readonly kind: "opened"; readonly opened: OpenedRecord }
  | { readonly kind: "frame"; readonly part: PartOf; readonly offsetMs: number; readonly body: Uint8Array }
  | { readonly kind: "summary"; readonly body: Uint8Array }
  | { readonly kind: "closed"; readonly closed: ClosedRecord };

/** Reads a record's kind and body. Throws `RecorderError` `corrupt`. */
export function parseRecord(record: StoredRecord): SessionRecord {
  return orCorrupt(record, () => {
    const kind = header(record, HEADER_KIND) ?? "";
    switch (kind) {
      case RECORD_KINDS.frame:
      case RECORD_KINDS.part: {
        const part = header(record, HEADER_PART);
        return {
          kind: "frame",
          part: part === undefined ? undefined : decodePart(part),
          offsetMs: whole(header(record, HEADER_OFFSET) ?? "0"),
          body: record.body,
        };
      }
      case RECORD_KINDS.opened:
        return { kind: "opened", opened: decodeOpened(record.body) };
      case RECORD_KINDS.summary:
        return { kind: "summary", body: record.body };
      case RECORD_KINDS.closed:
        return { kind: "closed", closed: decodeClosed(record.body) };
      default:
        return { kind: "command" };
    }
  });
}

/** Reads where a record says the nearest state is; `undefined` for commands, which say nothing. Throws `RecorderError` `corrupt`. */
export function parseMark(record: StoredRecord): StateMark | undefined {
  return orCorrupt(record, () => {
    const state = rawHeader(record, HEADER_STATE);
    if (state !== undefined) return { state: decodeState(state) };
    const back = header(record, HEADER_BACK);
    return back === undefined ? undefined : { back: whole(back) };
  });
}

/** Whether a record carries a state, without reading it. */
export const hasState = (record: StoredRecord): boolean => rawHeader(record, HEADER_STATE) !== undefined;

const rawHeader = (record: StoredRecord, name: string): Uint8Array | undefined =>
  record.headers.find(([key]) => key === name)?.[1];

function header(record: StoredRecord, name: string): string | undefined {
  const value = rawHeader(record, name);
  return value === undefined ? undefined : TEXT.decode(value);
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new ProtocolError("invalid", "not a whole number");
  return value;
}

function orCorrupt<T>(record: StoredRecord, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new RecorderError("corrupt", `record ${record.seqNum} is not one of ours`, { cause });
  }
}
