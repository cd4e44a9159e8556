import type { Activity } from "./activity.js";
import { ProtocolError } from "./errors.js";
import type { Fact, FactType } from "./facts.js";
import type { ProjectId, SessionId, WindowId } from "./ids.js";
import { MAX_SUMMARY_RECORD_BYTES } from "./limits.js";
import { packValue, unpack } from "./msgpack-reader.js";
import type { LateRun, SessionTotals } from "./state-header.js";

/** Why a session ended. `stopped`: by its user or app. `idle`: no input for the limit. `limit`: it lasted as long as one may. `erased`: removed. */
export const CLOSE_REASONS = ["stopped", "idle", "limit", "erased"] as const;
/** One of {@link CLOSE_REASONS}. */
export type CloseReason = (typeof CLOSE_REASONS)[number];

/** What is known about the page and the machine when a session opens. */
export interface ClientInfo {
  readonly sdk: string;
  readonly userAgent?: string;
  readonly language?: string;
  readonly timeZone?: string;
  readonly url?: string;
  readonly title?: string;
  readonly referrer?: string;
  readonly screenWidth?: number;
  readonly screenHeight?: number;
}

/** The record with seqNum 1 of every session: the first thing it says about itself. */
export interface OpenedRecord {
  readonly project: ProjectId;
  readonly sessionId: SessionId;
  /** Where the session starts, epoch ms of the server's clock: when it was opened, or earlier when it had been held back. */
  readonly openedMs: number;
  /** What to add to the client's clock to get the server's, in ms, as measured at opening. */
  readonly offsetMs: number;
  readonly client: ClientInfo;
  /** The session this one goes on from, when that one was closed under its SDK. */
  readonly after?: SessionId;
}

/** Where playback of one window can start. */
export interface Checkout {
  readonly seqNum: number;
  readonly window: WindowId;
  /** Epoch ms of the server's clock. */
  readonly atMs: number;
}

/** One window over the whole session; times on the server's clock. */
export interface WindowSpan {
  readonly window: WindowId;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly events: number;
}

/** A fact with its place: the frame that said it, and that frame's window. */
export interface PlacedFact extends Fact {
  readonly seqNum: number;
  readonly window: WindowId;
}

/** The last records of a closed session: all its facts and checkouts in one place. */
export interface Summary {
  readonly opened: OpenedRecord;
  readonly totals: SessionTotals;
  readonly windows: readonly WindowSpan[];
  readonly checkouts: readonly Checkout[];
  /** Times on the server's clock. In the order of the stream. */
  readonly facts: readonly PlacedFact[];
  /** Facts beyond the limit that are in the frames only. */
  readonly factsCut: number;
  /** How many facts there were of each type, the cut ones too; types that did not occur may be missing. */
  readonly factCounts?: Readonly<Partial<Record<FactType, number>>>;
  readonly lateRuns: readonly LateRun[];
  readonly activity: Activity;
  /** Events that the SDK said it dropped. */
  readonly lostEvents: number;
}

/** The last record of a closed session. */
export interface ClosedRecord {
  readonly reason: CloseReason;
  /** When it was closed, epoch ms of the server's clock. */
  readonly closedMs: number;
  /** How many records before the fence hold the summary. */
  readonly summaryRecords: number;
}

/** Writes the opened record's body. */
export const encodeOpened = (opened: OpenedRecord): Uint8Array => packValue({ v: 1, ...opened });
/** Reads the opened record's body. Throws `ProtocolError`. */
export const decodeOpened = (bytes: Uint8Array): OpenedRecord => versioned(bytes) as unknown as OpenedRecord;
/** Writes the closing record's body. */
export const encodeClosed = (closed: ClosedRecord): Uint8Array => packValue({ v: 1, ...closed });
/** Reads the closing record's body. Throws `ProtocolError`. */
export const decodeClosed = (bytes: Uint8Array): ClosedRecord => versioned(bytes) as unknown as ClosedRecord;

/** Writes a summary, in as many record bodies as it needs. */
export function encodeSummary(summary: Summary): readonly Uint8Array[] {
  const whole = packValue({ v: 1, ...summary });
  const bodies: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += MAX_SUMMARY_RECORD_BYTES) {
    bodies.push(whole.subarray(at, at + MAX_SUMMARY_RECORD_BYTES));
  }
  return bodies;
}

/** Reads a summary from its record bodies, in order. Throws `ProtocolError`. */
export function decodeSummary(bodies: readonly Uint8Array[]): Summary {
  const whole = new Uint8Array(bodies.reduce((sum, body) => sum + body.length, 0));
  let at = 0;
  for (const body of bodies) {
    whole.set(body, at);
    at += body.length;
  }
  return versioned(whole) as unknown as Summary;
}

/** These bodies are written by servers alone, so a version and a shape suffice; frames from outside are checked field by field. */
function versioned(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const value = unpack(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProtocolError("invalid", "not a session record");
  }
  const { v, ...rest } = value as Record<string, unknown>;
  if (v !== 1) throw new ProtocolError("unsupported_version", "unknown version of session record");
  return rest;
}
