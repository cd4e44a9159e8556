import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../../.cache", import.meta.url));

/**
 * A folder for what this process builds. It lies inside the package, from where the native parts resolve. Test processes
 * are ended without a word, so that those of processes that are gone are removed by the next one.
 * @param name of letters, digits and hyphens
 */
export function cacheFolder(name: string): string {
  const folder = join(CACHE, `${name}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  for (const other of readdirSync(CACHE)) {
    const pid = Number(/-(\d+)$/.exec(other)?.[1]);
    if (!isRunning(pid)) rmSync(join(CACHE, other), { recursive: true, force: true });
  }
  return folder;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // No such process, or no number.
    return false;
  }
}
