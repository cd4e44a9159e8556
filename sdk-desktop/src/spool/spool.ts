import { rm } from "node:fs/promises";
import { type Disk, SpoolFolder } from "./folder.js";
import { type OtherFolder, otherFolders } from "./folders.js";
import { Ledger } from "./ledger.js";
import { LOOK_FOR_ROOM_MS, MAX_AGE_MS, SEGMENT_BYTES, WRITE_PATIENCE_MS } from "./limits.js";
import { makePath } from "./make-path.js";
import { failedMessage, fullMessage, givenUpMessage, unreadableMessage } from "./messages.js";
import { claimFolder, type Held, makeFolder, type Owner, ownerHere } from "./owner.js";
import { within } from "./patience.js";
import { recover } from "./recovery.js";
import type { Shared } from "./run.js";
import type { LeftoverOptions, Spool, SpoolOptions, SpoolRun } from "./types.js";

/**
 * Opens a spool. When its folder cannot be made, what waits is in memory alone, and that is told as `spool_failed`. Never
 * rejects.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { folder, apiHost, projectKey, onTrouble } = options;
  const me = await ownerHere(apiHost, projectKey);
  if (folder === false) return new OpenedSpool(options, me, undefined, []);
  const making = prepareFolder(folder, me);
  try {
    const { held, others } = await within(WRITE_PATIENCE_MS, making);
    return new OpenedSpool(options, me, held, others);
  } catch (error) {
    // Should it come into being all the same, nobody has a use for it.
    making.then(({ held }) => rm(held.folder, { recursive: true, force: true })).catch(() => {});
    onTrouble({ code: "spool_failed", message: failedMessage(folder, error) });
    return new OpenedSpool(options, me, undefined, []);
  }
}

/** A folder of this process's own, and what others have beside it. Rejects as the file system does. */
async function prepareFolder(
  parent: string,
  me: Owner,
): Promise<{ readonly held: Held; readonly others: readonly OtherFolder[] }> {
  // One that was there keeps its permissions, which are its owner's business: what is made in it is closed to others anyway.
  await makePath(parent);
  const held = await makeFolder(parent, me);
  return { held, others: await otherFolders(parent, me, held.folder) };
}

class OpenedSpool implements Spool {
  readonly #options: SpoolOptions;
  readonly #me: Owner;
  readonly #shared: Shared;
  readonly #own: SpoolFolder;
  /** Of processes that are gone, being sent. */
  readonly #left = new Set<SpoolFolder>();
  /** This process's, and those it took over. */
  readonly #mine = new Set<string>();
  /** What others have there, as it was found: when the spool was opened, and since then while it was full. */
  #others: readonly OtherFolder[];
  /** Folders that cannot be written to now. */
  readonly #failed = new Set<string>();
  #isFull = false;
  #isLooking = false;
  #looking: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: SpoolOptions, me: Owner, held: Held | undefined, others: readonly OtherFolder[]) {
    this.#options = options;
    this.#me = me;
    this.#others = others;
    const { maxBytes, apiHost, projectKey, clock, maxAgeMs = MAX_AGE_MS } = options;
    const ledger = new Ledger({ maxBytes, diskBytes: () => this.#diskBytes() });
    this.#shared = { ledger, apiHost, projectKey, clock, maxAgeMs };
    if (held !== undefined) this.#mine.add(held.folder);
    this.#own = new SpoolFolder(this.#shared, held && this.#disk(held));
    this.#own.begin();
  }

  get bytes(): number {
    return this.#shared.ledger.bytes;
  }

  get keptBytes(): number {
    return this.#diskBytes() === undefined ? 0 : this.bytes;
  }

  room(): boolean {
    const { hasRoom } = this.#shared.ledger;
    if (hasRoom === this.#isFull) {
      this.#isFull = !hasRoom;
      const { maxBytes, onTrouble, onRecovered } = this.#options;
      clearInterval(this.#looking);
      if (hasRoom) onRecovered("spool_full");
      else {
        // Also when nothing is captured meanwhile, so that nobody asks.
        this.#looking = setInterval(() => void this.#lookForRoom(), LOOK_FOR_ROOM_MS);
        this.#looking.unref();
        onTrouble({ code: "spool_full", message: fullMessage(maxBytes, this.#diskBytes() === undefined) });
      }
    }
    return hasRoom;
  }

  begin(): SpoolRun {
    return this.#own.beginRun();
  }

  async sendLeftovers(options: LeftoverOptions): Promise<void> {
    for (const other of this.#others) {
      if (this.#isClosed) return;
      if (!other.isGone) continue;
      try {
        await this.#sendLeftover(other, options);
      } catch (error) {
        const message = unreadableMessage(other.folder, error);
        this.#options.onTrouble({ code: "spool_failed", message });
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#looking);
    const closed = Promise.all([this.#own, ...this.#left].map((folder) => folder.close()));
    // A disk that does not answer keeps nobody waiting: what is not let go is found to be left by a process that is gone.
    await within(WRITE_PATIENCE_MS, closed).catch(() => {});
  }

  async #sendLeftover({ folder, quietMs }: OtherFolder, options: LeftoverOptions): Promise<void> {
    const held = await claimFolder(folder, this.#me);
    if (held === undefined) return;
    this.#mine.add(folder);
    const { maxAgeMs, clock } = this.#shared;
    if (quietMs > maxAgeMs) {
      await rm(folder, { recursive: true, force: true });
      this.#forget(folder);
      this.#options.onTrouble({ code: "spool_failed", message: givenUpMessage(clock() - quietMs) });
      return;
    }
    const found = await recover(folder);
    const left = new SpoolFolder(this.#shared, this.#disk(held), found.segments);
    this.#left.add(left);
    this.#forget(folder);
    await left.resume(found, {
      ...options,
      // Nobody captures for it any more.
      beat: () => undefined,
      askCheckout: () => {},
      onAck: () => {},
      onOpen: () => {},
      onEnd: (reason) => reason !== "erased",
    });
    if (this.#isClosed) return;
    this.#left.delete(left);
    await left.close();
  }

  /** What takes up the room may be another process's, which has sent it meanwhile. */
  async #lookForRoom(): Promise<void> {
    const { folder } = this.#options;
    const [own] = this.#mine;
    if (this.#isLooking || folder === false || own === undefined) return void this.room();
    this.#isLooking = true;
    // When that cannot be told, it counts as it did.
    const others = await otherFolders(folder, this.#me, own).catch(() => this.#others);
    this.#isLooking = false;
    if (this.#isClosed) return;
    this.#others = others.filter((other) => !this.#mine.has(other.folder));
    this.room();
  }

  /** It counts no longer as another's. */
  #forget(folder: string): void {
    this.#others = this.#others.filter((other) => other.folder !== folder);
  }

  #diskBytes(): number | undefined {
    const own = this.#own.diskBytes;
    if (own === undefined) return undefined;
    const left = [...this.#left].reduce((sum, { diskBytes }) => sum + (diskBytes ?? 0), 0);
    return this.#others.reduce((sum, { bytes }) => sum + bytes, own + left);
  }

  #disk(held: Held): Disk {
    const { maxBytes, onTrouble, onRecovered } = this.#options;
    const { folder } = held;
    return {
      held,
      me: this.#me,
      // So that a small spool, too, gives back bit by bit what is acknowledged.
      segmentBytes: Math.min(SEGMENT_BYTES, Math.ceil(maxBytes / 16)),
      onFailed: (error) => {
        if (this.#failed.size === 0)
          onTrouble({ code: "spool_failed", message: failedMessage(folder, error) });
        this.#failed.add(folder);
      },
      onRecovered: () => {
        if (this.#failed.delete(folder) && this.#failed.size === 0) onRecovered("spool_failed");
      },
    };
  }
}
