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
import { startS2 } from "../../../scripts/s2-program.mjs";

/** S2's own program, when the journeys are to run on it (`npm run test:s2 -- --journeys`). */
const S2_PROGRAM = process.env.REELTIME_TEST_S2;
/** Whether the server starts its own s2-lite. */
export const EMBEDDED = S2_PROGRAM === undefined;

const MAIN = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist", "main.js");

/** The built server as a process of its own, as `npm start` runs it. */
export class Reeltime {
  readonly data = mkdtempSync(join(tmpdir(), "reeltime-journey-"));
  readonly #s2Data = `${this.data}-s2`;
  origin = "";
  signInUrl = "";
  projectKey = "";
  readKey = "";
  #child: ChildProcess | undefined;
  #s2: Awaited<ReturnType<typeof startS2>> | undefined;
  readonly #env: Readonly<Record<string, string>>;

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = env;
  }

  /** Starts it, or starts it again on the same port and folder. */
  async start(): Promise<this> {
    const port = this.origin === "" ? "0" : new URL(this.origin).port;
    if (S2_PROGRAM !== undefined && this.#s2 === undefined) await this.startS2();
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...process.env,
        HOST: "127.0.0.1",
        REELTIME_DATA: this.data,
        LOG_LEVEL: "error",
        ...(this.#s2 === undefined
          ? {}
          : {
              S2_ACCESS_TOKEN: "any",
              S2_ACCOUNT_ENDPOINT: this.#s2.endpoint,
              S2_BASIN_ENDPOINT: this.#s2.endpoint,
            }),
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

  /** Starts S2's own program beside it, or starts it again on the same port and folder. */
  async startS2(): Promise<void> {
    if (S2_PROGRAM === undefined) return;
    const again = this.#s2 === undefined ? {} : { port: this.#s2.port };
    this.#s2 = await startS2({ s2: S2_PROGRAM, dir: this.#s2Data, ...again });
  }

  /** Ends S2 without a word, whichever it is. */
  async killS2(): Promise<void> {
    await this.#s2?.kill();
    for (const pid of this.children()) process.kill(pid, "SIGKILL");
  }

  /** Ends it without a word, as a power cut of the process would. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks it to end and removes its folder. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    await this.#s2?.close();
    rmSync(this.#s2Data, { recursive: true, force: true });
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
