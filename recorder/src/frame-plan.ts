import { STATE_DUE_BYTES, STATE_DUE_RECORDS } from "./limits.js";
import { type SessionRef, type SessionState, sessionStartMs, splitParts } from "./protocol/index.js";
import { frameRecord } from "./records.js";
import type { NewRecord } from "./s2-port.js";
import { applyFrame, frameTimes, writerOf } from "./session-state.js";
import type { Position } from "./takeover.js";
import type { AppendedFrame, AppendRequest, ReceivedFrame } from "./types.js";
import { firstClock, frameOffset, nextClock, settled, type WriterClock } from "./writer-clock.js";

/** What is proposed for one append; nothing of it holds until its records are durable. */
export type Proposal =
  | {
      readonly type: "write";
      /** What is to be appended, in order; none when all was there already. */
      readonly frames: readonly PlannedFrame[];
      /** The writer's last number once that is done; -1 when it has none. */
      readonly acked: number;
    }
  | { readonly type: "gap"; readonly expected: number; readonly acked: number };

/** A frame with its records and where the session is once they are appended. */
export interface PlannedFrame {
  readonly records: readonly NewRecord[];
  readonly frame: AppendedFrame;
  readonly after: Position;
}

/** Whether an append's first frame is beyond what would follow its writer's last. */
export function leavesGap(state: SessionState, request: AppendRequest): boolean {
  const first = request.frames[0]?.envelope;
  return first !== undefined && first.number > (writerOf(state, first.writer)?.lastNumber ?? -1) + 1;
}

/**
 * Decides what an append means at a position: what it repeats, what it adds and where, or that it leaves a gap.
 * Its frames count as far as their numbers run on; what follows a hole within them is left to be sent again.
 */
export function proposeAppend(
  session: SessionRef,
  position: Position,
  request: AppendRequest,
  clock: WriterClock,
): Proposal {
  const [first] = request.frames;
  if (first === undefined) return { type: "write", frames: [], acked: -1 };
  const { writer } = first.envelope;
  const known = writerOf(position.state, writer);
  const acked = known?.lastNumber ?? -1;
  if (leavesGap(position.state, request)) return { type: "gap", expected: acked + 1, acked };
  const fresh = followOn(request.frames, acked);
  if (fresh.length === 0) return { type: "write", frames: [], acked };
  const frames: PlannedFrame[] = [];
  let at = position;
  for (const frame of fresh) {
    const planned = planFrame(
      session,
      at,
      frame,
      frameOffset(clock, frame.envelope.lastMs, request.receivedAtMs),
    );
    frames.push(planned);
    at = planned.after;
  }
  return { type: "write", frames, acked: acked + fresh.length };
}

/** The frames that follow `acked` without a hole. */
function followOn(frames: readonly ReceivedFrame[], acked: number): readonly ReceivedFrame[] {
  const writer = frames[0]?.envelope.writer;
  const fresh: ReceivedFrame[] = [];
  for (const frame of frames) {
    const { number } = frame.envelope;
    if (frame.envelope.writer !== writer || number > acked + fresh.length + 1) break;
    if (number === acked + fresh.length + 1) fresh.push(frame);
  }
  return fresh;
}

/** What an upload makes believe of its writer's clock; `before`: what was believed until now, if anything. */
export function judgeClock(
  state: SessionState,
  request: AppendRequest,
  before: WriterClock | undefined,
  sessionOffsetMs: number | undefined,
): WriterClock {
  const writer = request.frames[0]?.envelope.writer;
  const known = writer === undefined ? undefined : writerOf(state, writer);
  const estimateMs = request.receivedAtMs - request.sentAtMs;
  if (known !== undefined) return nextClock(before ?? settled(known.offsetMs), estimateMs);
  return firstClock(state.writers[0]?.offsetMs ?? sessionOffsetMs, estimateMs);
}

/**
 * Cuts one frame into records. The state header goes on the frame's last record: the state is the one after the
 * whole frame, and a frame that a crash cut short must not count.
 */
function planFrame(
  session: SessionRef,
  at: Position,
  { envelope, bytes }: ReceivedFrame,
  offsetMs: number,
): PlannedFrame {
  const openedMs = sessionStartMs(session.sessionId);
  const parts = splitParts(bytes);
  const seqNum = at.tail;
  const nextSeqNum = seqNum + parts.length;
  const state = applyFrame(
    at.state,
    { envelope, size: bytes.length, offsetMs, seqNum, nextSeqNum },
    openedMs,
  );
  const { firstMs } = frameTimes(envelope, offsetMs, openedMs);
  const timestampMs = Math.max(at.timestampMs, firstMs);
  const headerBytes = at.headerBytes + bytes.length;
  const due =
    envelope.checkout || nextSeqNum - at.headerSeqNum > STATE_DUE_RECORDS || headerBytes > STATE_DUE_BYTES;
  const records = parts.map((part, index) => {
    const carries = due && index === parts.length - 1;
    const mark = carries ? { state } : { back: seqNum + index - at.headerSeqNum };
    const partOf = parts.length === 1 ? undefined : { index, count: parts.length };
    return frameRecord(part, firstMs, offsetMs, partOf, mark);
  });
  return {
    records,
    frame: { seqNum, timestampMs, offsetMs, bytes, envelope, nextSeqNum },
    after: {
      state,
      tail: nextSeqNum,
      settled: nextSeqNum,
      headerSeqNum: due ? nextSeqNum - 1 : at.headerSeqNum,
      headerBytes: due ? 0 : headerBytes,
      timestampMs,
    },
  };
}
