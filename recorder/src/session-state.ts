import {
  addLateRun,
  type Envelope,
  LATE_AFTER_MS,
  MAX_WINDOWS,
  MAX_WRITERS,
  type SessionState,
  type SessionTotals,
  WINDOW_LEASE_MS,
  type WindowState,
  type WriterId,
  type WriterState,
} from "./protocol/index.js";

/** A frame in its place in the stream. */
export interface PlacedFrame {
  readonly envelope: Envelope;
  /** Bytes of the frame as stored. */
  readonly size: number;
  /** What to add to its times, ms; as stored beside it. */
  readonly offsetMs: number;
  readonly seqNum: number;
  /** seqNum after its last record. */
  readonly nextSeqNum: number;
}

/** A frame's times on the server's clock, whole ms; never before the session's opening. */
export interface FrameTimes {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** The times of a frame. */
export function frameTimes(envelope: Envelope, offsetMs: number, openedMs: number): FrameTimes {
  const firstMs = Math.max(openedMs, Math.floor(envelope.firstMs + offsetMs));
  return { firstMs, lastMs: Math.max(firstMs, Math.floor(envelope.lastMs + offsetMs)) };
}

/** The state of a session in which nothing has happened. */
export const emptyState = (openedMs: number): SessionState => ({
  writers: [],
  windows: [],
  lateRuns: [],
  totals: { frames: 0, events: 0, bytes: 0, firstMs: openedMs, lastMs: openedMs, inputMs: undefined },
});

/** What is known of a writer; `undefined` when it has not written, or so many others have since that it was forgotten. */
export const writerOf = (state: SessionState, writer: WriterId): WriterState | undefined =>
  state.writers.find((known) => known.writer === writer);

/**
 * The state just after a frame. Pure, and computed from nothing but what is stored: a server that takes over and
 * replays the frames comes to the same state as the one that wrote them.
 */
export function applyFrame(state: SessionState, frame: PlacedFrame, openedMs: number): SessionState {
  const { envelope, offsetMs } = frame;
  const times = frameTimes(envelope, offsetMs, openedMs);
  const totals = addTotals(state.totals, frame, times, openedMs);
  // The newest time known when the frame came: what "seen" means for those that are late themselves.
  const seenMs = totals.lastMs;
  return {
    writers: [
      { writer: envelope.writer, lastNumber: envelope.number, offsetMs, seenMs },
      ...state.writers.filter((known) => known.writer !== envelope.writer).slice(0, MAX_WRITERS - 1),
    ],
    windows: nextWindows(state.windows, frame, times, totals),
    lateRuns: isLate(state, envelope, times)
      ? addLateRun(state.lateRuns, {
          window: envelope.window,
          fromSeqNum: frame.seqNum,
          toSeqNum: frame.nextSeqNum,
          ...times,
        })
      : state.lateRuns,
    totals,
  };
}

/** Late: others had gone on. Only what playback shows can be; a session's only flow never is, since it cannot pass itself. */
const isLate = (state: SessionState, envelope: Envelope, times: FrameTimes): boolean =>
  envelope.events > 0 && times.firstMs < state.totals.lastMs - LATE_AFTER_MS;

function addTotals(
  totals: SessionTotals,
  frame: PlacedFrame,
  times: FrameTimes,
  openedMs: number,
): SessionTotals {
  const { envelope, offsetMs, size } = frame;
  const input = envelope.inputMs;
  // Input lies within what was captured: a time from the future would keep an idle session open.
  const inputMs =
    input === undefined
      ? undefined
      : Math.min(times.lastMs, Math.max(openedMs, Math.floor(input + offsetMs)));
  return {
    frames: totals.frames + 1,
    events: totals.events + envelope.events,
    bytes: totals.bytes + size,
    firstMs: totals.frames === 0 ? times.firstMs : Math.min(totals.firstMs, times.firstMs),
    lastMs: Math.max(totals.lastMs, times.lastMs),
    inputMs: inputMs === undefined ? totals.inputMs : Math.max(totals.inputMs ?? 0, inputMs),
  };
}

/**
 * The live windows, the most recently seen first. One that was silent past the lease leaves, but for the last that
 * has a checkout at all: so there are none only before the first checkout.
 */
function nextWindows(
  windows: readonly WindowState[],
  frame: PlacedFrame,
  times: FrameTimes,
  totals: SessionTotals,
): readonly WindowState[] {
  const { envelope } = frame;
  const known = windows.find(({ window }) => window === envelope.window);
  const own = nextWindow(known, frame, times, totals);
  const others = known === undefined ? windows : windows.filter((window) => window !== known);
  const all = own === undefined ? others : [own, ...others];
  const alive = all.filter(({ seenMs }, index) => index === 0 || totals.lastMs - seenMs <= WINDOW_LEASE_MS);
  return alive.length > MAX_WINDOWS ? alive.slice(0, MAX_WINDOWS) : alive;
}

function nextWindow(
  known: WindowState | undefined,
  frame: PlacedFrame,
  times: FrameTimes,
  totals: SessionTotals,
): WindowState | undefined {
  const seenMs = totals.lastMs;
  // A late checkout (the page before a reload) never replaces a newer one.
  if (frame.envelope.checkout && (known === undefined || times.firstMs >= known.checkoutMs)) {
    return {
      window: frame.envelope.window,
      checkoutSeqNum: frame.seqNum,
      checkoutMs: times.firstMs,
      checkoutBytes: frame.size,
      bytesAtCheckout: totals.bytes,
      seenMs,
    };
  }
  return known === undefined ? undefined : { ...known, seenMs };
}
