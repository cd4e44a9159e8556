import { RecorderError } from "./errors.js";
import {
  LATE_AFTER_MS,
  type LateRun,
  type SessionRef,
  type SessionState,
  sessionStreamName,
  WINDOW_LEASE_MS,
} from "./protocol/index.js";
import { parseMark } from "./records.js";
import type { S2Port, StoredRecord } from "./s2-port.js";
import { S2Failure } from "./s2-port.js";
import { type Loaded, loadSession } from "./takeover.js";
import type { StartPoint } from "./types.js";

/** seqNum of the first record that can be a frame. */
const FIRST_FRAME = 2;

/**
 * Where playback at a time starts: the oldest of the checkouts that were the live windows' latest just then. Costs a
 * fixed number of small reads however long the session is. `loaded` is the session's newest state, for the late
 * runs, which are known only later. `undefined` when there is no such session. Throws `S2Failure`, `RecorderError`
 * `corrupt`.
 */
export async function locate(
  port: S2Port,
  session: SessionRef,
  at: { readonly atMs: number } | "end",
  load: () => Promise<Loaded> = () => loadSession(port, session),
): Promise<StartPoint | undefined> {
  try {
    if (at === "end") {
      const newest = newestOf(await load());
      return newest && startPoint(newest.state, newest.state, newest.end, newest.state.totals.lastMs);
    }
    const stream = sessionStreamName(session);
    const atMs = Math.floor(at.atMs);
    const [loaded, after, beyond] = await Promise.all([
      load(),
      firstFrom(port, stream, atMs + 1),
      // What is not late may yet lie so far behind what began after it.
      firstFrom(port, stream, atMs + LATE_AFTER_MS + 1),
    ]);
    const newest = newestOf(loaded);
    if (newest === undefined) return undefined;
    const through = Math.min(beyond?.seqNum ?? newest.end, newest.end);
    const state = after === undefined ? newest.state : await stateBefore(port, stream, after);
    return startPoint(state, newest.state, Math.max(through, FIRST_FRAME), atMs);
  } catch (error) {
    if (error instanceof S2Failure && error.kind === "missing") return undefined;
    throw error;
  }
}

/** The newest state, and the seqNum after the last record that can be a frame's. */
function newestOf(loaded: Loaded): { readonly state: SessionState; readonly end: number } | undefined {
  if (loaded.type === "missing") return undefined;
  if (loaded.type === "open") return { state: loaded.position.state, end: loaded.position.tail };
  // The closing record, the fence and the summary are no frames.
  return { state: loaded.state, end: loaded.tail - 2 - loaded.closed.summaryRecords };
}

/** The first record at or after a time. S2 answers that by itself. */
async function firstFrom(
  port: S2Port,
  stream: string,
  timestampMs: number,
): Promise<StoredRecord | undefined> {
  const [record] = await port.read(stream, { timestampMs: Math.max(0, timestampMs) }, 1);
  return record;
}

/** The newest state header before a record. */
async function stateBefore(
  port: S2Port,
  stream: string,
  record: StoredRecord,
): Promise<SessionState | undefined> {
  let mark = parseMark(record);
  let seqNum = record.seqNum;
  if (mark === undefined || "state" in mark) {
    // It is a command, or its own state already includes it: what counts is the record before.
    do {
      if (seqNum === 0) return undefined;
      seqNum -= 1;
      const [before] = await port.read(stream, { seqNum }, 1);
      mark = before === undefined ? undefined : parseMark(before);
    } while (mark === undefined);
  }
  if ("state" in mark) return mark.state;
  const [header] = await port.read(stream, { seqNum: seqNum - mark.back }, 1);
  const found = header === undefined ? undefined : parseMark(header);
  if (found === undefined || !("state" in found)) {
    throw new RecorderError("corrupt", `record ${seqNum - mark.back} should carry a state`);
  }
  return found.state;
}

function startPoint(
  state: SessionState | undefined,
  newest: SessionState,
  throughSeqNum: number,
  atMs: number,
): StartPoint {
  const windows = state?.windows ?? [];
  const fromSeqNum = windows.reduce(
    (least, { checkoutSeqNum }) => Math.min(least, checkoutSeqNum),
    throughSeqNum,
  );
  const from = windows.length === 0 ? FIRST_FRAME : fromSeqNum;
  const sinceMs = windows.reduce(
    (least, { checkoutMs }) => Math.min(least, checkoutMs),
    atMs - WINDOW_LEASE_MS,
  );
  const late = lateBefore(newest.lateRuns, sinceMs, atMs)
    .filter((run) => run.fromSeqNum < from || run.toSeqNum > throughSeqNum)
    .map(({ fromSeqNum, toSeqNum }) => ({ fromSeqNum, toSeqNum }));
  return { fromSeqNum: from, late, throughSeqNum };
}

/**
 * The late runs that matter at a time: of each window that was late since `sinceMs` all that began before, since the
 * checkout that the last of them needs may be in an earlier one.
 */
function lateBefore(runs: readonly LateRun[], sinceMs: number, atMs: number): readonly LateRun[] {
  const begun = runs.filter(({ firstMs }) => firstMs <= atMs);
  const windows = new Set(begun.filter(({ lastMs }) => lastMs >= sinceMs).map(({ window }) => window));
  return begun.filter(({ window }) => windows.has(window));
}
