import { access, constants, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePath } from "../spool/make-path.js";
import { reason } from "../spool/messages.js";
import type { TrialOutcome } from "./trial.js";

/** Whether what an outage holds back can be kept on the disk. Leaves nothing there. */
export async function trySpoolFolder(folder: string): Promise<TrialOutcome> {
  const file = join(folder, `.doctor-${process.pid}`);
  let made: string | undefined;
  try {
    made = await makePath(folder);
    await access(folder, constants.W_OK);
    await writeFile(file, "x".repeat(4_096), { mode: 0o600 });
    await rm(file);
    const { bavail, bsize } = await statfs(folder);
    const message = `${folder} can be written to; ${Math.floor((bavail * bsize) / 2 ** 20)} MB are free`;
    return { kind: "ok", message };
  } catch (error) {
    await rm(file, { force: true }).catch(() => {});
    return { kind: "failed", message: `${folder} cannot be written to: ${reason(error)}` };
  } finally {
    if (made !== undefined) await rm(made, { recursive: true, force: true }).catch(() => {});
  }
}
