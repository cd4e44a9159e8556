import { readFileSync } from "node:fs";
import { S2LiteError } from "../errors.js";
import { MAP_END_BYTES, MAX_RESERVED_COMMIT_BYTES, RESUME_BYTES } from "../limits.js";

/** What is reserved of the address space where that costs nothing: more than any disk of one machine. */
export const UNLIMITED_MAP_BYTES = 2 ** 40;
/** The smallest map that is worth having. */
const MIN_MAP_BYTES = 64 * 1_048_576;

/**
 * How large the map is made, and so how large the store may get. A process whose address space is limited (`ulimit
 * -v`) maps half of what is left of it: the rest is Node's. Throws `storage` when that does not hold the file.
 */
export function chooseMapBytes(fileBytes: number, leftBytes: number | undefined): number {
  if (leftBytes === undefined) return UNLIMITED_MAP_BYTES;
  const half = Math.floor(leftBytes / 2 / 1_048_576) * 1_048_576;
  const bytes = Math.min(UNLIMITED_MAP_BYTES, half);
  if (bytes < MIN_MAP_BYTES || bytes < fileBytes * 1.25)
    throw new S2LiteError(
      "storage",
      `the address space is limited (ulimit -v) to ${mib(leftBytes)} more, half of which may be the store's; ` +
        `its file has ${mib(fileBytes)}`,
    );
  return bytes;
}

/** How a map is used. */
export interface MapUse {
  readonly mapBytes: number;
  /** Up to the last page that was ever used. */
  readonly usedBytes: number;
  /** Of these, free for what is written next, in pieces. */
  readonly reusableBytes: number;
}

/**
 * Whether a commit of so many bytes surely fits into a map. LMDB must never reach the end of one that cannot grow:
 * it was seen to report corruption and end the process. So the last stretch is for small commits alone, which make
 * room, and before it appends need enough pages that are free within the file.
 */
export function fitsMap({ mapBytes, usedBytes, reusableBytes }: MapUse, commitBytes: number): boolean {
  const leftBytes = mapBytes - usedBytes;
  const growthBytes = 2 * commitBytes;
  if (commitBytes <= MAX_RESERVED_COMMIT_BYTES) return leftBytes >= MAP_END_BYTES / 4 + growthBytes;
  if (leftBytes < MAP_END_BYTES + growthBytes) return false;
  return leftBytes >= 2 * MAP_END_BYTES + growthBytes || reusableBytes >= RESUME_BYTES + growthBytes;
}

/**
 * Whether appends are to be refused from now on, however small: what is left of a map that cannot grow is for what
 * makes room. Left to themselves, small appends fill it until no deletion fits any more.
 */
export function nearsMapEnd({ mapBytes, usedBytes, reusableBytes }: MapUse): boolean {
  return mapBytes - usedBytes < 2 * MAP_END_BYTES && reusableBytes < RESUME_BYTES;
}

/** What is left of this process's address space, in bytes; undefined when it is not limited, or nobody can tell. */
export function addressSpaceLeft(): number | undefined {
  try {
    const limit = /^Max address space\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    if (limit === undefined) return undefined;
    const used = /^VmSize:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return Math.max(0, Number(limit) - Number(used ?? 0) * 1_024);
  } catch {
    return undefined; // no Linux: nothing is known to be limited
  }
}

function mib(bytes: number): string {
  return `${Math.ceil(bytes / 1_048_576)} MiB`;
}
