import { type ClosedRecord, type OpenedRecord, PartAssembler, type StoredFrame } from "./protocol/index.js";
import { parseRecord, type SessionRecord } from "./records.js";
import type { StoredRecord } from "./s2-port.js";

/** A whole frame found in a stream. */
export interface WalkedFrame extends StoredFrame {
  /** seqNum after its last record. */
  readonly nextSeqNum: number;
}

/** What a record completed. */
export type Walked =
  | { readonly type: "frame"; readonly frame: WalkedFrame }
  | { readonly type: "opened"; readonly opened: OpenedRecord }
  | { readonly type: "closed"; readonly closed: ClosedRecord; readonly tail: number };

/** Walks over a session's records in their order and puts parts together. */
export class StreamWalk {
  readonly #assembler = new PartAssembler();
  #first: { readonly seqNum: number; readonly timestampMs: number; readonly offsetMs: number } | undefined;
  #next: number;
  #dropped = 0;

  constructor(fromSeqNum: number) {
    this.#next = fromSeqNum;
  }

  /** seqNum after the last record that was taken. */
  get next(): number {
    return this.#next;
  }

  /** Where to read on so that nothing is missed: the first part of an unfinished frame, else {@link next}. */
  get resume(): number {
    return this.#first?.seqNum ?? this.#next;
  }

  /** Parts that could not be put together so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes the next record. Throws `RecorderError` `corrupt`. */
  take(record: StoredRecord): Walked | undefined {
    this.#next = record.seqNum + 1;
    const parsed = parseRecord(record);
    if (parsed.kind === "frame" && parsed.part !== undefined) return this.#takePart(record, parsed);
    this.#dropped += this.#assembler.drop();
    this.#first = undefined;
    switch (parsed.kind) {
      case "frame": {
        const { seqNum, timestampMs } = record;
        const { offsetMs, body } = parsed;
        return {
          type: "frame",
          frame: { seqNum, timestampMs, offsetMs, bytes: body, nextSeqNum: this.#next },
        };
      }
      case "opened":
        return { type: "opened", opened: parsed.opened };
      case "closed":
        return { type: "closed", closed: parsed.closed, tail: this.#next };
      case "summary":
      case "command":
        return undefined;
    }
  }

  #takePart(record: StoredRecord, parsed: SessionRecord & { readonly kind: "frame" }): Walked | undefined {
    const { index, count } = parsed.part ?? { index: 0, count: 1 };
    const { seqNum, timestampMs } = record;
    const outcome = this.#assembler.add(seqNum, index, count, parsed.body);
    this.#dropped += outcome.dropped;
    if (index === 0) this.#first = { seqNum, timestampMs, offsetMs: parsed.offsetMs };
    else if (outcome.dropped > 0) this.#first = undefined;
    if (outcome.type === "waiting") return undefined;
    const first = this.#first;
    this.#first = undefined;
    if (first === undefined) return undefined;
    return { type: "frame", frame: { ...first, bytes: outcome.frame, nextSeqNum: this.#next } };
  }
}
