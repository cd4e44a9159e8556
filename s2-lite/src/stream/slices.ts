import { DELETE_SLICE_ROWS, MAX_SLICE_REST_MS, MIN_DELETE_SLICE_ROWS, SLICE_TARGET_MS } from "../limits.js";
import type { Write } from "../store/lmdb-store.js";

/** What is written at the same time, and counts as one slice. */
interface Round {
  readonly startMs: number;
  rows: number;
  /** Writes under way. */
  pending: number;
  /** Whether nothing may join any more: it is large enough, or its first write is over. */
  closed: boolean;
  readonly over: Promise<void>;
  readonly end: () => void;
}

/**
 * Gives deletions in the background their turns, over all streams: as many rows at a time as one transaction deletes
 * in a few milliseconds, and then a rest as long as that took. So an append waits for one slice at most, however much
 * there is to delete; and many small deletions share a slice. How many rows follows from how long the last slice took:
 * rows of a megabyte take ten times as long as small ones.
 */
export class Slices {
  /** Whoever comes next waits for this: the one before has written, or has its place in the round. */
  #turn: Promise<void> = Promise.resolve();
  #round: Round | undefined;
  #rows = DELETE_SLICE_ROWS;

  /**
   * Writes, in its turn, what `prepare` gives for up to so many rows; `prepare` must give all there is unless that is
   * more. Resolves with whether more may be left. Rejects as `write` does.
   */
  async run(
    prepare: (rows: number) => readonly Write[],
    write: (writes: readonly Write[]) => Promise<void>,
  ): Promise<boolean> {
    const before = this.#turn;
    let pass: () => void = () => undefined;
    this.#turn = new Promise((resolve) => {
      pass = resolve;
    });
    let round: Round | undefined;
    let wrote = false;
    try {
      await before;
      round = await this.#openRound();
      round.pending++;
      const room = this.#rows - round.rows;
      const writes = prepare(room);
      wrote = writes.length > 0;
      round.rows += writes.length;
      round.closed = round.rows >= this.#rows;
      pass();
      if (wrote) await write(writes);
      return writes.length >= room;
    } finally {
      pass(); // also when it failed
      if (round !== undefined) this.#leave(round, wrote);
    }
  }

  async #openRound(): Promise<Round> {
    while (this.#round?.closed === true) await this.#round.over;
    if (this.#round !== undefined) return this.#round;
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#round = { startMs: performance.now(), rows: 0, pending: 0, closed: false, over, end };
    return this.#round;
  }

  #leave(round: Round, wrote: boolean): void {
    round.pending--;
    round.closed ||= wrote;
    if (round.pending > 0) return;
    if (round.rows === 0) {
      this.#finish(round);
      return;
    }
    const tookMs = performance.now() - round.startMs;
    this.#rows = nextRows(this.#rows, tookMs);
    setTimeout(() => this.#finish(round), Math.min(MAX_SLICE_REST_MS, tookMs));
    round.closed = true;
  }

  #finish(round: Round): void {
    if (this.#round === round) this.#round = undefined;
    round.end();
  }
}

/** Halves the rows after a slice that took too long, and lets them grow again by half. */
function nextRows(rows: number, tookMs: number): number {
  const next = tookMs > SLICE_TARGET_MS ? rows / 2 : rows * 1.5;
  return Math.floor(Math.min(DELETE_SLICE_ROWS, Math.max(MIN_DELETE_SLICE_ROWS, next)));
}
