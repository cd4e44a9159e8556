import { closeSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { S2LiteError } from "../errors.js";

/** One change to storage: a row to put, or with no value one to remove. */
export interface Write {
  readonly key: Buffer;
  readonly value: Buffer | undefined;
}

/** One stored row. Both are copies: they stay what they are. */
export interface Row {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** What a scan is bounded by. Nothing may be awaited while it runs: it pins old pages. */
export interface ScanOptions {
  readonly start: Buffer;
  /** Not included. In reverse, the low end. */
  readonly end: Buffer;
  readonly reverse?: boolean;
}

/** How much room the file takes, and how it is used. */
export interface StoreUse {
  readonly pageBytes: number;
  /** Pages of the file, up to the last that was ever used. */
  readonly pages: number;
  /** Pages that hold rows, or lead to them. The others but a few are free, for what is written next. */
  readonly livePages: number;
}

/**
 * Rows by key, in LMDB: the only file that knows it.
 *
 * `overlappingSync: false`: with the default, readers see a commit before it is synced (measured).
 * The map is reserved large where that costs nothing; Windows would allocate it.
 */
export class LmdbStore {
  readonly #db: RootDatabase<Buffer, Buffer>;
  /** Set first on closing: reading a closing LMDB would throw later, where nobody could catch it. */
  #closed = false;

  private constructor(db: RootDatabase<Buffer, Buffer>) {
    this.#db = db;
  }

  /**
   * Opens the folder, making it if need be, and syncs before anything is read: after a kill the last
   * commit is there although it may never have reached the disk.
   */
  static open(folder: string): LmdbStore {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "data.mdb");
    const db = open<Buffer, Buffer>({
      path: folder,
      noSubdir: false,
      encoding: "binary",
      keyEncoding: "binary",
      overlappingSync: false,
      eventTurnBatching: false,
      ...(process.platform === "win32" ? {} : { mapSize: 2 ** 40 }),
    });
    syncPath(file);
    if (process.platform !== "win32") syncPath(folder);
    return new LmdbStore(db);
  }

  /** The row's value, or undefined. */
  get(key: Buffer): Buffer | undefined {
    this.#mustBeOpen();
    const value = this.#db.get(key);
    return value === undefined ? undefined : own(value);
  }

  /** Calls `visit` for each row in order until it returns false. Runs to its end without a pause. */
  scan(options: ScanOptions, visit: (row: Row) => boolean): void {
    this.#mustBeOpen();
    for (const { key, value } of this.#db.getRange(options)) {
      if (!visit({ key: own(key), value: own(value) })) return;
    }
  }

  /** Calls `visit` for each key in order until it returns false. */
  scanKeys(options: ScanOptions, visit: (key: Buffer) => boolean): void {
    this.#mustBeOpen();
    for (const key of this.#db.getKeys(options)) {
      if (!visit(own(key))) return;
    }
  }

  /** How many keys there are from `start` up to `end`, which is not included: about ten a microsecond. */
  countKeys(start: Buffer, end: Buffer): number {
    this.#mustBeOpen();
    return this.#db.getKeysCount({ start, end });
  }

  /** How the file is used. Costs nothing that grows with it. */
  use(): StoreUse {
    this.#mustBeOpen();
    const stats = this.#db.getStats() as LmdbStats;
    const { treeBranchPageCount: branches, treeLeafPageCount: leaves, overflowPages } = stats.root;
    return {
      pageBytes: stats.pageSize,
      pages: stats.lastPageNumber + 1,
      livePages: branches + leaves + overflowPages,
    };
  }

  /** Writes all or nothing, in this order; resolves once it is synced to disk. Throws `storage`. */
  async commit(writes: Iterable<Write>): Promise<void> {
    try {
      await this.#db.batch(() => {
        // Their promises say nothing: the batch is one transaction, and its promise says all.
        for (const { key, value } of writes) {
          if (value === undefined) void this.#db.remove(key);
          else void this.#db.put(key, value);
        }
      });
    } catch (cause) {
      swallowSecondError(cause);
      throw new S2LiteError("storage", "writing to storage failed", { cause });
    }
  }

  /**
   * Puts a value if the one there is still `expected` (undefined: none); returns whether it did, and it
   * is synced then. Atomic also among processes. Blocks: only for starting.
   */
  compareAndSet(key: Buffer, expected: Buffer | undefined, value: Buffer): boolean {
    return this.#db.transactionSync(() => {
      const found = this.#db.get(key);
      const same =
        found === undefined || expected === undefined ? found === expected : expected.equals(found);
      if (same) this.#db.putSync(key, value);
      return same;
    });
  }

  /** Closes once everything under way is written. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#db.close();
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new S2LiteError("unavailable", "the server is closing");
  }
}

/** What `getStats` answers, which lmdb's types leave open. */
interface LmdbStats {
  readonly pageSize: number;
  readonly lastPageNumber: number;
  readonly root: {
    readonly treeBranchPageCount: number;
    readonly treeLeafPageCount: number;
    readonly overflowPages: number;
  };
}

/** lmdb's own buffers may carry a redefined length; a plain view of the same copied bytes does not. */
function own(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A failed commit brings a second promise that rejects too; unheard it would end the process. */
function swallowSecondError(cause: unknown): void {
  const second = (cause as { commitError?: unknown } | undefined)?.commitError;
  if (second instanceof Promise) second.catch(() => undefined); // says what the first one said
}

function syncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
