import type { SequencedRecord } from "../stream/records.js";
import type { RecordReader } from "./record-reader.js";
import { isCopyOf, trimPointOf } from "./renumber.js";

/** What a source is compared with. */
export interface Compared {
  readonly source: RecordReader;
  readonly target: RecordReader;
  /** The number that the target's next record gets. */
  readonly targetTail: number;
  /** How much less the target's numbers are at the beginning. */
  readonly offset: number;
}

/** How far two streams agree. */
export type Comparison =
  /** A record is another one, or has no place. */
  | { readonly differs: true; readonly at: number; readonly compared: number }
  | {
      readonly differs: false;
      /** Records that were compared. */
      readonly compared: number;
      /** How much less the target's numbers are at the end. */
      readonly offset: number;
      /** The source's first record that the target does not have; undefined when it has all. */
      readonly nextInSource: number | undefined;
      /** The number that the target would give it. */
      readonly nextInTarget: number;
      /** The target has nothing below this, of what it once must have had. */
      readonly missingBelow: number;
      /** Up to where the trims in the source's records let the target delete, in its numbers. */
      readonly trimPoint: number;
    };

/**
 * Reads both streams and compares them record by record: numbers (but for the offset), timestamps, headers
 * and bodies. Either may have lost its oldest records meanwhile. Where the source has a hole, the target must
 * go on without one: then the offset grows.
 */
export async function compareStreams(streams: Compared): Promise<Comparison> {
  return new Comparing(streams).run();
}

class Comparing {
  readonly #source: RecordReader;
  readonly #target: RecordReader;
  readonly #targetTail: number;
  #offset: number;
  /** Where the target stands: everything below is compared, or gone. */
  #at = 0;
  #compared = 0;
  #missingBelow = 0;
  #trimPoint = 0;

  constructor({ source, target, targetTail, offset }: Compared) {
    this.#source = source;
    this.#target = target;
    this.#targetTail = targetTail;
    this.#offset = offset;
  }

  async run(): Promise<Comparison> {
    for (;;) {
      const record = await this.#source.peek();
      if (record === undefined) return this.#agreed(undefined, this.#at);
      const wanted = record.seqNum - this.#offset;
      const copy = await this.#target.peek();
      if (copy === undefined) {
        if (wanted < this.#targetTail) this.#missing(record);
        else if (wanted === this.#targetTail || this.#holeAtEnd(record))
          return this.#agreed(record.seqNum, this.#targetTail);
        else return this.#differs(record);
      } else if (wanted < copy.seqNum) this.#missing(record);
      else if (wanted > copy.seqNum && !this.#closesHole(record, copy)) this.#target.seek(wanted);
      else if (!isCopyOf(copy, record, this.#offset)) return this.#differs(record);
      else this.#agree(record, copy);
    }
  }

  #agree(record: SequencedRecord, copy: SequencedRecord): void {
    this.#noteTrim(record);
    this.#compared++;
    this.#at = copy.seqNum + 1;
    this.#source.skip();
    this.#target.skip();
  }

  /** The target no longer has this record. */
  #missing(record: SequencedRecord): void {
    this.#noteTrim(record);
    this.#at = record.seqNum - this.#offset + 1;
    this.#missingBelow = this.#at;
    this.#source.skip();
  }

  /** Whether the target goes on where the source has a hole; the offset is then larger by it. */
  #closesHole(record: SequencedRecord, copy: SequencedRecord): boolean {
    if (this.#compared === 0) return false; // the source lost its oldest records, and the target still has them
    const offset = record.seqNum - copy.seqNum;
    if (!isCopyOf(copy, record, offset)) return false;
    this.#offset = offset;
    return true;
  }

  /** Whether the source has a hole right behind what the target has; the offset is then larger by it. */
  #holeAtEnd({ seqNum }: SequencedRecord): boolean {
    if (this.#compared === 0 || this.#at !== this.#targetTail) return false;
    this.#offset = seqNum - this.#targetTail;
    return true;
  }

  #noteTrim(record: SequencedRecord): void {
    const point = trimPointOf(record);
    if (point !== undefined) this.#trimPoint = Math.max(this.#trimPoint, point - this.#offset);
  }

  #differs({ seqNum }: SequencedRecord): Comparison {
    return { differs: true, at: seqNum, compared: this.#compared };
  }

  #agreed(nextInSource: number | undefined, nextInTarget: number): Comparison {
    return {
      differs: false,
      compared: this.#compared,
      offset: this.#offset,
      nextInSource,
      nextInTarget,
      missingBelow: this.#missingBelow,
      trimPoint: this.#trimPoint,
    };
  }
}
