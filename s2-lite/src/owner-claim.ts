import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { S2LiteError } from "./errors.js";
import { CLAIM_LOOK_MS, CLAIM_WAIT_MS } from "./limits.js";

const CLAIM_FILE = /^claim-[0-9a-f]{16}$/;

/**
 * Lays a claim in a folder, an empty file, and resolves with whether it stayed there for as long as a living owner
 * needs to take it away. Needs nothing in common with that owner but the files.
 */
export async function claimStands(dir: string): Promise<boolean> {
  const path = join(dir, `claim-${randomBytes(8).toString("hex")}`);
  try {
    writeFileSync(path, "");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new S2LiteError("storage", `the folder ${dir} cannot be written: ${why}`, { cause });
  }
  try {
    const deadlineMs = performance.now() + CLAIM_WAIT_MS;
    while (performance.now() < deadlineMs) {
      await wait(CLAIM_LOOK_MS);
      if (!existsSync(path)) return false;
    }
    return true;
  } finally {
    rmSync(path, { force: true });
  }
}

/** Takes all claims away: the folder has an owner, and it lives. */
export function removeClaims(dir: string): void {
  for (const name of readdirSync(dir)) if (CLAIM_FILE.test(name)) rmSync(join(dir, name), { force: true });
}
