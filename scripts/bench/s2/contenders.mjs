/** The two servers of a run: ours and S2's own, each a process with a folder on the same disk. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { S2 } from "@s2-dev/streamstore";
import { findS2, startS2 } from "../../s2-program.mjs";
import { root } from "../harness.mjs";

const BASIN = "bench-basin";
/** Clock ticks in a second, as /proc counts a process's time. */
const TICKS_PER_SECOND = 100;

async function startOurs(dir) {
  const program = join(root, "s2-lite", "dist", "main.js");
  const child = spawn(process.execPath, [program, "--dir", dir, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const over = new Promise((resolve) => child.once("close", resolve));
  const [line] = await Promise.race([
    new Promise((resolve) =>
      createInterface({ input: child.stdout }).once("line", (said) => resolve([said])),
    ),
    over.then(() => [undefined]),
  ]);
  if (line === undefined) throw new Error("our s2-lite did not start");
  return {
    endpoint: JSON.parse(line).listening,
    pid: child.pid,
    close: async () => {
      child.kill("SIGTERM");
      await over;
    },
  };
}

/** One server with a basin that makes streams by itself. */
async function contender(name, server) {
  const s2 = new S2({
    accessToken: "any",
    endpoints: { account: server.endpoint, basin: server.endpoint },
    retry: { maxAttempts: 1, requestTimeoutMillis: 60_000 },
  });
  await s2.basins.ensure({ basin: BASIN, config: { createStreamOnAppend: true, createStreamOnRead: true } });
  return { name, pid: server.pid, basin: s2.basin(BASIN), close: server.close };
}

/**
 * Starts both. `theirs` is missing, with the reason said, where S2's own server is not to be had.
 * @returns {Promise<{ours: Contender, theirs: Contender | undefined, missing: string | undefined, close: () => Promise<void>}>}
 * @typedef {{name: string, pid: number, basin: import("@s2-dev/streamstore").S2Basin, close: () => Promise<void>}} Contender
 */
export async function startContenders() {
  const folder = mkdtempSync(join(tmpdir(), "reeltime-bench-s2-"));
  const dirs = { ours: join(folder, "ours"), theirs: join(folder, "theirs") };
  for (const dir of Object.values(dirs)) mkdirSync(dir);
  const ours = await contender("ours", await startOurs(dirs.ours));
  const { s2, missing } = findS2();
  const theirs =
    s2 === undefined ? undefined : await contender("S2's", await startS2({ s2, dir: dirs.theirs }));
  return {
    ours,
    theirs,
    missing,
    close: async () => {
      await Promise.all([ours.close(), theirs?.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Memory of a process that is no file's, in bytes. */
export function anonymousBytes(pid) {
  return Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** Processor time a process has had, in milliseconds. */
export function processorMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}
