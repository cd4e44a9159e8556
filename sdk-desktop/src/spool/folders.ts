import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { UNCLAIMED_MS } from "./limits.js";
import { lookAt, type Owner } from "./owner.js";

/** A process's folder, beside others. */
export interface OtherFolder {
  readonly folder: string;
  readonly bytes: number;
  /** Nobody has it. */
  readonly isGone: boolean;
  /** Milliseconds since its owner was last seen: all in it is older. */
  readonly quietMs: number;
}

const FOLDER = /^run-[0-9a-f-]{36}$/;
const IN_THE_MAKING = /^new-[0-9a-f-]{36}$/;

/** The folders of processes in a spool's folder but one's own, the longest quiet first. Rejects as the file system does. */
export async function otherFolders(parent: string, me: Owner, own: string): Promise<readonly OtherFolder[]> {
  const others: OtherFolder[] = [];
  for (const name of await readdir(parent)) {
    const folder = join(parent, name);
    if (IN_THE_MAKING.test(name)) await removeOld(folder);
    if (!FOLDER.test(name) || folder === own) continue;
    // It may vanish meanwhile: then it is none.
    const seen = await Promise.all([lookAt(folder, me), folderBytes(folder)]).catch(() => undefined);
    if (seen !== undefined) others.push({ folder, bytes: seen[1], ...seen[0] });
  }
  return others.sort((a, b) => b.quietMs - a.quietMs);
}

async function folderBytes(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Its process ended while it made it. */
async function removeOld(folder: string): Promise<void> {
  const made = await stat(folder).catch(() => undefined);
  if (made === undefined || Date.now() - made.mtimeMs < UNCLAIMED_MS) return;
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}
