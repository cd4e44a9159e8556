import { type Position, type S2LiteError, toS2LiteError } from "../errors.js";
import type { Batch } from "../keys/batch.js";
import { CATCH_UP_FRAME_BYTES, MAX_BATCH_RECORDS, READ_SLICE_BYTES } from "../limits.js";
import type { LmdbStore } from "../store/lmdb-store.js";
import { readBatches } from "./batches.js";
import { type Piece, splitPiece, takeFrom } from "./budget.js";
import type { OpenedRead } from "./read-query.js";
import type { Follower, StreamState } from "./stream-state.js";

/** Where a read session's output goes: S2S frames or SSE. */
export interface ReadSink {
  /** Sends records, with the tail when it is known. */
  batch(pieces: readonly Piece[], tail: Position | undefined): void;
  /** Tells that the read is at the tail. */
  heartbeat(tail: Position): void;
  /** Ends the answer cleanly. */
  end(): void;
  /** Ends the answer with an error inside it. */
  fail(error: S2LiteError): void;
  /** Whether so much is unsent that nothing should be added. */
  readonly blocked: boolean;
  /** Whether the client is gone. */
  readonly closed: boolean;
  /** Resolves when it is no longer blocked, or closed. */
  ready(): Promise<void>;
  /** Calls back once when the client is gone. */
  onClosed(listener: () => void): void;
}

/** What a read session needs of its surroundings. */
export interface ReadPorts {
  readonly store: LmdbStore;
  /** How long until the next heartbeat, in milliseconds. */
  readonly heartbeatMs: () => number;
}

type FollowEnd = "behind" | "done" | { readonly error: S2LiteError };

/** One read session: first from storage, then, if it may, live from memory; back when it is slow. */
export class ReadSession {
  readonly #ports: ReadPorts;
  readonly #state: StreamState;
  readonly #read: OpenedRead;
  readonly #sink: ReadSink;
  /** The next record to send. */
  #at: number;
  /** When the last batch was delivered, or following began: what `wait` counts from. */
  #deliveredAtMs: number | undefined;
  /** What following does when the client goes. */
  #onClosed: (() => void) | undefined;

  constructor(ports: ReadPorts, state: StreamState, read: OpenedRead, sink: ReadSink) {
    this.#ports = ports;
    this.#state = state;
    this.#read = read;
    this.#sink = sink;
    this.#at = read.from;
  }

  /** Runs until the read is over; never throws. */
  async run(): Promise<void> {
    const state = this.#state;
    state.holders++;
    this.#sink.onClosed(() => this.#onClosed?.());
    try {
      await this.#loop();
    } catch (error) {
      if (!this.#sink.closed) this.#sink.fail(toS2LiteError(error));
    } finally {
      state.holders--;
    }
  }

  async #loop(): Promise<void> {
    for (;;) {
      if (await this.#catchUp()) return this.#sink.end();
      if (this.#sink.closed) return;
      if (!this.#read.mayFollow) return this.#sink.end();
      if (this.#state.ended !== undefined) {
        await this.#state.whenSettled();
        return this.#sink.fail(this.#state.ended);
      }
      if (this.#remainingMs() <= 0) return this.#sink.end();
      if (this.#at < this.#state.tail.seqNum) continue; // became durable while we were being resumed
      this.#sink.heartbeat(this.#state.tail);
      const ended = await this.#follow();
      if (this.#sink.closed) return;
      if (ended === "done") return this.#sink.end();
      if (ended !== "behind") return this.#sink.fail(ended.error);
    }
  }

  /** Sends what is stored up to the tail. Returns whether a limit ended the read. */
  async #catchUp(): Promise<boolean> {
    const state = this.#state;
    while (this.#at < state.tail.seqNum) {
      if (this.#sink.blocked) await this.#sink.ready();
      if (this.#sink.closed) return false;
      if (state.ended !== undefined) {
        // Its rows go without a word to this state, or have another's floor: what is missing would look like damage.
        await state.whenSettled();
        throw state.ended;
      }
      const from = Math.max(this.#at, state.floor);
      const tail = state.tail;
      const batches = readBatches(this.#ports.store, state.identity.id, from, tail.seqNum, READ_SLICE_BYTES);
      if (this.#sendSlice(batches, from, tail)) return true;
      if (batches.length === 0) this.#at = tail.seqNum; // all that was left is trimmed
      // Other sessions get their turn between two slices.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return false;
  }

  #sendSlice(batches: readonly Batch[], from: number, tail: Position): boolean {
    let frame: Piece[] = [];
    let bytes = 0;
    let count = 0;
    const flush = () => {
      if (frame.length === 0) return;
      this.#sink.batch(frame, this.#at === tail.seqNum ? tail : undefined);
      this.#deliveredAtMs = performance.now();
      frame = [];
      bytes = 0;
      count = 0;
    };
    for (const batch of batches) {
      const { piece, ended } = takeFrom(batch, from, this.#read.budget);
      for (const part of piece === undefined ? [] : splitPiece(piece, CATCH_UP_FRAME_BYTES)) {
        if (bytes + part.run.length > CATCH_UP_FRAME_BYTES || count + part.count > MAX_BATCH_RECORDS) flush();
        frame.push(part);
        bytes += part.run.length;
        count += part.count;
        this.#at = part.lastSeqNum + 1;
      }
      if (ended) {
        flush();
        return true;
      }
    }
    flush();
    return false;
  }

  #remainingMs(): number {
    const { waitMs } = this.#read;
    if (waitMs === undefined) return Number.POSITIVE_INFINITY;
    this.#deliveredAtMs ??= performance.now();
    return waitMs - (performance.now() - this.#deliveredAtMs);
  }

  /** Sends batches as they become durable, and heartbeats, until something ends that. */
  #follow(): Promise<FollowEnd> {
    const { waitMs, budget } = this.#read;
    const state = this.#state;
    const sink = this.#sink;
    return new Promise((resolve) => {
      const finish = (end: FollowEnd) => {
        this.#onClosed = undefined;
        state.followers.delete(follower);
        clearTimeout(heartbeat);
        clearTimeout(wait);
        resolve(end);
      };
      const giveUpAfter = (ms: number) => setTimeout(() => finish("done"), Math.max(1, ms));
      const heartbeat = setTimeout(() => {
        if (sink.blocked) return finish("behind");
        sink.heartbeat(state.tail);
        heartbeat.refresh();
      }, this.#ports.heartbeatMs());
      let wait = waitMs === undefined ? undefined : giveUpAfter(this.#remainingMs());
      const follower: Follower = {
        deliver: (batch, tail) => {
          if (sink.blocked) return finish("behind");
          const { piece, ended } = takeFrom(batch, this.#at, budget);
          this.#at = tail.seqNum;
          if (piece !== undefined) {
            sink.batch([piece], tail);
            this.#deliveredAtMs = performance.now();
            heartbeat.refresh();
            if (waitMs !== undefined) {
              clearTimeout(wait);
              wait = giveUpAfter(waitMs);
            }
          }
          if (ended) finish("done");
        },
        gone: (error) => finish({ error }),
      };
      this.#onClosed = () => finish("done");
      state.followers.add(follower);
    });
  }
}
