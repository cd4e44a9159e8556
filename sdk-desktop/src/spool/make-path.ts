import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder, and those above it that are missing, for this user only. Folders that are there stay as they are. Rejects as
 * the file system does; where that says of a folder that its parent is missing, which is not (under `/proc`), `mkdir`'s own way
 * to do this goes on for ever.
 * @returns the topmost folder that was made; `undefined`: none had to be
 */
export async function makePath(folder: string): Promise<string | undefined> {
  try {
    return await makeOne(folder);
  } catch (error) {
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || parent === folder) throw error;
    const topmost = await makePath(parent);
    const made = await makeOne(folder);
    return topmost ?? made;
  }
}

async function makeOne(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return folder;
  } catch (error) {
    // Which error it is when there is one already, systems do not agree on.
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory()) return undefined;
    throw error;
  }
}
