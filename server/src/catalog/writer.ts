import type { SessionId } from "@reeltime/recorder/protocol";
import type { Clock } from "../clock.js";
import type { DatabaseClient } from "./database-client.js";
import { MAX_BATCH_ROWS } from "./limits.js";
import type { WorkingRows } from "./working-rows.js";

/** What writing needs of the catalog. */
export interface WriterParts {
  readonly database: DatabaseClient;
  readonly rows: WorkingRows;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  readonly indexSeqNum: () => number | undefined;
}

/** Writes the working rows into the database: one transaction at a time, the row, its facts and how far it was read together. */
export class Writer {
  readonly #parts: WriterParts;
  readonly #removed = new Set<SessionId>();
  #writing: Promise<void> | undefined;
  #sinceRoom = 0;
  #indexSeqNum: number | undefined;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** A session is gone; its rows go at once. */
  remove(id: SessionId): void {
    this.#removed.add(id);
    void this.write();
  }

  /** Writes what is due. A failure is reported, and what failed is due again. */
  write(): Promise<void> {
    this.#writing ??= this.#run(false).finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /** Called before each session that is read: waits for a write now and then, so that a rebuild does not fill the memory. */
  async room(): Promise<void> {
    this.#sinceRoom += 1;
    if (this.#sinceRoom % MAX_BATCH_ROWS === 0) await this.write();
  }

  /** Writes everything. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#run(true);
  }

  async #run(everything: boolean): Promise<void> {
    // Removals that come while a batch is being written are in the next one.
    for (let more = true; more; ) more = await this.#batch(everything);
  }

  async #batch(everything: boolean): Promise<boolean> {
    const { database, rows, clock, onError, indexSeqNum } = this.#parts;
    const batch = rows.takeBatch(clock(), everything);
    const removed = [...this.#removed];
    const index = indexSeqNum();
    if (batch.sessions.length === 0 && removed.length === 0 && index === this.#indexSeqNum) return false;
    try {
      await database.call("write", { sessions: batch.sessions, removed, indexSeqNum: index });
    } catch (error) {
      batch.done(false);
      onError(error);
      return false;
    }
    batch.done(true);
    for (const id of removed) this.#removed.delete(id);
    this.#indexSeqNum = index;
    return true;
  }
}
