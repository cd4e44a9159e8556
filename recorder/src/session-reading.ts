import { RecorderError } from "./errors.js";
import {
  type ClosedRecord,
  decodeSummary,
  type OpenedRecord,
  type SessionRef,
  type SessionState,
  type Summary,
  sessionStreamName,
} from "./protocol/index.js";
import { parseRecord } from "./records.js";
import type { S2Port } from "./s2-port.js";
import { emptyState } from "./session-state.js";
import { SummaryBuilder } from "./summary-builder.js";
import { advance } from "./takeover.js";

/** Reads the opened record; `undefined` when the stream has none. Throws `S2Failure`, `RecorderError` `corrupt`. */
export async function readOpened(port: S2Port, session: SessionRef): Promise<OpenedRecord | undefined> {
  const [record] = await port.read(sessionStreamName(session), { seqNum: 1 }, 1);
  if (record === undefined) return undefined;
  const parsed = parseRecord(record);
  if (parsed.kind !== "opened") throw new RecorderError("corrupt", "record 1 is not the opened record");
  return parsed.opened;
}

/** A summary made by reading a whole stream, and the state it ends in; `undefined` when there is no such session. Throws `S2Failure`, `RecorderError` `corrupt`. */
export async function summarise(
  port: S2Port,
  session: SessionRef,
): Promise<{ readonly summary: Summary; readonly state: SessionState } | undefined> {
  const opened = await readOpened(port, session);
  if (opened === undefined) return undefined;
  const builder = new SummaryBuilder(opened);
  const start = {
    state: emptyState(opened.openedMs),
    tail: 2,
    settled: 2,
    headerSeqNum: 1,
    headerBytes: 0,
    timestampMs: opened.openedMs,
  };
  const end = await advance(port, session, start, (frame) => {
    builder.add({ ...frame, size: frame.bytes.length });
  });
  if (end.type === "missing") return undefined;
  const state = end.type === "open" ? end.position.state : end.state;
  return { summary: builder.build(state), state };
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
