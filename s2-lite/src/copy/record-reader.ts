import type { SequencedRecord } from "../stream/records.js";
import type { S2Client, StreamRef } from "./s2-client.js";

/** From where to where a stream is read. */
export interface ReadRange {
  /** The first number; 0 by default. */
  readonly from?: number;
  /** The number behind the last; by default what the stream holds when it is read. */
  readonly end?: number;
}

/** Reads one stream record by record, forwards, a page in memory. */
export class RecordReader {
  readonly #client: S2Client;
  readonly #ref: StreamRef;
  #page: readonly SequencedRecord[] = [];
  #index = 0;
  /** Where the next page begins. */
  #at: number;
  readonly #end: number;

  constructor(client: S2Client, ref: StreamRef, range: ReadRange = {}) {
    this.#client = client;
    this.#ref = ref;
    this.#at = range.from ?? 0;
    this.#end = range.end ?? Number.POSITIVE_INFINITY;
  }

  /** The next record, which stays the next one; undefined at the end. */
  async peek(): Promise<SequencedRecord | undefined> {
    if (this.#index === this.#page.length) await this.#turn();
    return this.#page[this.#index];
  }

  /** Steps over the next record. */
  skip(): void {
    this.#index++;
  }

  /** The rest of the page, or the next one, stepped over; empty at the end. It fits one batch. */
  async takePage(): Promise<readonly SequencedRecord[]> {
    if (this.#index === this.#page.length) await this.#turn();
    const rest = this.#page.slice(this.#index);
    this.#index = this.#page.length;
    return rest;
  }

  /** Goes to a later number. */
  seek(seqNum: number): void {
    while (this.#index < this.#page.length && (this.#page[this.#index]?.seqNum ?? 0) < seqNum) this.#index++;
    if (this.#index === this.#page.length) this.#at = Math.max(this.#at, seqNum);
  }

  async #turn(): Promise<void> {
    const read = this.#at < this.#end ? await this.#client.read(this.#ref, { seqNum: this.#at }) : [];
    this.#page = (read.at(-1)?.seqNum ?? 0) < this.#end ? read : read.filter((one) => one.seqNum < this.#end);
    this.#index = 0;
    this.#at = (this.#page.at(-1)?.seqNum ?? this.#at - 1) + 1;
  }
}
