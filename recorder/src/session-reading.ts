import { RecorderError } from "./errors.js";
import {
  type ClosedRecord,
  decodeSummary,
  type OpenedRecord,
  type SessionRef,
  type SessionState,
  type Summary,
  sessionStartMs,
  sessionStreamName,
} from "./protocol/index.js";
import { parseRecord } from "./records.js";
import type { S2Port } from "./s2-port.js";
import { emptyState } from "./session-state.js";
import { SummaryBuilder } from "./summary-builder.js";
import { advance, type HeardFrame, type Loaded } from "./takeover.js";

/** Reads the opened record; `undefined` when the stream has none, or no longer. Throws `S2Failure`, `RecorderError` `corrupt`. */
export async function readOpened(port: S2Port, session: SessionRef): Promise<OpenedRecord | undefined> {
  const [record] = await port.read(sessionStreamName(session), { seqNum: 1 }, 1);
  // Retention may have taken it: then the first record that is left comes instead.
  if (record === undefined || record.seqNum !== 1) return undefined;
  const parsed = parseRecord(record);
  if (parsed.kind !== "opened") throw new RecorderError("corrupt", "record 1 is not the opened record");
  return parsed.opened;
}

/** What an opened record said that retention has taken, as far as the session's id knows. */
export const reopened = ({ project, sessionId }: SessionRef): OpenedRecord => ({
  project,
  sessionId,
  openedMs: sessionStartMs(sessionId),
  offsetMs: 0,
  client: { sdk: "unknown" },
});

/** A whole stream, read through. */
export interface ReadThrough {
  readonly builder: SummaryBuilder;
  readonly loaded: Loaded;
}

/**
 * Reads a whole stream for its summary; `onFrame` hears each frame with the state just after it. Throws `S2Failure`, `RecorderError` `corrupt`.
 */
export async function readThrough(
  port: S2Port,
  session: SessionRef,
  onFrame: (frame: HeardFrame, state: SessionState) => void,
): Promise<ReadThrough> {
  const opened = (await readOpened(port, session)) ?? reopened(session);
  const builder = new SummaryBuilder(opened);
  const start = {
    state: emptyState(opened.openedMs),
    tail: 2,
    settled: 2,
    headerSeqNum: 1,
    headerBytes: 0,
    timestampMs: opened.openedMs,
  };
  const loaded = await advance(port, session, start, (frame, state) => {
    builder.add({ ...frame, size: frame.bytes.length });
    onFrame(frame, state);
  });
  return { builder, loaded };
}

/** Reads the summary before a closing record. Throws `S2Failure`, `RecorderError` `corrupt`. */
export async function readSummary(
  port: S2Port,
  session: SessionRef,
  closed: ClosedRecord,
  tail: number,
): Promise<Summary> {
  const stream = sessionStreamName(session);
  // Before the closing record lies the fence, and before that the summary.
  const end = tail - 2;
  const bodies: Uint8Array[] = [];
  let next = end - closed.summaryRecords;
  while (next < end) {
    const records = await port.read(stream, { seqNum: next }, end - next);
    for (const record of records) {
      const parsed = parseRecord(record);
      if (parsed.kind !== "summary")
        throw new RecorderError("corrupt", `record ${record.seqNum} is no summary`);
      bodies.push(parsed.body);
    }
    if (records.length === 0) throw new RecorderError("corrupt", "the summary is cut short");
    next += records.length;
  }
  try {
    return decodeSummary(bodies);
  } catch (cause) {
    throw new RecorderError("corrupt", "the summary cannot be read", { cause });
  }
}
