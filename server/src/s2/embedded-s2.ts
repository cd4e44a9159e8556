import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import {
  EMBEDDED_BACKOFF_MS,
  EMBEDDED_HEALTHY_MS,
  EMBEDDED_RESTARTS,
  EMBEDDED_START_MS,
  EMBEDDED_STDERR_CHARS,
  EMBEDDED_STOP_MS,
  EMBEDDED_TAKEOVER_MS,
  EMBEDDED_TAKEOVER_RETRY_MS,
} from "../limits.js";
import type { Log } from "../log.js";
import { StartError } from "../start-error.js";
import { isCrash, whyDead } from "./store-end.js";

/** What {@link EmbeddedS2} is started with. */
export interface EmbeddedS2Options {
  /** The program: s2-lite's `main.js`. */
  readonly program: string;
  /** Where it keeps its data. */
  readonly dir: string;
  readonly log: Log;
  /** Milliseconds before the first restart; doubled each time. */
  readonly backoffMs?: number;
}

/**
 * An s2-lite of our own, in a process of its own since a damaged LMDB map kills its process. Its stdin is a pipe
 * from here, and it ends when that closes: however this process ends, none is left behind. When it ends under us
 * it is started again at the same port, so that whoever talks to it finds it again; but not in a loop: when it is
 * dead, that is said once, with what to do.
 */
export class EmbeddedS2 {
  readonly #options: EmbeddedS2Options;
  #child: ChildProcess | undefined;
  #port = 0;
  #restarts = 0;
  #crashes = 0;
  #stopping = false;
  #failed = false;
  #supervising: Promise<void> = Promise.resolve();

  private constructor(options: EmbeddedS2Options) {
    this.#options = options;
  }

  /** Starts it. Throws `StartError`: `config` when its folder is in use or cannot be used, `s2` when it does not start. */
  static async start(options: EmbeddedS2Options): Promise<EmbeddedS2> {
    const s2 = new EmbeddedS2(options);
    const giveUpMs = performance.now() + EMBEDDED_TAKEOVER_MS;
    for (;;) {
      try {
        await s2.#launch();
        return s2;
      } catch (error) {
        const inUse = error instanceof StartError && error.code === "config";
        if (!inUse || performance.now() >= giveUpMs) throw error;
        await wait(EMBEDDED_TAKEOVER_RETRY_MS);
      }
    }
  }

  /** Where it listens. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Its process, for diagnostics. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** True once it is not started again. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Ends it and waits until it has ended. */
  async close(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.stdin?.end();
      const killer = setTimeout(() => child.kill("SIGKILL"), EMBEDDED_STOP_MS);
      await ended;
      clearTimeout(killer);
    }
    await this.#supervising;
  }

  async #launch(): Promise<void> {
    const { program, dir, log } = this.#options;
    const child = spawn(
      process.execPath,
      // No page may use it: there is no authentication, and what it has are recordings.
      [program, "--dir", dir, "--port", String(this.#port), "--no-cors", "--parent-watch"],
      // A group of its own: Ctrl-C in the terminal is for the server, which still needs it while it drains.
      { stdio: ["pipe", "pipe", "pipe"], env: {}, detached: true, windowsHide: true },
    );
    this.#child = child;
    // A pipe that breaks because its process ended is told by `exit`.
    child.stdin.on("error", () => {});
    let said = "";
    createInterface({ input: child.stderr }).on("line", (line) => {
      said = `${said}${line}\n`.slice(-EMBEDDED_STDERR_CHARS);
      log.debug({ line }, "embedded S2");
    });
    const startedMs = performance.now();
    this.#port = await portOf(child, () => said.trim());
    said = ""; // how it started says nothing of how it ends
    child.once("exit", (code, signal) => {
      if (this.#stopping) return;
      if (performance.now() - startedMs > EMBEDDED_HEALTHY_MS) this.#restarts = 0;
      const dead = whyDead({ signal, crashes: this.#crashes, restarts: this.#restarts });
      if (isCrash(signal)) this.#crashes += 1;
      if (dead !== undefined) {
        this.#giveUp(dead, said);
        return;
      }
      const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
      log.error({ said: said.trim() || undefined }, `the embedded S2 ended ${how}; starting it again`);
      this.#supervising = this.#restart();
    });
  }

  async #restart(): Promise<void> {
    const { log, backoffMs = EMBEDDED_BACKOFF_MS } = this.#options;
    let problem = "";
    while (this.#restarts < EMBEDDED_RESTARTS) {
      await wait(backoffMs * 2 ** this.#restarts);
      this.#restarts += 1;
      if (this.#stopping) return;
      try {
        await this.#launch();
        log.info("the embedded S2 runs again");
        return;
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
        log.debug({ err: error }, "the embedded S2 did not start");
      }
    }
    this.#giveUp(problem, "");
  }

  /** Says once that it is dead, and what to do. */
  #giveUp(why: string, said: string): void {
    if (this.#stopping) return;
    this.#failed = true;
    const { dir, log } = this.#options;
    log.fatal(
      { said: said.trim() || undefined },
      `the embedded S2 is dead and is not started again: ${why}. Nothing can be recorded or read until it is ` +
        `looked after: end the server, run \`reeltime-s2-lite check --dir ${dir}\`, and start the server again`,
    );
  }
}

/** Waits for the line in which it says where it listens. */
async function portOf(child: ChildProcess, said: () => string): Promise<number> {
  const { stdout } = child;
  if (stdout === null) throw new StartError("s2", "the embedded S2 has no output");
  const listening = new Promise<number>((resolve, reject) => {
    createInterface({ input: stdout }).once("line", (line) => {
      const port = parsePort(line);
      if (port === undefined) reject(new StartError("s2", "the embedded S2 does not say where it listens"));
      else resolve(port);
    });
    child.once("error", (cause) => reject(new StartError("s2", "the embedded S2 cannot be run", { cause })));
    // After its output is read to the end, so that a line said just before is heard.
    child.once("close", (code) => {
      const why = reasonOf(said()) ?? `exit code ${code}`;
      reject(
        new StartError(
          code === 2 ? "config" : "s2",
          code === 2 ? why : `the embedded S2 did not start: ${why}`,
        ),
      );
    });
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), EMBEDDED_START_MS);
  try {
    return await listening;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The line that says most: its own words, or what Node says of an error it died of. */
function reasonOf(said: string): string | undefined {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const own = lines.filter((line) => line.startsWith("s2-lite: ")).at(-1);
  return own ?? lines.find((line) => /Error\b.*: /.test(line)) ?? lines.at(-1);
}

function parsePort(line: string): number | undefined {
  try {
    const { listening } = JSON.parse(line) as { readonly listening?: unknown };
    return typeof listening === "string" ? Number(new URL(listening).port) : undefined;
  } catch {
    // Whatever it was, it is not the line: the caller says so.
    return undefined;
  }
}
