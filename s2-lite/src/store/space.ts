import { statfsSync } from "node:fs";
import { KEPT_FREE_BYTES, RESUME_BYTES, ROOM_LOOK_MS } from "../limits.js";
import { Reserve } from "./reserve.js";

/**
 * Whether there is room to write. Once a commit failed for want of it, appends are refused at the door; trims and
 * deletions go on with the reserve's space; and every second it is looked whether there is room again, on the disk
 * or in the file itself.
 */
export class Space {
  readonly #folder: string;
  readonly #reserve: Reserve;
  /** Bytes of the file that are free for what is written next. */
  readonly #reusableBytes: () => number;
  readonly #log: (message: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #lack: Lack = "disk";
  /** Whether the reserve has its space; looked at again where that is cheap beside what is done. */
  #held = true;

  constructor(folder: string, reusableBytes: () => number, log: (message: string) => void) {
    this.#folder = folder;
    this.#reserve = new Reserve(folder);
    this.#reusableBytes = reusableBytes;
    this.#log = log;
  }

  /** Why there is no room for appends, in words; undefined when there is. */
  get full(): string | undefined {
    return this.#timer === undefined ? undefined : FULL[this.#lack];
  }

  /** Makes sure of the reserve, where there is room for it. */
  prepare(): void {
    this.#held = this.#reserve.fill();
  }

  /**
   * Whether a commit of that size leaves enough for what makes room. Once the reserve is given away and the disk
   * has no room for another, that is within the file alone: LMDB was seen to end the process when it ran out of both.
   */
  leavesRoom(bytes: () => number): boolean {
    if (this.#held || this.#reusableBytes() >= KEPT_FREE_BYTES + 2 * bytes()) return true;
    this.#held = this.#roomForReserve() && this.#reserve.fill();
    return this.#held;
  }

  /** A commit found no room. */
  ranOut(lack: Lack): void {
    if (this.full !== undefined) return;
    this.#lack = lack;
    this.#log(`${FULL[lack]}: appends are refused until there is room; reads, trims and deletions go on`);
    this.#timer = setInterval(() => this.#look(), ROOM_LOOK_MS).unref();
  }

  /** Gives the reserve's space away for what makes room; returns whether there was any. */
  giveReserve(): boolean {
    this.#held = false;
    return this.#reserve.release();
  }

  /** Stops looking. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    try {
      this.#held = this.#reserve.held || (this.#roomForReserve() && this.#reserve.fill());
      const roomOnDisk = this.#lack === "disk" && this.#held && this.#onDisk() >= RESUME_BYTES;
      const room = roomOnDisk || this.#reusableBytes() >= RESUME_BYTES;
      if (!room) return;
    } catch {
      return; // what cannot be looked at now is looked at again in a moment
    }
    this.close();
    this.#log("there is room again: appends go on");
  }

  #roomForReserve(): boolean {
    return this.#onDisk() >= 2 * RESUME_BYTES;
  }

  #onDisk(): number {
    const { bavail, bsize } = statfsSync(this.#folder);
    return bavail * bsize;
  }
}

/**
 * What a failed write lacked, if it was room: on the disk, or in the map, which a limit on this process's address
 * space bounds. LMDB says EIO where a write was cut short.
 */
export function lackOf(code: unknown, folder: string): Lack | undefined {
  if (code === MAP_FULL) return "map";
  if (code === 28 || code === 122) return "disk"; // ENOSPC, EDQUOT
  if (code !== 5) return undefined;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < RESUME_BYTES ? "disk" : undefined;
}

/** What there is no room in. */
export type Lack = "disk" | "map";

/** What is full, in words for clients and for the log. */
export const FULL: Readonly<Record<Lack, string>> = {
  disk: "the disk is full",
  map: "the store is as large as its process's address space lets it be (ulimit -v)",
};

/** LMDB's own: the map is as large as it may be. */
const MAP_FULL = -30_792;
