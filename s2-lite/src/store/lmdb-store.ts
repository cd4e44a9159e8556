import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import { IF_EXISTS, open, type RootDatabase } from "lmdb";
import { checkBeforeOpening, type StartCheck } from "../check/start-check.js";
import { S2LiteError } from "../errors.js";
import { describeKey } from "../keys/any-row.js";
import { MAX_RESERVED_COMMIT_BYTES } from "../limits.js";
import { DamageLog } from "./damage-log.js";
import { DATA_FILE } from "./data-file.js";
import {
  addressSpaceLeft,
  chooseMapBytes,
  fitsMap,
  type MapUse,
  nearsMapEnd,
  UNLIMITED_MAP_BYTES,
} from "./map-size.js";
import { Reserve } from "./reserve.js";
import { FULL, lackOf, Space } from "./space.js";

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

/** A row that must be as it is said to be: undefined when it must not be there. */
export interface ExpectedRow {
  readonly key: Buffer;
  readonly value: Buffer | undefined;
}

/**
 * Rows by key, in LMDB: the only file that knows it.
 *
 * `overlappingSync: false`: with the default, readers see a commit before it is synced (measured).
 * The map is reserved large where that costs nothing; Windows would allocate it.
 */
export class LmdbStore {
  readonly #db: RootDatabase<Buffer, Buffer>;
  readonly #folder: string;
  readonly #damages: DamageLog;
  readonly #space: Space;
  readonly #mapBytes: number;
  /** What was seen before it was opened. */
  readonly checked: StartCheck;
  /** The row that makes this process the folder's owner, once it is: without it nothing is written. */
  #ownerKey: Buffer | undefined;
  #onLost: () => void = () => undefined;
  /** Set first on closing: reading a closing LMDB would throw later, where nobody could catch it. */
  #closed = false;

  private constructor(
    db: RootDatabase<Buffer, Buffer>,
    folder: string,
    mapBytes: number,
    checked: StartCheck,
    log: (message: string) => void,
  ) {
    this.#db = db;
    this.#mapBytes = mapBytes;
    this.#folder = folder;
    this.checked = checked;
    this.#damages = new DamageLog(log);
    for (const words of checked.damaged) this.#damages.found(words);
    this.#space = new Space(folder, () => this.#mapUse().reusableBytes, log);
  }

  /** Looks at the folder's file without opening it. Throws `storage` when it must not be opened. */
  static look(folder: string): StartCheck {
    return checkBeforeOpening(join(folder, DATA_FILE), new Reserve(folder).everMade);
  }

  /**
   * Opens the folder, making it if need be, after a look at its file, and syncs before anything is read: after a
   * kill the last commit is there although it may never have reached the disk. `log` hears of damage and of a full
   * disk. Throws `storage` with what to do about it.
   */
  static open(
    folder: string,
    log: (message: string) => void = () => undefined,
    look?: StartCheck,
  ): LmdbStore {
    const file = join(folder, DATA_FILE);
    try {
      mkdirSync(folder, { recursive: true });
      const checked = look ?? LmdbStore.look(folder);
      const fileBytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      const mapBytes = chooseMapBytes(fileBytes, addressSpaceLeft());
      const db = open<Buffer, Buffer>({
        path: folder,
        noSubdir: false,
        encoding: "binary",
        keyEncoding: "binary",
        overlappingSync: false,
        eventTurnBatching: false,
        ...(process.platform === "win32" ? {} : { mapSize: mapBytes }),
      });
      syncPath(file);
      if (process.platform !== "win32") syncPath(folder);
      return new LmdbStore(db, folder, mapBytes, checked, log);
    } catch (cause) {
      if (cause instanceof S2LiteError) throw cause;
      const why = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
      throw new S2LiteError("storage", `the store in ${folder} cannot be opened: ${why}`, { cause });
    }
  }

  /** Why there is no room for appends, in words; undefined when there is. They are refused until then. */
  get full(): string | undefined {
    return this.#space.full;
  }

  /** Makes every commit depend on the owner's row; `onLost` hears that it was taken away. Keeps the reserve. */
  ownedBy(ownerKey: Buffer, onLost: () => void): void {
    this.#ownerKey = ownerKey;
    this.#onLost = onLost;
    this.#space.prepare();
  }

  /** An error that says what is damaged, for clients; told on the log unless it was before. */
  damaged(words: string): S2LiteError {
    return this.#damages.found(words);
  }

  /** The row as `decode` makes it of its value, or undefined. Throws `storage` when it is damaged. */
  get<T>(key: Buffer, decode: (key: Buffer, value: Buffer) => T): T | undefined;
  /** The row's value as it is stored, or undefined. */
  get(key: Buffer): Buffer | undefined;
  get<T>(key: Buffer, decode?: (key: Buffer, value: Buffer) => T): T | Buffer | undefined {
    this.#mustBeOpen();
    const value = this.#reading(() => this.#db.get(key));
    if (value === undefined) {
      const kind = key[0] ?? 0;
      if (!this.checked.distrusted.has(kind)) return undefined;
      throw this.damaged(`${describeKey(key)} is not found, and may be one that is damaged`);
    }
    if (decode === undefined) return own(value);
    try {
      return decode(key, own(value));
    } catch (thrown) {
      throw this.#damages.inRow(key, thrown);
    }
  }

  /**
   * Calls `visit` for each row in order until it returns false. Runs to its end without a pause. What `visit`
   * throws because the row is damaged is thrown on, with the row named.
   */
  scan(options: ScanOptions, visit: (row: Row) => boolean): void {
    this.#mustBeOpen();
    this.#reading(() => {
      for (const { key, value } of this.#db.getRange(options)) {
        const row = { key: own(key), value: own(value) };
        let more: boolean;
        try {
          more = visit(row);
        } catch (thrown) {
          throw this.#damages.inRow(row.key, thrown);
        }
        if (!more) return;
      }
    });
  }

  /** Calls `visit` for each key in order until it returns false. */
  scanKeys(options: ScanOptions, visit: (key: Buffer) => boolean): void {
    this.#mustBeOpen();
    this.#reading(() => {
      for (const key of this.#db.getKeys(options)) {
        if (!visit(own(key))) return;
      }
    });
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

  /**
   * Writes all or nothing, in this order; resolves once it is synced to disk. Throws `storage` when there is no
   * room, and `unavailable` when the folder is another's now: then nothing was written. Throws `other` when it is
   * not known whether it was.
   */
  async commit(writes: Iterable<Write>): Promise<void> {
    const all = Array.isArray(writes) ? (writes as Write[]) : [...writes];
    if (this.#mapBytes < UNLIMITED_MAP_BYTES) {
      const use = this.#mapUse();
      const fits = fitsMap(use, sizeOf(all));
      if (!fits || nearsMapEnd(use)) this.#space.ranOut("map");
      if (!fits) throw new S2LiteError("storage", `${FULL.map}: nothing was written`);
    }
    if (!this.#space.leavesRoom(() => sizeOf(all))) {
      this.#space.ranOut("disk");
      if (sizeOf(all) > MAX_RESERVED_COMMIT_BYTES)
        throw new S2LiteError("storage", `${FULL.disk}: nothing was written`);
    }
    try {
      await this.#write(all);
    } catch (cause) {
      if (cause instanceof S2LiteError) throw cause;
      const lack = lackOf(await codeOf(cause), this.#folder);
      if (lack === undefined)
        throw new S2LiteError("other", "the write failed; whether it was stored is not known", { cause });
      this.#space.ranOut(lack);
      if (sizeOf(all) <= MAX_RESERVED_COMMIT_BYTES && (await this.#writeFromReserve(all))) return;
      throw new S2LiteError("storage", `${FULL[lack]}: nothing was written`, { cause });
    }
  }

  async #write(writes: readonly Write[]): Promise<void> {
    const put = () => {
      // Their promises say nothing: the batch is one transaction, and its promise says all.
      for (const { key, value } of writes) {
        if (value === undefined) void this.#db.remove(key);
        else void this.#db.put(key, value);
      }
    };
    if (this.#ownerKey === undefined) {
      await this.#db.batch(put);
    } else if (!(await this.#db.ifVersion(this.#ownerKey, IF_EXISTS, put))) {
      this.#onLost();
      throw new S2LiteError("unavailable", "the folder was taken over by another s2-lite");
    }
  }

  /** The first tries after room is made may still fail. */
  async #writeFromReserve(writes: readonly Write[]): Promise<boolean> {
    this.#space.giveReserve();
    for (let attempt = 0; attempt < RESERVE_ATTEMPTS; attempt++) {
      try {
        await this.#write(writes);
        return true;
      } catch (cause) {
        if (cause instanceof S2LiteError) throw cause;
        await codeOf(cause);
      }
    }
    return false;
  }

  /**
   * Writes if all rows still are as expected; returns whether it did, and it is synced then. Atomic also among
   * processes. Blocks: only for starting, and for who has the folder.
   */
  compareAndWrite(expected: readonly ExpectedRow[], writes: readonly Write[]): boolean {
    try {
      return this.#compareAndWrite(expected, writes);
    } catch (cause) {
      const code = (cause as { code?: unknown } | undefined)?.code;
      const lack = lackOf(code, this.#folder);
      if (lack === undefined) throw this.#damages.inPages(cause);
      this.#space.ranOut(lack);
      this.#space.giveReserve();
      return this.#compareAndWrite(expected, writes);
    }
  }

  #compareAndWrite(expected: readonly ExpectedRow[], writes: readonly Write[]): boolean {
    return this.#db.transactionSync(() => {
      for (const { key, value } of expected) {
        const found = this.#db.get(key);
        if (found === undefined || value === undefined ? found !== value : !value.equals(found)) return false;
      }
      for (const { key, value } of writes) {
        if (value === undefined) this.#db.removeSync(key);
        else this.#db.putSync(key, value);
      }
      return true;
    });
  }

  /** Closes once everything under way is written. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#space.close();
    await this.#db.close();
  }

  #reading<T>(read: () => T): T {
    try {
      return read();
    } catch (thrown) {
      throw this.#damages.inPages(thrown);
    }
  }

  #mapUse(): MapUse {
    const { pageBytes, pages, livePages } = this.use();
    const reusableBytes = Math.max(0, pages - livePages) * pageBytes;
    return { mapBytes: this.#mapBytes, usedBytes: pages * pageBytes, reusableBytes };
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new S2LiteError("unavailable", "the server is closing");
  }
}

/** How often a commit is tried once there is room: LMDB may fail once or twice more. */
const RESERVE_ATTEMPTS = 3;

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

/** What LMDB failed with. A failed commit brings a second promise that rejects with it; unheard it would end the process. */
async function codeOf(cause: unknown): Promise<unknown> {
  const second = (cause as { commitError?: unknown } | undefined)?.commitError;
  if (!(second instanceof Promise)) return (cause as { code?: unknown } | undefined)?.code;
  return second.then(
    () => undefined,
    (error: unknown) => (error as { code?: unknown } | undefined)?.code,
  );
}

function sizeOf(writes: readonly Write[]): number {
  return writes.reduce((bytes, { key, value }) => bytes + key.length + (value?.length ?? 0), 0);
}

function syncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
