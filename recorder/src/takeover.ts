import { RecorderError } from "./errors.js";
import {
  type ClosedRecord,
  decodeFrame,
  type Envelope,
  type OpenedRecord,
  type SessionRef,
  type SessionState,
  sessionStartMs,
  sessionStreamName,
} from "./protocol/index.js";
import { hasState, parseMark, parseRecord } from "./records.js";
import type { S2Port, StoredRecord } from "./s2-port.js";
import { S2Failure } from "./s2-port.js";
import { applyFrame, emptyState } from "./session-state.js";
import { StreamWalk, type WalkedFrame } from "./stream-walk.js";

/** A session as far as its stream goes: what its next frame needs to know. */
export interface Position {
  readonly state: SessionState;
  /** seqNum of the next record. */
  readonly tail: number;
  /** seqNum after the last whole frame: unfinished parts may lie between it and {@link tail}. */
  readonly settled: number;
  /** seqNum of the newest record with a state header. */
  readonly headerSeqNum: number;
  /** Bytes of frames since that record. */
  readonly headerBytes: number;
  /** S2's newest timestamp, epoch ms: no later record is below it. */
  readonly timestampMs: number;
}

/** What a stream turned out to be. `opened` is known when the walk came past it. */
export type Loaded =
  | { readonly type: "open"; readonly position: Position; readonly opened: OpenedRecord | undefined }
  | {
      readonly type: "closed";
      readonly closed: ClosedRecord;
      readonly tail: number;
      readonly state: SessionState;
    }
  | { readonly type: "missing" };

/** A frame with its envelope read. */
export interface HeardFrame extends WalkedFrame {
  readonly envelope: Envelope;
}

/** Reads a stored frame's envelope. Throws `RecorderError` `corrupt`. */
export function hear(frame: WalkedFrame): HeardFrame {
  try {
    const { body: _, ...envelope } = decodeFrame(frame.bytes);
    return { ...frame, envelope };
  } catch (cause) {
    throw new RecorderError("corrupt", `frame ${frame.seqNum} cannot be read`, { cause });
  }
}

/** The last record of a stream that is ours, or `undefined` when there is none. Throws `S2Failure`. */
export async function lastRecord(port: S2Port, stream: string): Promise<StoredRecord | undefined> {
  const [last] = await port.read(stream, { tailOffset: 1 }, 1);
  if (last === undefined || parseMark(last) !== undefined) return last;
  return recordBefore(port, stream, last.seqNum);
}

/**
 * The last record of ours before a seqNum; `undefined` when there is none. Commands, which say nothing, are stepped
 * over: usually there is none, and many only where servers have stepped in on each other. Throws `S2Failure`.
 */
export async function recordBefore(
  port: S2Port,
  stream: string,
  seqNum: number,
): Promise<StoredRecord | undefined> {
  let end = seqNum;
  for (let size = 1; end > 0; size *= 4) {
    const start = Math.max(0, end - size);
    let found: StoredRecord | undefined;
    for (let next = start; next < end; ) {
      const records = (await port.read(stream, { seqNum: next }, end - next)).filter((r) => r.seqNum < end);
      for (const record of records) if (parseMark(record) !== undefined) found = record;
      next = (records.at(-1)?.seqNum ?? end) + 1;
    }
    if (found !== undefined) return found;
    end = start;
  }
  return undefined;
}

/**
 * Loads a session from its stream: the last record, then forward from the nearest state header. Reads nothing
 * further back than that. Throws `S2Failure` `unavailable`, `RecorderError` `corrupt`.
 */
export async function loadSession(port: S2Port, session: SessionRef): Promise<Loaded> {
  const stream = sessionStreamName(session);
  try {
    const last = await lastRecord(port, stream);
    if (last === undefined) return { type: "missing" };
    const mark = parseMark(last);
    if (mark === undefined) throw new RecorderError("corrupt", "a session's last record says nothing");
    const parsed = parseRecord(last);
    if (parsed.kind === "closed" && "state" in mark) {
      return { type: "closed", closed: parsed.closed, tail: last.seqNum + 1, state: mark.state };
    }
    const opened = parsed.kind === "opened" ? parsed.opened : undefined;
    if ("state" in mark) return { type: "open", position: positionAt(last, mark.state), opened };
    return await replayFrom(port, session, last.seqNum - mark.back);
  } catch (error) {
    if (error instanceof S2Failure && error.kind === "missing") return { type: "missing" };
    throw error;
  }
}

async function replayFrom(port: S2Port, session: SessionRef, headerSeqNum: number): Promise<Loaded> {
  const stream = sessionStreamName(session);
  const [header, ...records] = await port.read(stream, { seqNum: headerSeqNum });
  if (header !== undefined && header.seqNum > headerSeqNum) return replayRest(port, session, header, records);
  const mark = header === undefined ? undefined : parseMark(header);
  if (header === undefined || mark === undefined || !("state" in mark)) {
    throw new RecorderError("corrupt", `record ${headerSeqNum} should carry a state`);
  }
  const parsed = parseRecord(header);
  const opened = parsed.kind === "opened" ? parsed.opened : undefined;
  const advanced = await advance(port, session, positionAt(header, mark.state), () => {}, {
    already: records,
  });
  if (advanced.type !== "open") return advanced;
  return { type: "open", position: advanced.position, opened };
}

/** Retention has taken the state header: what is left is all that is known. */
function replayRest(
  port: S2Port,
  session: SessionRef,
  first: StoredRecord,
  records: readonly StoredRecord[],
): Promise<Loaded> {
  const state = emptyState(sessionStartMs(session.sessionId));
  const { seqNum, timestampMs } = first;
  const start = { ...positionAt(first, state), tail: seqNum, settled: seqNum, timestampMs };
  return advance(port, session, start, () => {}, { already: [first, ...records] });
}

const positionAt = (record: StoredRecord, state: SessionState): Position => ({
  state,
  tail: record.seqNum + 1,
  settled: record.seqNum + 1,
  headerSeqNum: record.seqNum,
  headerBytes: 0,
  timestampMs: record.timestampMs,
});

/** How far {@link advance} reads. */
export interface AdvanceOptions {
  /** The first records, when they have been read. */
  readonly already?: readonly StoredRecord[];
  /** The tail, when it is known, so that it need not be asked for. */
  readonly tail?: number | undefined;
}

/**
 * Reads on from the last whole frame of a position to the tail. `onFrame` hears each frame with the state just
 * after it. Throws `S2Failure`, `RecorderError` `corrupt`.
 */
export async function advance(
  port: S2Port,
  session: SessionRef,
  from: Position,
  onFrame: (frame: HeardFrame, state: SessionState) => void,
  { already = [], tail = Number.POSITIVE_INFINITY }: AdvanceOptions = {},
): Promise<Loaded> {
  const stream = sessionStreamName(session);
  const openedMs = sessionStartMs(session.sessionId);
  const walk = new StreamWalk(from.settled);
  let { state, headerSeqNum, headerBytes, timestampMs } = from;
  const more = async (): Promise<readonly StoredRecord[]> =>
    walk.next < tail ? port.read(stream, { seqNum: walk.next }) : [];
  for (
    let records = already.length > 0 ? already : await more();
    records.length > 0;
    records = await more()
  ) {
    for (const record of records) {
      timestampMs = record.timestampMs;
      const walked = walk.take(record);
      if (walked?.type === "closed")
        return { type: "closed", closed: walked.closed, tail: walked.tail, state };
      if (walked?.type === "frame") {
        const frame = hear(walked.frame);
        const { envelope, offsetMs, seqNum, nextSeqNum } = frame;
        const size = frame.bytes.length;
        state = applyFrame(state, { envelope, size, offsetMs, seqNum, nextSeqNum }, openedMs);
        headerBytes += size;
        onFrame(frame, state);
      }
      if (hasState(record)) {
        headerSeqNum = record.seqNum;
        headerBytes = 0;
      }
    }
  }
  const position = {
    state,
    tail: walk.next,
    settled: walk.resume,
    headerSeqNum,
    headerBytes,
    timestampMs,
  };
  return { type: "open", position, opened: undefined };
}
