import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { checkStore } from "../../src/index.js";
import { DATA_FILE } from "../../src/store/data-file.js";
import { Disk, type DiskEvent } from "./disk.js";
import { readTrace, tracing } from "./disk-trace.js";
import type { Ledger } from "./ledger.js";
import { type Program, startProgram } from "./program.js";
import { temporaryFolder } from "./server.js";
import { auditStore } from "./store-audit.js";

/** How many names in a folder are lost with the power: they are not synced. */
const LOST_NAMES = 0.1;

/** A program whose writes and syncs are recorded. */
export interface RecordedProgram {
  readonly running: Program;
  /** What it did to its file, once it has ended. */
  events(): DiskEvent[];
}

/** Starts the program on the folder under the recorder. */
export async function startRecorded(program: string, dir: string): Promise<RecordedProgram> {
  const trace = await temporaryFolder();
  mkdirSync(dir, { recursive: true });
  const running = startProgram(program, ["--dir", dir, "--port", "0"], tracing(join(dir, DATA_FILE), trace));
  return { running, events: () => readTrace(trace) };
}

/** The file as it may be after the power went at a moment, given what was done to it from an empty disk or this one. */
export function cutPower(events: readonly DiskEvent[], atMs: number, disk = new Disk()): Buffer {
  const under: DiskEvent[] = [];
  for (const event of events) {
    if (event.fromMs > atMs) break;
    if (event.toMs <= atMs) disk.apply(event);
    else under.push(event);
  }
  return disk.afterPowerCut(under, Math.random);
}

/** A moment at which something is being done to the file, after `fromMs`. */
export function randomMoment(events: readonly DiskEvent[], fromMs: number): number {
  const possible = events.filter((event) => event.fromMs > fromMs);
  const event = possible[Math.floor(Math.random() * possible.length)];
  if (event === undefined) throw new Error("nothing was written");
  const toMs = Math.min(event.toMs, event.fromMs + 1);
  return event.fromMs + Math.random() * (toMs - event.fromMs);
}

/** A store as it was found after a power cut. */
export interface Reboot {
  readonly violations: readonly string[];
  /** Records that were read. */
  readonly records: number;
}

/**
 * Makes a folder as after a reboot: with this file, and of `beside`, the names that were in the folder, those that
 * came to the disk. What is in those files says nothing after a reboot.
 */
export async function rebootedFolder(file: Buffer, beside: readonly string[]): Promise<string> {
  const dir = await temporaryFolder();
  writeFileSync(join(dir, DATA_FILE), file);
  for (const name of beside) if (Math.random() > LOST_NAMES) writeFileSync(join(dir, name), "");
  return dir;
}

/** What was in a folder beside its data. */
export function namesBeside(dir: string): string[] {
  return readdirSync(dir).filter((name) => ![DATA_FILE, "lock.mdb"].includes(name));
}

/**
 * Starts the program in a folder as after a reboot, and holds it to the ledger as of that moment; also the check
 * must find the store sound, before and after. Before only if it was ever ready: of a store that is half made the
 * check says what it lacks, and the program goes on making it.
 */
export async function auditAfterReboot(
  program: string,
  dir: string,
  ledger: Ledger,
  atMs: number,
  wasReady = true,
): Promise<Reboot> {
  const before = wasReady ? await soundness(dir) : [];
  const running = startProgram(program, ["--dir", dir, "--port", "0"]);
  try {
    const { violations, records } = await auditStore(await running.listening, ledger, { ms: atMs });
    running.child.kill("SIGKILL");
    await running.exited;
    return { violations: [...before, ...violations, ...(await soundness(dir))], records };
  } catch (error) {
    return { violations: [`the store does not open, or dies: ${String(error)}`], records: 0 };
  } finally {
    running.child.kill("SIGKILL");
    await running.exited;
    await rm(dir, { recursive: true, force: true });
  }
}

/** What the check finds wrong. */
export async function soundness(dir: string): Promise<readonly string[]> {
  const report = await checkStore(dir);
  if (report.outcome === "sound") return [];
  return report.outcome === "damaged" ? report.findings : [report.message];
}
