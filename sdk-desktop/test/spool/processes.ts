import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createWorld, type World } from "../../../recorder/test/uploader/world.js";
import { decodePayload, payloadBytes, RECORD_PREFIX_BYTES } from "../../src/spool/records.js";
import { openSpool } from "../../src/spool/spool.js";
import type { Spool, SpoolOptions } from "../../src/spool/types.js";
import type { Trouble } from "../../src/types.js";

/** A process that records, at the modelled collector, with its spool on the real disk. */
export interface Process {
  readonly world: World;
  readonly spool: Spool;
  readonly folder: string;
  readonly troubles: Trouble[];
}

/** Resolves when no call of the file system is under way. */
export async function diskIdle(): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await new Promise((resolve) => setImmediate(resolve));
    const isBusy = process.getActiveResourcesInfo().some((name) => /^(FSReq|FileHandle|CloseReq)/.test(name));
    quiet = isBusy ? 0 : quiet + 1;
  }
}

const parents: string[] = [];

/** A new folder under the system's own for such. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "h5-spool-"));
  parents.push(folder);
  return folder;
}

/** Removes what `newFolder` made. */
export function removeFolders(): void {
  for (const folder of parents.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A spool of this very process on a folder, by the machine's own clock; what it tells goes into `troubles`. */
export const openFolder = (folder: string, troubles: Trouble[] = []): ReturnType<typeof openSpool> =>
  openSpool({
    folder,
    maxBytes: 8 * 1024 * 1024,
    apiHost: "http://collector",
    projectKey: "pk_test",
    clock: Date.now,
    onTrouble: (trouble) => troubles.push(trouble),
    onRecovered: () => {},
  });

/** The first process. */
export async function startProcess(
  options: Partial<SpoolOptions> = {},
  before?: { readonly world: World; readonly folder: string },
): Promise<Process> {
  const folder = options.folder || (before?.folder ?? newFolder());
  const troubles: Trouble[] = [];
  let clock = (): number => before?.world.now() ?? 0;
  const spool = await openSpool({
    folder,
    maxBytes: 64 * 1024 * 1024,
    apiHost: "http://collector",
    projectKey: "pk_test",
    clock: () => clock(),
    onTrouble: (trouble) => troubles.push(trouble),
    onRecovered: (code) => {
      const at = troubles.findIndex((trouble) => trouble.code === code);
      troubles.splice(at, 1);
    },
    ...options,
  });
  const run = spool.begin();
  const made = { uploader: run.createUploader.bind(run), idle: diskIdle };
  const world = before === undefined ? createWorld({}, made) : before.world.next(made);
  clock = () => world.now();
  return { world, spool, folder, troubles };
}

/** Closes a process's spool when the test is over. */
export function endWithTest<Started extends Process>(process: Started): Started {
  onTestFinished(() => process.spool.close());
  return process;
}

/** The first process, or one beside it, for as long as the test lasts. */
export const startForTest = async (...options: Parameters<typeof startProcess>): Promise<Process> =>
  endWithTest(await startProcess(...options));

/**
 * What a killed process leaves, as the next one finds it: its folder as it is now, its process no longer there.
 * @param cut bytes that are missing at the end of the newest segment, of those that were not synced
 */
export function kill(process: Process, cut = 0): string {
  const { world } = process;
  world.killed = world.gone = true;
  world.checkoutBytes = 0;
  const folder = newFolder();
  cpSync(process.folder, folder, { recursive: true });
  for (const run of readdirSync(folder)) {
    const names = readdirSync(join(folder, run)).sort();
    for (const name of names.filter((one) => one.startsWith("owner"))) {
      const path = join(folder, run, name);
      writeFileSync(path, readFileSync(path, "utf8").replace(/"started":"[^"]*"/, '"started":"0"'));
    }
    const newest = names.filter((one) => one.endsWith(".segment")).at(-1);
    if (cut === 0 || newest === undefined) continue;
    const path = join(folder, run, newest);
    const bytes = readFileSync(path);
    truncateSync(path, Math.max(syncedBytes(bytes), bytes.length - cut));
  }
  return folder;
}

/** The next process on a folder: takes over what was left. */
export async function startNext(
  before: Process,
  folder: string,
  options: Partial<SpoolOptions> = {},
): Promise<Process & { readonly leftovers: Promise<void> }> {
  const next = await startProcess(options, { world: before.world, folder });
  const leftovers = next.spool.sendLeftovers(next.world.options);
  return { ...next, leftovers };
}

/** Bytes of a segment up to the last record that was synced. */
function syncedBytes(segment: Buffer): number {
  let synced = 0;
  for (let at = 0; at + RECORD_PREFIX_BYTES <= segment.length; ) {
    const prefix = segment.subarray(at, at + RECORD_PREFIX_BYTES);
    const end = at + RECORD_PREFIX_BYTES + (payloadBytes(prefix) ?? 0);
    const record = decodePayload(prefix, segment.subarray(at + RECORD_PREFIX_BYTES, end));
    if (record === undefined) break;
    if (["run", "writer", "state"].includes(record.head.type)) synced = end;
    at = end;
  }
  return synced;
}
