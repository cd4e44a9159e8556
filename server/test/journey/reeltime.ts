import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  decodeFramesPage,
  type SessionDetail,
  type SessionList,
  type StoredFrame,
} from "@reeltime/recorder/protocol";

const MAIN = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist", "main.js");

/** The built server as a process of its own, as `npm start` runs it. */
export class Reeltime {
  readonly data = mkdtempSync(join(tmpdir(), "reeltime-journey-"));
  origin = "";
  signInUrl = "";
  projectKey = "";
  readKey = "";
  #child: ChildProcess | undefined;
  readonly #env: Readonly<Record<string, string>>;

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = env;
  }

  /** Starts it, or starts it again on the same port and folder. */
  async start(): Promise<this> {
    const port = this.origin === "" ? "0" : new URL(this.origin).port;
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...process.env,
        HOST: "127.0.0.1",
        REELTIME_DATA: this.data,
        LOG_LEVEL: "error",
        ...this.#env,
        PORT: port,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    this.signInUrl = await new Promise<string>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}\n${said}`)));
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        const url = /http:\/\/\S+\/sign-in\?code=\S+/.exec(said)?.[0];
        if (url !== undefined && said.includes("/demo")) resolve(url);
      });
    });
    this.origin = new URL(this.signInUrl).origin;
    this.readKey = readFileSync(join(this.data, "read-key"), "utf8").trim();
    const { projects } = (await this.get("/v1/projects")) as { projects: readonly { key: string }[] };
    this.projectKey = projects[0]?.key ?? "";
    return this;
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  /** Pids of the processes it started: its s2-lite. */
  children(): readonly number[] {
    const pids = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, "utf8").trim();
    return pids === "" ? [] : pids.split(" ").map(Number);
  }

  /** Ends it without a word, as a power cut of the process would. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks it to end and removes its folder. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    rmSync(this.data, { recursive: true, force: true, maxRetries: 5 });
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  /** Asks a private route as its operator. */
  async get(path: string): Promise<unknown> {
    const answer = await fetch(this.origin + path, { headers: { authorization: `Bearer ${this.readKey}` } });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  sessions(): Promise<SessionList> {
    return this.get("/v1/sessions") as Promise<SessionList>;
  }

  session(id: string): Promise<SessionDetail> {
    return this.get(`/v1/sessions/${id}`) as Promise<SessionDetail>;
  }

  /** One page of frames. */
  async frames(id: string, query: string): Promise<ReturnType<typeof decodeFramesPage>> {
    const answer = await fetch(`${this.origin}/v1/sessions/${id}/frames?${query}`, {
      headers: { authorization: `Bearer ${this.readKey}` },
    });
    if (!answer.ok) throw new Error(`frames answered ${answer.status} ${await answer.text()}`);
    return decodeFramesPage(new Uint8Array(await answer.arrayBuffer()));
  }

  /** Every frame of a session, in the order of its stream. */
  async allFrames(id: string): Promise<readonly StoredFrame[]> {
    const frames: StoredFrame[] = [];
    for (let from = 0; ; ) {
      const page = await this.frames(id, `from=${from}`);
      frames.push(...page.frames);
      if (page.frames.length === 0 || page.next >= page.tail) return frames;
      from = page.next;
    }
  }
}

/** Waits for a fact of the outside world, asking every `everyMs`. */
export async function until<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
  timeoutMs = 20_000,
  everyMs = 50,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
