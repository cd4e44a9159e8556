import { mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Disk, type DiskEvent } from "./disk.js";
import { readTrace, tracing } from "./disk-trace.js";
import type { Ledger } from "./ledger.js";
import { type Program, startProgram } from "./program.js";
import { temporaryFolder } from "./server.js";
import { auditStore } from "./store-audit.js";

const DATA_FILE = "data.mdb";

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

/** Starts the program on a file as after a reboot, and holds it to the ledger as of that moment. */
export async function auditAfterReboot(
  program: string,
  file: Buffer,
  ledger: Ledger,
  atMs: number,
): Promise<{ violations: readonly string[]; records: number }> {
  const dir = await temporaryFolder();
  writeFileSync(join(dir, DATA_FILE), file);
  const running = startProgram(program, ["--dir", dir, "--port", "0"]);
  try {
    return await auditStore(await running.listening, ledger, { ms: atMs });
  } catch (error) {
    return { violations: [`the store does not open, or dies: ${String(error)}`], records: 0 };
  } finally {
    running.child.kill("SIGKILL");
    await running.exited;
    await rm(dir, { recursive: true, force: true });
  }
}
