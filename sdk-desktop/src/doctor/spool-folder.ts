import { accessSync, constants, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TrialOutcome } from "./trial.js";

/** Whether what an outage holds back can be kept on the disk. Leaves nothing there. */
export function trySpoolFolder(folder: string): TrialOutcome {
  const file = join(folder, `.doctor-${process.pid}`);
  let made: string | undefined;
  try {
    made = mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    writeFileSync(file, "x".repeat(4_096), { mode: 0o600 });
    rmSync(file);
    const { bavail, bsize } = statfsSync(folder);
    const message = `${folder} can be written to; ${Math.floor((bavail * bsize) / 2 ** 20)} MB are free`;
    return { kind: "ok", message };
  } catch (error) {
    rmSync(file, { force: true });
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { kind: "failed", message: `${folder} cannot be written to (${code})` };
  } finally {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  }
}
