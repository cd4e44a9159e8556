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
import { type Loaded, loadSession, recordBefore } from "./takeover.js";
import type { StartPoint } from "./types.js";

/** seqNum of the first record that can be a frame. */
const FIRST_FRAME = 2;

/**
 * Steps back over states that are too new for the time asked for. S2 never dates a record after its own now, so a
 * server whose clock is ahead of it finds its records dated too early, by as much.
 */
const MAX_STEPS_BACK = 8;

/** A state, and the seqNum of the record that carries it: what is before it is older. */
interface CarriedState {
  readonly state: SessionState;
  readonly seqNum: number;
}

/**
 * Where playback at a time starts: the oldest of the checkouts that were the live windows' latest just then. Costs a
 * fixed number of small reads however long the session is. `undefined` when there is no such session. Throws
 * `S2Failure`, `RecorderError` `corrupt`.
 */
export async function locate(
  port: S2Port,
  session: SessionRef,
  at: { readonly atMs: number } | "end",
): Promise<StartPoint | undefined> {
  try {
    if (at === "end") {
      const newest = newestOf(await loadSession(port, session));
      return newest && startPoint(newest.state, newest.state, newest.end, newest.state.totals.lastMs);
    }
    const stream = sessionStreamName(session);
    const atMs = Math.floor(at.atMs);
    const [loaded, after, beyond] = await Promise.all([
      loadSession(port, session),
      firstFrom(port, stream, atMs + 1),
      // What is not late may yet lie so far behind what began after it.
      firstFrom(port, stream, atMs + LATE_AFTER_MS + 1),
    ]);
    const newest = newestOf(loaded);
    if (newest === undefined) return undefined;
    const through = Math.min(beyond?.seqNum ?? newest.end, newest.end);
    const found = after === undefined ? newest : await stateBefore(port, stream, after.seqNum, after);
    const state = await notAfter(port, stream, found, atMs);
    return startPoint(state, newest.state, Math.max(through, FIRST_FRAME), atMs);
  } catch (error) {
    if (error instanceof S2Failure && error.kind === "missing") return undefined;
    throw error;
  }
}

/** The newest state, and the seqNum after the last record that can be a frame's. */
function newestOf(loaded: Loaded): (CarriedState & { readonly end: number }) | undefined {
  if (loaded.type === "missing") return undefined;
  if (loaded.type === "open") {
    const { state, tail } = loaded.position;
    return { state, seqNum: tail, end: tail };
  }
  // The closing record, the fence and the summary are no frames.
  const { state, tail, closed } = loaded;
  return { state, seqNum: tail - 1, end: tail - 2 - closed.summaryRecords };
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

/** The newest state before a seqNum; `record`: the one there, when it was read. `undefined` when retention has taken it. */
async function stateBefore(
  port: S2Port,
  stream: string,
  seqNum: number,
  record?: StoredRecord,
): Promise<CarriedState | undefined> {
  let marked = record;
  let mark = marked === undefined ? undefined : parseMark(marked);
  if (marked === undefined || mark === undefined || "state" in mark) {
    // It is a command, or its own state already includes it: what counts is the record before.
    marked = await recordBefore(port, stream, seqNum);
    mark = marked === undefined ? undefined : parseMark(marked);
  }
  if (marked === undefined || mark === undefined) return undefined;
  if ("state" in mark) return { state: mark.state, seqNum: marked.seqNum };
  const carrierSeqNum = marked.seqNum - mark.back;
  const [carrier] = await port.read(stream, { seqNum: carrierSeqNum }, 1);
  if (carrier === undefined || carrier.seqNum !== carrierSeqNum) return undefined;
  const found = parseMark(carrier);
  if (found === undefined || !("state" in found)) {
    throw new RecorderError("corrupt", `record ${carrierSeqNum} should carry a state`);
  }
  return { state: found.state, seqNum: carrierSeqNum };
}

/** The newest state, from `found` back, that knows no checkout from after a time. */
async function notAfter(
  port: S2Port,
  stream: string,
  found: CarriedState | undefined,
  atMs: number,
): Promise<SessionState | undefined> {
  let carried = found;
  for (let step = 0; step < MAX_STEPS_BACK && carried !== undefined; step++) {
    if (carried.state.windows.every(({ checkoutMs }) => checkoutMs <= atMs)) break;
    carried = await stateBefore(port, stream, carried.seqNum);
  }
  return carried?.state;
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
