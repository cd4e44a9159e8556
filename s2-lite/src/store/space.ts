import { statfsSync } from "node:fs";
import { RESUME_BYTES, ROOM_LOOK_MS } from "../limits.js";
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

  constructor(folder: string, reusableBytes: () => number, log: (message: string) => void) {
    this.#folder = folder;
    this.#reserve = new Reserve(folder);
    this.#reusableBytes = reusableBytes;
    this.#log = log;
  }

  /** Whether there is no room for appends. */
  get full(): boolean {
    return this.#timer !== undefined;
  }

  /** Makes sure of the reserve, where there is room for it. */
  prepare(): void {
    this.#reserve.fill();
  }

  /** A commit found no room. */
  ranOut(): void {
    if (this.full) return;
    this.#log("the disk is full: appends are refused until there is room; reads, trims and deletions go on");
    this.#timer = setInterval(() => this.#look(), ROOM_LOOK_MS).unref();
  }

  /** Gives the reserve's space away for what makes room; returns whether there was any. */
  giveReserve(): boolean {
    return this.#reserve.release();
  }

  /** Stops looking. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    try {
      const { bavail, bsize } = statfsSync(this.#folder);
      const onDisk = bavail * bsize;
      const held = this.#reserve.held || (onDisk >= 2 * RESUME_BYTES && this.#reserve.fill());
      const room = (held && onDisk >= RESUME_BYTES) || this.#reusableBytes() >= RESUME_BYTES;
      if (!room) return;
    } catch {
      return; // what cannot be looked at now is looked at again in a moment
    }
    this.close();
    this.#log("there is room again: appends go on");
  }
}

/** Whether a failed write failed for want of room. LMDB says EIO where a write was cut short. */
export function isOutOfRoom(code: unknown, folder: string): boolean {
  if (code === 28 || code === 122 || code === MAP_FULL) return true; // ENOSPC, EDQUOT
  if (code !== 5) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < RESUME_BYTES;
}

/** LMDB's own: the map is as large as it may be. */
const MAP_FULL = -30_792;
