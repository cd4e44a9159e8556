import { ProtocolError } from "./errors.js";
import { isWindowId, isWriterId, type WindowId, type WriterId } from "./ids.js";
import { packValue, unpack } from "./msgpack-reader.js";

/** The version of the state header. */
export const STATE_VERSION = 1;

/** A writer as the session knows it. */
export interface WriterState {
  readonly writer: WriterId;
  /** The last number that is in the stream. */
  readonly lastNumber: number;
  /** What to add to this writer's times to get the server's, in ms. */
  readonly offsetMs: number;
  /** Server's time of its last frame, epoch ms: the least recent leave first. */
  readonly seenMs: number;
}

/** A live window: where its playback can start. */
export interface WindowState {
  readonly window: WindowId;
  /** seqNum of the first record of its latest checkout. */
  readonly checkoutSeqNum: number;
  /** Time of that checkout, epoch ms of the server's clock. */
  readonly checkoutMs: number;
  /** Bytes of that checkout's frame. */
  readonly checkoutBytes: number;
  /** The session's bytes (`SessionTotals.bytes`) just after that checkout. */
  readonly bytesAtCheckout: number;
  /** Server's time of its last frame, epoch ms. */
  readonly seenMs: number;
}

/** Consecutive frames of one window that arrived after others had gone on. Times are the true ones, on the server's clock. */
export interface LateRun {
  readonly window: WindowId;
  readonly fromSeqNum: number;
  /** seqNum after its last record. */
  readonly toSeqNum: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Sums over the session so far; times on the server's clock. */
export interface SessionTotals {
  readonly frames: number;
  readonly events: number;
  /** Bytes of frames as stored. */
  readonly bytes: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly inputMs: number | undefined;
}

/**
 * What a record says so that nobody has to read further back: the session as it is just *after* the frame of
 * the record that carries it.
 */
export interface SessionState {
  readonly writers: readonly WriterState[];
  readonly windows: readonly WindowState[];
  readonly lateRuns: readonly LateRun[];
  readonly totals: SessionTotals;
}

/** Writes a state header's value. */
export const encodeState = (state: SessionState): Uint8Array<ArrayBuffer> =>
  packValue([
    STATE_VERSION,
    state.writers.map((w) => [w.writer, w.lastNumber, w.offsetMs, w.seenMs]),
    state.windows.map((w) => [
      w.window,
      w.checkoutSeqNum,
      w.checkoutMs,
      w.checkoutBytes,
      w.bytesAtCheckout,
      w.seenMs,
    ]),
    state.lateRuns.map((r) => [r.window, r.fromSeqNum, r.toSeqNum, r.firstMs, r.lastMs]),
    totalsTuple(state.totals),
  ]);

const totalsTuple = (t: SessionTotals): readonly (number | null)[] => [
  t.frames,
  t.events,
  t.bytes,
  t.firstMs,
  t.lastMs,
  t.inputMs ?? null,
];

/** Reads a state header's value. Throws `ProtocolError`: `malformed`, `unsupported_version`, `invalid`. */
export function decodeState(bytes: Uint8Array): SessionState {
  const value = unpack(bytes);
  if (!Array.isArray(value)) throw invalid();
  if (value[0] !== STATE_VERSION)
    throw new ProtocolError("unsupported_version", "unknown version of state header");
  if (value.length !== 5) throw invalid();
  const [, writers, windows, lateRuns, totals] = value as readonly unknown[];
  return {
    writers: rows(writers, 4).map(([writer, lastNumber, offsetMs, seenMs]) => {
      if (!isWriterId(writer)) throw invalid();
      return { writer, lastNumber: num(lastNumber), offsetMs: num(offsetMs), seenMs: num(seenMs) };
    }),
    windows: rows(windows, 6).map(([window, seqNum, atMs, size, before, seenMs]) => {
      if (!isWindowId(window)) throw invalid();
      return {
        window,
        checkoutSeqNum: num(seqNum),
        checkoutMs: num(atMs),
        checkoutBytes: num(size),
        bytesAtCheckout: num(before),
        seenMs: num(seenMs),
      };
    }),
    lateRuns: rows(lateRuns, 5).map(([window, from, to, firstMs, lastMs]) => {
      if (!isWindowId(window)) throw invalid();
      return { window, fromSeqNum: num(from), toSeqNum: num(to), firstMs: num(firstMs), lastMs: num(lastMs) };
    }),
    totals: parseTotals(totals),
  };
}

function parseTotals(value: unknown): SessionTotals {
  if (!Array.isArray(value) || value.length !== 6) throw invalid();
  const [frames, events, bytes, firstMs, lastMs, inputMs] = value as readonly unknown[];
  return {
    frames: num(frames),
    events: num(events),
    bytes: num(bytes),
    firstMs: num(firstMs),
    lastMs: num(lastMs),
    inputMs: inputMs === null ? undefined : num(inputMs),
  };
}

function rows(value: unknown, width: number): readonly (readonly unknown[])[] {
  if (!Array.isArray(value)) throw invalid();
  for (const row of value) if (!Array.isArray(row) || row.length !== width) throw invalid();
  return value as readonly (readonly unknown[])[];
}

function num(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw invalid();
}

const invalid = (): ProtocolError => new ProtocolError("invalid", "not a state header");
