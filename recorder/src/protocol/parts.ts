import { ProtocolError } from "./errors.js";
import { MAX_FRAME_BYTES, MAX_PART_BYTES, MAX_PARTS } from "./limits.js";

/** Cuts a frame into parts of at most {@link MAX_PART_BYTES}; one part when it fits. Views, not copies. */
export function splitParts(frame: Uint8Array): readonly Uint8Array[] {
  if (frame.length > MAX_FRAME_BYTES) throw new ProtocolError("too_large", "the frame is too large");
  if (frame.length <= MAX_PART_BYTES) return [frame];
  const parts: Uint8Array[] = [];
  for (let at = 0; at < frame.length; at += MAX_PART_BYTES)
    parts.push(frame.subarray(at, at + MAX_PART_BYTES));
  return parts;
}

/** Writes the value of a part's header. */
export const encodePart = (index: number, count: number): string => `${index}/${count}`;

/** Reads the value of a part's header. Throws `ProtocolError` `invalid`. */
export function decodePart(value: string): { readonly index: number; readonly count: number } {
  const match = /^(0|[1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(value);
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  if (match === null || index >= count || count < 2 || count > MAX_PARTS) {
    throw new ProtocolError("invalid", "not a part");
  }
  return { index, count };
}

/** What became of one part: the whole frame, nothing yet, or how many parts were dropped because siblings are missing. */
export type PartOutcome =
  | { readonly type: "waiting"; readonly dropped: number }
  | {
      readonly type: "whole";
      readonly frame: Uint8Array;
      readonly firstSeqNum: number;
      readonly dropped: number;
    };

/**
 * Puts parts together. A frame's parts lie beside each other in the stream (one batch, or batches that
 * `match_seq_num` ties), so a part that does not follow its sibling means that siblings are missing: what was
 * gathered is dropped and counted, and so is a frame of more than {@link MAX_FRAME_BYTES}: it never holds more.
 */
export class PartAssembler {
  #parts: Uint8Array[] = [];
  #count = 0;
  #bytes = 0;
  #firstSeqNum = 0;

  /** Takes one part. */
  add(seqNum: number, index: number, count: number, bytes: Uint8Array): PartOutcome {
    const gathered = this.#parts.length;
    const follows =
      gathered > 0 && index === gathered && count === this.#count && seqNum === this.#firstSeqNum + gathered;
    let dropped = 0;
    if (!follows) {
      dropped = this.drop();
      if (index !== 0) return { type: "waiting", dropped: dropped + 1 };
      this.#count = count;
      this.#firstSeqNum = seqNum;
    }
    if (this.#bytes + bytes.length > MAX_FRAME_BYTES)
      return { type: "waiting", dropped: dropped + this.drop() + 1 };
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    if (this.#parts.length < count) return { type: "waiting", dropped };
    const frame = join(this.#parts);
    const firstSeqNum = this.#firstSeqNum;
    this.drop();
    return { type: "whole", frame, firstSeqNum, dropped };
  }

  /** Drops what was gathered, because a record that is no part came or the stream ended. Says how many parts. */
  drop(): number {
    const dropped = this.#parts.length;
    this.#parts = [];
    this.#bytes = 0;
    return dropped;
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
