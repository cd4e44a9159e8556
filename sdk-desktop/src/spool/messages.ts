/** What is told of the spool, in words for who knows nothing of it. */

const FREE_SPACE = "Free space on that disk, or name a folder on another one (spoolFolder).";
const OTHER_FOLDER = "Name a folder that this user may write to (spoolFolder).";

/** What the system's codes mean, and what to do about it. */
const WORDS: Readonly<Record<string, readonly [what: string, advice: string]>> = {
  ENOSPC: ["the disk is full", FREE_SPACE],
  EDQUOT: ["this user may store no more there", FREE_SPACE],
  EACCES: ["this user may not write there", OTHER_FOLDER],
  EPERM: ["this user may not write there", OTHER_FOLDER],
  EROFS: ["nothing can be written there", OTHER_FOLDER],
  ENOTDIR: ["a file is where a folder should be", OTHER_FOLDER],
  EEXIST: ["a file is where a folder should be", OTHER_FOLDER],
  ENOENT: ["there is no such folder, and none can be made", OTHER_FOLDER],
  ENAMETOOLONG: ["its name is too long", OTHER_FOLDER],
};

/** Why the disk does not do it, for who knows nothing of its codes. */
export function reason(error: unknown): string {
  const { code = "" } = error as NodeJS.ErrnoException;
  const [what] = WORDS[code] ?? [];
  if (what !== undefined) return `${what} (${code})`;
  return error instanceof Error ? error.message : String(error);
}

const advice = (error: unknown): string =>
  WORDS[(error as NodeJS.ErrnoException).code ?? ""]?.[1] ??
  "Free space on that disk, or name a folder that this user may write to (spoolFolder).";

/** The disk fails, and memory serves. */
export const failedMessage = (folder: string, error: unknown): string =>
  `What the server cannot take now cannot be kept on the disk in ${folder}: ${reason(error)}. Recording goes on, and what ` +
  `fits into memory is kept there; it is lost if the app ends before the server is back. ${advice(error)}`;

/** Captures stop. */
export const fullMessage = (maxBytes: number, inMemory: boolean): string =>
  inMemory
    ? "The server has not taken what was recorded for so long that memory is full. Recording pauses until it does."
    : "The server has not taken what was recorded for so long that the folder for it is full " +
      `(${Math.round(maxBytes / 1024 / 1024)} MB, maxSpoolBytes). Recording pauses until it does; nothing that was recorded is lost.`;

/** What an earlier process left is of no use any more. */
export const givenUpMessage = (sinceMs: number): string =>
  `What an earlier run recorded before ${new Date(sinceMs).toISOString()} could not be sent for longer than a session may ` +
  "last. It was removed.";

/** What an earlier process left cannot be had. */
export const unreadableMessage = (folder: string, error: unknown): string =>
  `What an earlier run recorded and could not send cannot be read in ${folder}: ${reason(error)}. It stays there; what is ` +
  "recorded now is not touched by it.";
