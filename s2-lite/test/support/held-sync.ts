import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, temporaryFolder } from "./server.js";

/** Why strace cannot be used here, or undefined when it can. */
export function noStrace(): string | undefined {
  if (process.platform !== "linux") return "strace is for Linux";
  try {
    execFileSync("strace", ["-f", "-e", "trace=none", "true"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "strace is not installed, or may not trace (apt-get install strace; --cap-add SYS_PTRACE)";
  }
}

/**
 * Where a commit is held, in the order in which lmdb commits: it writes the pages, syncs them with
 * fdatasync, and writes the page of meta data through a descriptor that syncs by itself (O_DSYNC).
 */
export const HOLDS = {
  "before the pages are synced": {
    calls: "fdatasync,fsync,msync",
    inject: "fdatasync,fsync,msync:delay_enter=600s",
    meta: false,
  },
  "before the meta page is written": { calls: "pwrite64", inject: "pwrite64:delay_enter=600s", meta: true },
  "after the meta page is written, before that is said to be synced": {
    calls: "pwrite64",
    inject: "pwrite64:delay_exit=600s",
    meta: true,
  },
} as const;

/** A place in a commit. */
export type HoldPlace = keyof typeof HOLDS;

/** Bytes of lmdb's meta data in one write: tells that write from those of pages. */
export const META_BYTES = 128;

/** A process that is held in a system call on one file, from outside, for as long as the test likes. */
export class HeldSync {
  readonly #strace: ChildProcess;
  readonly #trace: string;
  readonly #place: HoldPlace;
  readonly #nth: number;

  private constructor(strace: ChildProcess, trace: string, place: HoldPlace, nth: number) {
    this.#strace = strace;
    this.#place = place;
    this.#nth = nth;
    this.#trace = trace;
  }

  /** Holds the process at its `nth` call of that kind on the file from now. Throws when it may not be traced. */
  static async attach(pid: number, file: string, place: HoldPlace, nth = 1): Promise<HeldSync> {
    const trace = join(await temporaryFolder(), "trace.txt");
    const { calls, inject } = HOLDS[place];
    const args = ["-f", "-p", `${pid}`, "-P", file, "-s", "0", "-o", trace];
    const strace = spawn("strace", [...args, "-e", `trace=${calls}`, "-e", `inject=${inject}:when=${nth}`], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    await new Promise<void>((resolve, reject) => {
      strace.stderr?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes("attached")) resolve();
      });
      strace.once("exit", () => reject(new Error(`strace: ${said}`)));
    });
    return new HeldSync(strace, trace, place, nth);
  }

  /** Resolves once the process is held; says whether in the write of meta data. */
  async reached(): Promise<{ meta: boolean }> {
    const line = await eventually(async () => {
      const lines = readFileSync(this.#trace, "utf8").split("\n");
      // Held on leaving, strace says so; on entering, the line of that call is not finished. Another line
      // may be unfinished too, for as long as it takes to write it.
      const found = HOLDS[this.#place].inject.includes("delay_exit")
        ? lines.find((line) => line.includes("(DELAYED)"))
        : lines.find((line, index) => index === this.#nth - 1 && line !== "" && !line.includes(" = "));
      if (found === undefined) throw new Error("nothing is held");
      return found;
    });
    return { meta: line.includes(`, ${META_BYTES}, `) };
  }

  /** Lets go of a process that was killed while it was held: strace would wait for it to go on first. */
  async abandon(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Lets the process go on. */
  async release(): Promise<void> {
    await this.#end("SIGINT");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#strace.exitCode !== null || this.#strace.signalCode !== null) return;
    const exited = once(this.#strace, "exit");
    this.#strace.kill(signal);
    await exited;
  }
}
