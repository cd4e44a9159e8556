import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeFrame, type SessionDetail } from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Reeltime, until } from "../../../server/test/journey/reeltime.js";
import type { AgentReply } from "../../src/agent/messages.js";
import { buildCommand, runCommand } from "../support/command-line.js";
import { missingForX, startX, type XServer } from "../support/x-server.js";

const EXAMPLE = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "examples", "agent.c");
const hasCompiler = spawnSync("cc", ["--version"]).status === 0;
if (!hasCompiler)
  process.stderr.write("\nSKIPPED: the agent's host in C, since there is no C compiler (cc).\n\n");

const folder = mkdtempSync(join(tmpdir(), "reeltime-agent-"));
const server = new Reeltime();
let command = "";
let x: XServer;

beforeAll(async () => {
  if (missingForX.length > 0) return;
  [command, x] = await Promise.all([buildCommand(), startX({ width: 1280, height: 800 }), server.start()]);
});
afterAll(async () => {
  await x?.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
  if (command !== "") rmSync(dirname(command), { recursive: true, force: true });
});

/** The environment of a host on the test's screen, with a cache of its own. */
const environment = (): NodeJS.ProcessEnv => ({ ...x.env, XDG_CACHE_HOME: folder });

/** An agent as a child, and its lines. */
class AgentProcess {
  readonly child = spawn(process.execPath, [command, "agent"], {
    env: environment(),
    stdio: ["pipe", "pipe", "inherit"],
  });
  readonly exited = once(this.child, "exit").then(([code, signal]) => (code ?? signal) as number | string);
  said = "";

  constructor() {
    this.child.stdout.on("data", (chunk: Buffer) => {
      this.said += chunk.toString();
    });
    onTestFinished(() => void this.child.kill("SIGKILL"));
  }

  /** Every line, each of which must be JSON. */
  get replies(): readonly AgentReply[] {
    const lines = this.said.split("\n");
    return lines.slice(0, -1).map((line) => JSON.parse(line) as AgentReply);
  }

  say(request: object): void {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
  }

  reply<T extends AgentReply["type"]>(type: T): Promise<Extract<AgentReply, { readonly type: T }>> {
    return until(
      () =>
        this.replies.find((reply): reply is Extract<AgentReply, { readonly type: T }> => reply.type === type),
      `${type} in ${this.said}`,
    );
  }
}

/** The session, when it is closed. */
async function closed(sessionId: string): Promise<SessionDetail | undefined> {
  const found = await server.session(sessionId);
  return found.status === "closed" ? found : undefined;
}

const START = { type: "start", id: 1, protocol: 1 };
const options = () => ({ apiHost: server.origin, projectKey: server.projectKey });

describe.skipIf(missingForX.length > 0)("the agent's process", () => {
  it.skipIf(!hasCompiler)("records for a program in C", async () => {
    const program = join(folder, "host");
    const compiled = spawnSync(
      "cc",
      ["-Wall", "-Wextra", "-Werror", "-std=c99", "-D_POSIX_C_SOURCE=200809L", "-o", program, EXAMPLE],
      { encoding: "utf8" },
    );
    expect(compiled.stderr).toBe("");
    const child = spawn(program, [server.origin, server.projectKey, "3", process.execPath, command], {
      env: environment(),
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let url = "";
    child.stdout.on("data", (chunk: Buffer) => {
      url += chunk.toString();
    });
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(0);
    const sessionId = new URL(url.trim()).pathname.split("/").at(-1) ?? "";
    const detail = await until(() => closed(sessionId), "a session that is closed");
    expect(detail.user).toMatchObject({ id: "ada" });
    expect(
      (await server.allFrames(sessionId)).some(({ bytes }) => decodeFrame(bytes).kind === "screen"),
    ).toBe(true);
  });

  it("stops the recording and sends what it has when its host dies", async () => {
    const agent = new AgentProcess();
    agent.say({ ...START, options: options() });
    const { sessionId } = await agent.reply("session");
    agent.say({ type: "event", name: "saved" });
    agent.say({ type: "status", id: 2 });
    expect(await agent.reply("status")).toMatchObject({ id: 2, state: "recording", sessionId });
    agent.child.stdin.end();
    expect(await agent.exited).toBe(0);
    expect(agent.replies.at(-1)).toMatchObject({ type: "stopped" });
    const detail = await until(() => closed(sessionId), "a session that is closed");
    expect(detail.facts.some(({ text }) => text === "saved")).toBe(true);
  });

  it("stops cleanly when it is told to end", async () => {
    const agent = new AgentProcess();
    agent.say({ ...START, options: options() });
    await agent.reply("session");
    agent.child.kill("SIGTERM");
    expect(await agent.exited).toBe(0);
    expect(agent.replies.at(-1)).toMatchObject({ type: "stopped" });
  });

  it("refuses a wrong option and says so, in JSON as everything", async () => {
    const agent = new AgentProcess();
    agent.say({ ...START, options: { ...options(), denyWindow: ["Vault"] } });
    expect(await agent.reply("error")).toMatchObject({ id: 1, code: "invalid_options" });
    agent.child.stdin.end();
    expect(await agent.exited).toBe(0);
  });
});

describe.skipIf(missingForX.length > 0)("the command line on a screen", () => {
  it("records for its time, says how it goes, and results in the session's address alone", async () => {
    const { code, output, errors } = await runCommand(
      command,
      ["record", "--server", server.origin, "--key", server.projectKey, "--duration", "3", "--fps", "5"],
      environment(),
    );
    expect(code).toBe(0);
    expect(output).toMatch(new RegExp(`^${server.origin}/sessions/[\\w-]+\\n$`));
    expect(errors).toMatch(/^0:0\d {2}\d+\.\d fps {2}\d+ KB\/s {2}0 dropped/m);
    const { status } = await server.session(output.trim().split("/").at(-1) ?? "");
    expect(status).toBe("closed");
  });

  it("ends by Ctrl+C with the session's address", async () => {
    const child = spawn(
      process.execPath,
      [command, "record", "--server", server.origin, "--key", server.projectKey],
      { env: environment(), stdio: ["ignore", "pipe", "pipe"] },
    );
    onTestFinished(() => void child.kill("SIGKILL"));
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
    await until(() => said.includes("Watch it at") || undefined, "a session that is open");
    child.kill("SIGINT");
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(0);
    expect(said.trim().split("\n").at(-1)).toMatch(/\/sessions\//);
  });

  it("says at once what is missing where there is no screen, or the key is wrong", async () => {
    const { DISPLAY: _, ...none } = environment();
    const args = ["record", "--server", server.origin, "--duration", "30", "--key"];
    const blind = await runCommand(command, [...args, server.projectKey], none);
    expect(blind.code).toBe(1);
    expect(blind.errors).toContain("There is no screen");
    expect(blind.output).toBe("");
    const stranger = await runCommand(command, [...args, "pk_wrong"], environment());
    expect(stranger.code).toBe(1);
    expect(stranger.errors).toContain("refuses");
  });

  it("lists displays and windows by the words of a target, for people and as JSON", async () => {
    x.run("xterm", ["-T", "Editor \u001b[31m", "-e", "cat"]);
    await x.windowNamed("^Editor");
    const shown = await runCommand(command, ["list"], environment());
    expect(shown.code).toBe(0);
    expect(shown.output).toMatch(/^display:0 +1280x800 at 0,0 /m);
    expect(shown.output).toMatch(/^handle:0x[\da-f]+ .*Editor.*app XTerm/m);
    expect(shown.output).not.toContain("\u001b");
    const { output } = await runCommand(command, ["list", "--json"], environment());
    const { displays, windows } = JSON.parse(output) as { displays: unknown[]; windows: { app: string }[] };
    expect(displays).toHaveLength(1);
    expect(windows.map(({ app }) => app)).toContain("XTerm");
  });

  it("exits with 2 on an option it does not know, in one line", async () => {
    const { code, errors } = await runCommand(command, ["record", "--sevrer", "x"], environment());
    expect(code).toBe(2);
    expect(errors).toMatch(/^reeltime-desktop: .*--sevrer.*\n$/);
  });
});
