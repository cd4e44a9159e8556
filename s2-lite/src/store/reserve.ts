import { randomFillSync } from "node:crypto";
import { closeSync, fstatSync, ftruncateSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { RESERVE_BYTES } from "../limits.js";

/** The file's name in the folder. */
export const RESERVE_FILE = "reserve";

/**
 * Space kept for a full disk: a file of a few megabytes that is emptied when trims and deletions need room, since
 * LMDB writes anew what it changes, also to delete. The file itself stays: where it is, a store once was.
 */
export class Reserve {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = join(folder, RESERVE_FILE);
  }

  /** Whether the folder ever had a store that was ready. */
  get everMade(): boolean {
    return this.#bytes() !== undefined;
  }

  /** Whether there is space to give. */
  get held(): boolean {
    return (this.#bytes() ?? 0) >= RESERVE_BYTES;
  }

  /** Fills it up; returns whether there was room. Random bytes: a file system that compresses keeps their place. */
  fill(): boolean {
    if (this.held) return true;
    const descriptor = openSync(this.#path, "a+");
    try {
      const bytes = randomFillSync(Buffer.allocUnsafe(RESERVE_BYTES - fstatSync(descriptor).size));
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      return true;
    } catch {
      ftruncateSync(descriptor, 0); // no room for it: what little it took is needed more elsewhere
      return false;
    } finally {
      closeSync(descriptor);
    }
  }

  /** Gives its space away; returns whether there was any. */
  release(): boolean {
    if ((this.#bytes() ?? 0) === 0) return false;
    const descriptor = openSync(this.#path, "r+");
    ftruncateSync(descriptor, 0);
    closeSync(descriptor);
    return true;
  }

  #bytes(): number | undefined {
    return statSync(this.#path, { throwIfNoEntry: false })?.size;
  }
}
