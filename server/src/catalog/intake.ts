import type { AppendedFrame } from "@reeltime/recorder";
import {
  type ClosedRecord,
  decodeFrame,
  type Envelope,
  type FramesPage,
  type OpenedRecord,
  ProtocolError,
  type SessionId,
  type SessionRef,
  type Summary,
} from "@reeltime/recorder/protocol";
import type { Changes } from "./changes.js";
import { type FoldedFrame, foldFrame } from "./fold-frame.js";
import { foldSummary } from "./fold-summary.js";
import { emptyRow } from "./session-row.js";
import type { WorkingRows } from "./working-rows.js";

/** Erased sessions remembered, so that a read that was under way does not bring one back; the oldest leave first. */
const MAX_ERASED = 10_000;

/**
 * The one door into the catalog. What this process appends and what is read from streams come through it, in any
 * order and more than once: a record counts when it is the next one of its row, and never twice.
 */
export class Intake {
  readonly #rows: WorkingRows;
  readonly #changes: Changes;
  readonly #erased = new Set<SessionId>();
  readonly #onRemoved: (id: SessionId) => void;

  constructor(rows: WorkingRows, changes: Changes, onRemoved: (id: SessionId) => void) {
    this.#rows = rows;
    this.#changes = changes;
    this.#onRemoved = onRemoved;
  }

  /** A session began. */
  opened(opened: OpenedRecord): void {
    if (this.#erased.has(opened.sessionId) || this.#rows.get(opened.sessionId) !== undefined) return;
    this.#rows.add(emptyRow(opened));
    this.#changed(opened.sessionId);
  }

  /** This process appended frames. False when something before them is missing: it is to be read. */
  appended(session: SessionRef, frames: readonly AppendedFrame[]): boolean {
    const id = session.sessionId;
    let readTo = this.#rows.get(id)?.readTo;
    if (readTo === undefined) return this.#erased.has(id);
    for (const frame of frames) {
      if (frame.seqNum > readTo) return false;
      this.#fold(id, { ...frame, size: frame.bytes.length });
      readTo = Math.max(readTo, frame.nextSeqNum);
    }
    this.#changed(id);
    return true;
  }

  /** A page of a session's stream was read, from at or before what its row has. */
  page(id: SessionId, page: FramesPage): void {
    page.frames.forEach((frame, index) => {
      const nextSeqNum = page.frames[index + 1]?.seqNum ?? page.next;
      const envelope = envelopeOf(frame.bytes);
      if (envelope !== undefined)
        this.#fold(id, { ...frame, envelope, size: frame.bytes.length, nextSeqNum });
    });
    this.#rows.skipTo(id, page.next);
    this.#changed(id);
  }

  /** A session ended. */
  closed(summary: Summary, closed: ClosedRecord, tail: number): void {
    const id = summary.opened.sessionId;
    if (this.#erased.has(id) || this.#rows.get(id)?.closed) return;
    this.#rows.close(foldSummary(summary, closed, tail));
    this.#changed(id);
  }

  /** A session's stream is gone. */
  erased(id: SessionId): void {
    this.#erased.add(id);
    const oldest = this.#erased.size > MAX_ERASED ? this.#erased.values().next().value : undefined;
    if (oldest !== undefined) this.#erased.delete(oldest);
    this.#rows.remove(id);
    this.#changes.removed(id);
    this.#onRemoved(id);
  }

  /** Whether a session was erased since this process began. */
  isErased(id: SessionId): boolean {
    return this.#erased.has(id);
  }

  #fold(id: SessionId, frame: FoldedFrame): void {
    const row = this.#rows.get(id);
    if (row === undefined || row.closed !== null || frame.seqNum < row.readTo) return;
    this.#rows.fold(foldFrame(row, frame));
  }

  #changed(id: SessionId): void {
    const row = this.#rows.get(id);
    if (row !== undefined) this.#changes.changed(row);
  }
}

/** A frame's envelope; `undefined` for one of a later version, which this build cannot count. */
function envelopeOf(bytes: Uint8Array): Envelope | undefined {
  try {
    return decodeFrame(bytes);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
