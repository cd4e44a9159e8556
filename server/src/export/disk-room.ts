import { statfs } from "node:fs/promises";
import { ExportError } from "./export-error.js";
import { KEEP_FREE_BYTES } from "./limits.js";

/** Bytes that are free for this user on the disk that a folder lies on; infinite where the system does not say. */
export async function freeBytesOf(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    // A file system that does not know: what is past its end is then told by a write that fails.
    return Number.POSITIVE_INFINITY;
  }
}

/** Throws `ExportError` `no_space` when there are fewer bytes free than are left to others. */
export function needRoom(freeBytes: number): void {
  if (freeBytes >= KEEP_FREE_BYTES) return;
  throw new ExportError(
    "no_space",
    `The server's disk is nearly full: ${megabytes(freeBytes)} are free, and ${megabytes(KEEP_FREE_BYTES)} are left to recordings. There must be more room on it for a video.`,
  );
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6).toLocaleString("en")} MB`;
