import { randomUUID } from "node:crypto";
import {
  link,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  stat,
  unlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { GONE_AFTER_MS, UNCLAIMED_MS } from "./limits.js";

/** Who has a folder, and for whom what lies in it is. */
export interface Owner {
  readonly version: 1;
  readonly pid: number;
  /** When the process was started, in the system's own words; empty when it does not say. Tells it from a later one of its number. */
  readonly started: string;
  /** Where the pid means something: the machine since it was started, and its namespace of processes. */
  readonly place: string;
  readonly apiHost: string;
  readonly projectKey: string;
  /** Nobody's: it was let go. */
  readonly released: boolean;
}

/** What is known of an owner's process. */
export interface Sighting {
  /** Milliseconds since its last sign of life. */
  readonly quietMs: number;
  /** Of the process with its pid here and now; `undefined`: there is none. */
  readonly started: string | undefined;
}

/**
 * Whether a folder's owner is gone, as `me` sees it. On the same machine the system says so; from another one, only that it
 * has been quiet for long. In doubt it is alive.
 */
export function isGone(owner: Owner, me: Pick<Owner, "place">, { quietMs, started }: Sighting): boolean {
  if (owner.released) return true;
  if (owner.place !== me.place) return quietMs > GONE_AFTER_MS;
  return started === undefined || (started !== "" && owner.started !== "" && started !== owner.started);
}

/** This process as an owner. */
export async function ownerHere(apiHost: string, projectKey: string): Promise<Owner> {
  const [started = "", boot, processes] = await Promise.all([
    startOf(process.pid),
    readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => ""),
    readlink("/proc/self/ns/pid").catch(() => ""),
  ]);
  const place = [hostname(), boot.trim(), processes].join(" ");
  return { version: 1, pid: process.pid, started, place, apiHost, projectKey, released: false };
}

/** When a process here was started; `undefined` when there is none, empty when the system does not say. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is one too.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return undefined;
  }
  // proc(5): the 22nd field; the name before it is in parentheses and may hold anything.
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // One that has ended stays in the list until whoever started it has looked, which some never do.
  return fields[0] === "Z" || fields[0] === "X" ? undefined : (fields[19] ?? "");
}

const NAME = /^owner-(\d+)\.json$/;
const ownerPath = (folder: string, claim: number): string => join(folder, `owner-${claim}.json`);

/** Who has a folder by which claim; claims are counted, the highest holds. */
interface Claim {
  readonly claim: number;
  readonly owner: Owner | undefined;
  readonly quietMs: number;
}

async function readClaim(folder: string): Promise<Claim> {
  const claims = (await readdir(folder)).map((name) => Number(NAME.exec(name)?.[1] ?? 0));
  const claim = Math.max(0, ...claims);
  const path = claim === 0 ? folder : ownerPath(folder, claim);
  const quietMs = Date.now() - (await stat(path)).mtimeMs;
  const text = claim === 0 ? "" : await readFile(path, "utf8");
  return { claim, owner: text === "" ? undefined : (JSON.parse(text) as Owner), quietMs };
}

/** The claim of a folder that this process has. */
export interface Held {
  readonly folder: string;
  readonly claim: number;
}

/**
 * Takes a folder for `me`, when its owner is gone and what lies in it is for the same collector and project. Of several that
 * try, one succeeds. `undefined` when it is not to be had, or another has it or has done with it. Rejects as the file system does.
 */
export async function claimFolder(folder: string, me: Owner): Promise<Held | undefined> {
  try {
    return await tryToClaim(folder, me);
  } catch (error) {
    // Its owner's file was another, or there was no folder any more, between two looks: another was faster.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function tryToClaim(folder: string, me: Owner): Promise<Held | undefined> {
  const { claim, owner, quietMs } = await readClaim(folder);
  if (owner === undefined) {
    if (quietMs < UNCLAIMED_MS) return undefined;
  } else {
    if (owner.apiHost !== me.apiHost || owner.projectKey !== me.projectKey) return undefined;
    if (!isGone(owner, me, { quietMs, started: await startOf(owner.pid) })) return undefined;
  }
  const mine = claim + 1;
  if (!(await writeClaim(folder, mine, me))) return undefined;
  // Who slept since it looked may have made a claim that another had made, and let go, before.
  if ((await readClaim(folder)).claim === mine) return { folder, claim: mine };
  await unlink(ownerPath(folder, mine)).catch(() => {});
  return undefined;
}

/** Writes a claim whole or not at all; false when another was there first. */
async function writeClaim(folder: string, claim: number, owner: Owner): Promise<boolean> {
  const draft = join(folder, `${randomUUID()}.tmp`);
  await writeFile(draft, JSON.stringify(owner), { mode: 0o600 });
  try {
    await link(draft, ownerPath(folder, claim));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await unlink(draft).catch(() => {});
  }
  await unlink(ownerPath(folder, claim - 1)).catch(() => {});
  return true;
}

/** Makes a folder of `me` in a parent folder: others see it only once it has its owner. Rejects as the file system does. */
export async function makeFolder(parent: string, me: Owner): Promise<Held> {
  const name = randomUUID();
  const draft = join(parent, `new-${name}`);
  await mkdir(draft, { mode: 0o700 });
  await writeClaim(draft, 1, me);
  const folder = join(parent, `run-${name}`);
  await rename(draft, folder);
  return { folder, claim: 1 };
}

/** Says that the owner is alive. Never rejects. */
export async function signOfLife({ folder, claim }: Held): Promise<void> {
  const now = new Date();
  await utimes(ownerPath(folder, claim), now, now).catch(() => {});
}

/** Lets a folder go: whoever comes next may have it. Never rejects. */
export async function release({ folder, claim }: Held, me: Owner): Promise<void> {
  await writeClaim(folder, claim + 1, { ...me, released: true }).catch(() => {});
}

/** Whether a folder's owner is gone, and since when it has been quiet, ms. Rejects as the file system does. */
export async function lookAt(
  folder: string,
  me: Owner,
): Promise<{ readonly isGone: boolean; readonly quietMs: number }> {
  const { owner, quietMs } = await readClaim(folder);
  if (owner === undefined) return { isGone: quietMs >= UNCLAIMED_MS, quietMs };
  return { isGone: isGone(owner, me, { quietMs, started: await startOf(owner.pid) }), quietMs };
}
