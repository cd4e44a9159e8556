import { S2LiteError } from "../errors.js";
import {
  GATHER_FROM_STREAMS,
  GATHER_INTERVAL_MS,
  GATHER_WINDOW_MS,
  MAX_COMMIT_BYTES,
  MAX_COMMIT_WRITES,
  MAX_IN_FLIGHT_BYTES,
} from "../limits.js";
import type { Write } from "./lmdb-store.js";

/** One change that is written whole or not at all. */
export interface Job {
  readonly writes: readonly Write[];
  /**
   * One more write, of a row that says how its source stands after it: a later job's of the same source, in
   * the same commit, stands for this one too, and this one is then not made.
   */
  readonly mark?: () => Write;
  /** What it counts towards the bytes in flight. */
  readonly bytes: number;
  /** Whose it is, to tell many writers from one: any number, such as a stream's id. */
  readonly source: number;
  /**
   * Called once: without an error when the writes are durable; with `other` when they were given to
   * storage and may or may not be there; with `storage` when it had no room for them, and `unavailable` when
   * they never came to it: then they are not there.
   */
  readonly done: (error?: S2LiteError) => void;
}

/** How one commit went: told to whoever counts. */
export interface CommitOutcome {
  /** From giving it to storage to hearing that it is durable, in milliseconds. */
  readonly durationMs: number;
  /** Why it failed, if it did. */
  readonly error: S2LiteError | undefined;
}

/** What the committer is made with; tests and servers give what they need. */
export interface CommitterOptions {
  /** Awaited after each commit and before anyone hears of it: tests hold it. */
  readonly beforeFlushed?: (() => Promise<void>) | undefined;
  /** Hears of each commit. Must not throw. */
  readonly onCommit?: ((outcome: CommitOutcome) => void) | undefined;
  /** Where problems are told that no client hears of. */
  readonly log?: (message: string) => void;
}

/** What the committer writes to: LMDB, or a test's stand-in. */
export interface CommitTarget {
  /** Why there is no room for appends, in words; undefined when there is. */
  readonly full?: string | undefined;
  commit(writes: Iterable<Write>): Promise<void>;
}

/**
 * Group commit: all jobs that wait go into one transaction; while it syncs, the next ones gather.
 * Jobs become durable in the order they were submitted.
 *
 * One writer alone never waits. When many write at once, commits start at least a few milliseconds
 * apart: each costs a sync, and fewer syncs are less CPU for the same records.
 */
export class Committer {
  readonly #target: CommitTarget;
  readonly #beforeFlushed: (() => Promise<void>) | undefined;
  readonly #onCommit: (outcome: CommitOutcome) => void;
  readonly #log: (message: string) => void;
  #queue: Job[] = [];
  /** Metered bytes of all jobs not yet done. */
  #inFlightBytes = 0;
  /** Whether a commit is under way or its start is scheduled. */
  #busy = false;
  #closed = false;
  #lastStartMs = 0;
  #windowStartMs = 0;
  readonly #writers = new Set<number>();
  #previousWriters = 0;
  #roomWaiters: (() => void)[] = [];
  #idleWaiters: (() => void)[] = [];

  constructor(target: CommitTarget, options: CommitterOptions = {}) {
    this.#target = target;
    this.#onCommit = options.onCommit ?? (() => undefined);
    this.#beforeFlushed = options.beforeFlushed;
    this.#log = options.log ?? (() => undefined);
  }

  /** Metered bytes accepted and not yet durable. */
  get inFlightBytes(): number {
    return this.#inFlightBytes;
  }

  /** Why there is no room for appends, in words; undefined when there is. What makes room is still taken. */
  get full(): string | undefined {
    return this.#target.full;
  }

  /** Whether another append may be accepted now. */
  get hasRoom(): boolean {
    return this.#inFlightBytes < MAX_IN_FLIGHT_BYTES;
  }

  /** Resolves when there is room again. */
  whenRoom(): Promise<void> {
    if (this.hasRoom) return Promise.resolve();
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }

  /** Resolves when nothing waits and nothing is under way. */
  whenIdle(): Promise<void> {
    if (!this.#busy && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Refuses jobs from now on and resolves when those accepted are done. */
  close(): Promise<void> {
    this.#closed = true;
    return this.whenIdle();
  }

  /** Adds a job to the next commit. */
  submit(job: Job): void {
    if (this.#closed) {
      job.done(new S2LiteError("unavailable", "the server is closing"));
      return;
    }
    this.#queue.push(job);
    this.#inFlightBytes += job.bytes;
    this.#writers.add(job.source);
    if (!this.#busy) this.#schedule();
  }

  /** `submit` as a promise. */
  write(writes: readonly Write[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.submit({ writes, bytes: 0, source: -1, done: (error) => (error ? reject(error) : resolve()) });
    });
  }

  #schedule(): void {
    this.#busy = true;
    const waitMs = this.#gatherMs();
    // A turn of the event loop at least: all sockets readable now share the commit.
    if (waitMs > 0) setTimeout(() => void this.#flush(), waitMs);
    else setImmediate(() => void this.#flush());
  }

  #gatherMs(): number {
    const nowMs = performance.now();
    if (nowMs - this.#windowStartMs > GATHER_WINDOW_MS) {
      this.#previousWriters = nowMs - this.#windowStartMs > 2 * GATHER_WINDOW_MS ? 0 : this.#writers.size;
      this.#writers.clear();
      this.#windowStartMs = nowMs;
    }
    if (Math.max(this.#writers.size, this.#previousWriters) < GATHER_FROM_STREAMS) return 0;
    return Math.max(0, GATHER_INTERVAL_MS - (nowMs - this.#lastStartMs));
  }

  #take(): Job[] {
    let bytes = 0;
    let writes = 0;
    let count = 0;
    for (const job of this.#queue) {
      if (
        count > 0 &&
        (bytes + job.bytes > MAX_COMMIT_BYTES || writes + job.writes.length > MAX_COMMIT_WRITES)
      )
        break;
      bytes += job.bytes;
      writes += job.writes.length;
      count++;
    }
    if (count === this.#queue.length) {
      const all = this.#queue;
      this.#queue = [];
      return all;
    }
    return this.#queue.splice(0, count);
  }

  async #flush(): Promise<void> {
    this.#lastStartMs = performance.now();
    const jobs = this.#take();
    let error: S2LiteError | undefined;
    try {
      await this.#target.commit(allWrites(jobs));
      await this.#beforeFlushed?.();
    } catch (cause) {
      error =
        cause instanceof S2LiteError
          ? cause
          : new S2LiteError("other", "the write failed; whether it was stored is not known", { cause });
    }
    this.#onCommit({ durationMs: performance.now() - this.#lastStartMs, error });
    let abandoned: Job[] = [];
    if (error !== undefined) {
      // What waits was numbered after what failed: none of it may be written.
      abandoned = this.#queue;
      this.#queue = [];
    }
    for (const job of jobs) this.#finish(job, error);
    for (const job of abandoned)
      this.#finish(job, new S2LiteError("unavailable", "an earlier write failed", { cause: error }));
    this.#next();
  }

  #finish(job: Job, error: S2LiteError | undefined): void {
    this.#inFlightBytes -= job.bytes;
    try {
      job.done(error);
    } catch (thrown) {
      this.#log(`an answer failed: ${String(thrown)}`); // its client's loss: the others go on
    }
  }

  #next(): void {
    if (this.hasRoom && this.#roomWaiters.length > 0) {
      const waiters = this.#roomWaiters;
      this.#roomWaiters = [];
      for (const wake of waiters) wake();
    }
    if (this.#queue.length > 0) {
      this.#schedule();
      return;
    }
    this.#busy = false;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const wake of waiters) wake();
  }
}

function* allWrites(jobs: readonly Job[]): Iterable<Write> {
  const lastMark = new Map<number, Job>();
  for (const job of jobs) if (job.mark !== undefined) lastMark.set(job.source, job);
  for (const job of jobs) {
    yield* job.writes;
    if (job.mark !== undefined && lastMark.get(job.source) === job) yield job.mark();
  }
}
