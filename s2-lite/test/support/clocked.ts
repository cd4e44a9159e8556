import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { onTestFinished } from "vitest";
import type { ClockedRequest } from "./clocked-server.js";

const PACKAGE = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** A server as a process of its own, on a clock of the test's. */
export interface ClockedServer {
  readonly endpoint: string;
  readonly dir: string;
  readonly pid: number;
  /** How long it took from starting the process to listening, in milliseconds. */
  readonly startedMs: number;
  /** The server's clock. */
  readonly nowMs: number;
  /** Moves its clock on. */
  advance(ms: number): Promise<void>;
  /** Its anonymous resident memory after a collection, in bytes: without the mapped file. */
  memoryBytes(): Promise<number>;
  /** The size of its file. */
  fileBytes(): number;
  /** What it wrote to standard error. */
  errors(): string;
  /** Ends it, as a kill does. */
  kill(): Promise<void>;
}

/** Bundles the server, with its tests' clock, from its source. Returns the file's path. */
export async function bundleClockedServer(): Promise<string> {
  const folder = join(PACKAGE, ".cache", `clocked-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, "server.mjs");
  await build({
    entryPoints: [join(PACKAGE, "test", "support", "clocked-server.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["lmdb"],
    logLevel: "error",
  });
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return outfile;
}

/** Anonymous resident memory of a process in bytes, as Linux counts it: without mapped files. */
export function anonymousBytes(pid: number): number {
  const line = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1]) * 1_024;
}

/** CPU time that a process has used so far, in milliseconds, to the hundredth of a second. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

/** Starts a bundled server on a folder; ended when the test is over. */
export async function startClockedServer(
  program: string,
  dir: string,
  startMs = Date.now(),
): Promise<ClockedServer> {
  let nowMs = startMs;
  const beganMs = performance.now();
  const child = fork(program, [dir, String(nowMs)], {
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const { listening } = await answer<{ listening: string }>(child, () => errors);
  const startedMs = performance.now() - beganMs;
  const pid = child.pid ?? 0;
  const ask = async (request: ClockedRequest) => {
    const answered = answer(child, () => errors);
    child.send(request);
    await answered;
  };
  return {
    endpoint: listening,
    dir,
    pid,
    startedMs,
    get nowMs() {
      return nowMs;
    },
    advance: (ms) => {
      nowMs += ms;
      return ask({ nowMs });
    },
    memoryBytes: async () => {
      await ask({ collect: true });
      return anonymousBytes(pid);
    },
    fileBytes: () => statSync(join(dir, "data.mdb")).size,
    errors: () => errors,
    kill: async () => {
      const over = once(child, "exit");
      child.kill("SIGKILL");
      await over;
    },
  };
}

/** The next message of a child; rejects when it exits before. */
async function answer<T>(child: ChildProcess, errors: () => string): Promise<T> {
  const over = new AbortController();
  try {
    const exited = once(child, "exit", { signal: over.signal }).then(([code, signal]) => {
      throw new Error(`the server exited with ${code ?? signal}: ${errors()}`);
    });
    const [message] = await Promise.race([once(child, "message", { signal: over.signal }), exited]);
    return message as T;
  } finally {
    over.abort();
  }
}
