import { readdir, readFile } from "node:fs/promises";
import { OWN_PROCESSES_MS } from "./limits.js";

/** Every process and the one that started it. */
type Parents = ReadonlyMap<number, number>;

/** A process and all that it, or those, started. */
export function descendants(root: number, parents: Parents): ReadonlySet<number> {
  const own = new Set([root]);
  for (let before = 0; before < own.size; ) {
    before = own.size;
    for (const [pid, parent] of parents) if (own.has(parent)) own.add(pid);
  }
  return own;
}

/**
 * Which processes are the app's own, looked at anew every other second; no more often than they are asked for. Where the
 * system does not say which process started which in `/proc`, the app's alone.
 */
export function ownProcesses(hostPid: number, clock: () => number): () => Promise<ReadonlySet<number>> {
  let own: ReadonlySet<number> = new Set([hostPid]);
  let readMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (clock() - readMs < OWN_PROCESSES_MS) return own;
    readMs = clock();
    own = descendants(hostPid, await readParents());
    return own;
  };
}

async function readParents(): Promise<Parents> {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name));
  const pairs = await Promise.all(
    pids.map(async (pid): Promise<readonly [number, number]> => {
      // A process that is over by now was nobody's.
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      // The name before, in brackets, may hold anything: its last bracket ends it.
      const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return [Number(pid), Number(parent)];
    }),
  );
  return new Map(pairs);
}
