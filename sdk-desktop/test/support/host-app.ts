import { type ChildProcess, fork } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Recorder, RecorderOptions, RecorderStatus, Trouble } from "../../src/types.js";

const PROGRAM = fileURLToPath(new URL("host-app.mjs", import.meta.url));
const BUILT = fileURLToPath(new URL("../../dist/index.js", import.meta.url));

/** Something that does not work, as the app was told, and when: epoch ms. */
export interface ToldTrouble extends Trouble {
  readonly atMs: number;
}

type Method = Exclude<keyof Recorder, "status" | "getSessionUrl">;

/** An app of a test's own that records with the built SDK, in its own process. */
export class HostApp {
  readonly troubles: ToldTrouble[] = [];
  readonly #child: ChildProcess;
  readonly #waiting = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: Error) => void }
  >();
  readonly #exited: Promise<number | NodeJS.Signals | null>;
  #said = "";
  #last = 0;

  private constructor(env: NodeJS.ProcessEnv) {
    this.#child = fork(PROGRAM, [], {
      env,
      serialization: "advanced",
      execArgv: [],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#said += chunk.toString();
      });
    }
    this.#child.on("message", (message) => this.#hear(message as Message));
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => {
        resolve(code ?? signal);
        for (const { reject } of this.#waiting.values())
          reject(new Error(`the app ended with ${code ?? signal}: ${this.#said}`));
        this.#waiting.clear();
      });
    });
  }

  /** Starts it on a display and makes its recorder, which does nothing yet. */
  static async start(env: NodeJS.ProcessEnv, options: RecorderOptions): Promise<HostApp> {
    if (!existsSync(BUILT)) throw new Error("the SDK is not built: npm run build");
    const app = new HostApp(env);
    await new Promise<void>((resolve, reject) => {
      app.#child.once("message", () => resolve());
      app.#child.once("exit", (code) => reject(new Error(`the app ended with ${code}: ${app.#said}`)));
    });
    const { onTrouble: _, ...rest } = options;
    await app.#ask("create", rest);
    return app;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** What it wrote. */
  get said(): string {
    return this.#said;
  }

  /** Calls the recorder; resolves as it does. */
  async call<Name extends Method>(method: Name, ...args: Parameters<Recorder[Name]>): Promise<void> {
    await this.#ask("call", { method, args });
  }

  status(): Promise<RecorderStatus> {
    return this.#ask("status") as Promise<RecorderStatus>;
  }

  /** The session's address once it is open. */
  url(): Promise<string | undefined> {
    return this.#ask("url") as Promise<string | undefined>;
  }

  /** Sets its wall clock forward by so many milliseconds, from what it would be. */
  async stepClock(ms: number): Promise<void> {
    await this.#ask("step", ms);
  }

  /** The longest its own loop stood still since this was asked last, ms. */
  longestDelayMs(): Promise<number> {
    return this.#ask("delay") as Promise<number>;
  }

  /** What to add to monotonic times to get epoch ms. */
  epochOffsetMs(): Promise<number> {
    return this.#ask("epoch") as Promise<number>;
  }

  /** The pid of one of its helpers; `undefined` while it has none. */
  helper(name: "capture" | "input"): number | undefined {
    return childrenOf(this.pid).find((pid) => commandOf(pid).includes(`${name}-helper`));
  }

  /** As a crash would end it, without a word to its children. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** Ends it; resolves with its exit code. */
  async end(): Promise<number | NodeJS.Signals | null> {
    if (this.#child.connected) this.#child.disconnect();
    return this.#exited;
  }

  get exited(): Promise<number | NodeJS.Signals | null> {
    return this.#exited;
  }

  #ask(name: string, value?: unknown): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, name, value }, (error) => {
        if (error !== null) reject(error);
      });
    });
  }

  #hear(message: Message): void {
    if (message.trouble !== undefined) {
      this.troubles.push({ ...message.trouble, atMs: message.atMs ?? 0 });
      return;
    }
    const asked = this.#waiting.get(message.id ?? -1);
    if (asked === undefined) return;
    this.#waiting.delete(message.id ?? -1);
    if (message.error === undefined) asked.resolve(message.result);
    else asked.reject(new Error(message.error));
  }
}

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
  readonly trouble?: Trouble;
  readonly atMs?: number;
}

/** Processes that a process started and that still run; empty when it is gone. */
export function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")
        .trim()
        .split(" ")
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return [];
  }
}

/** A process's command line; empty when it is gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** Whether a process is there. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};
