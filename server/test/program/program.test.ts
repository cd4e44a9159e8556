import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../running.js";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

let data: string;
let children: ChildProcess[];
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "reeltime-program-"));
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
  }
  rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

interface Program {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly error: () => string;
  readonly ended: Promise<number | null>;
}

/** The built program in a process of its own, with nothing of this one's environment. */
function run(env: Readonly<Record<string, string>> = {}): Program {
  const child = spawn(process.execPath, [MAIN], {
    env: { PORT: "0", REELTIME_DATA: data, ...env },
    cwd: data,
  });
  children.push(child);
  let out = "";
  let error = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    error += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { child, out: () => out, error: () => error, ended };
}

async function started(program: Program): Promise<string> {
  const said = await until(() => {
    if (program.child.exitCode !== null) throw new Error(program.error());
    return /(http:\/\/\S+)\/demo/.exec(program.out())?.[1];
  });
  return said;
}

const childrenOf = (pid: number | undefined): readonly number[] => {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return pids === "" ? [] : pids.split(" ").map(Number);
};
const alive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe("the program", () => {
  it("prints two addresses, where the recordings lie and what to record with, works, and ends cleanly when told to", async () => {
    const program = run();
    const url = await started(program);
    expect(program.out()).toContain(`${url}/sign-in?code=`);
    expect(program.out()).toContain(data);
    const readKey = readFileSync(join(data, "read-key"), "utf8").trim();
    expect(program.out()).toContain(readKey);
    await until(async () => (await fetch(`${url}/ready`)).status === 200);
    const asked = await fetch(`${url}/v1/projects`, { headers: { authorization: `Bearer ${readKey}` } });
    const { projects } = (await asked.json()) as { projects: readonly { key: string }[] };
    expect(program.out()).toContain(`Key        ${projects[0]?.key}\n`);
    const [s2 = 0, ...others] = childrenOf(program.child.pid);
    expect(others).toEqual([]);
    expect(alive(s2)).toBe(true);
    program.child.kill("SIGTERM");
    expect(await program.ended).toBe(0);
    expect(alive(s2)).toBe(false);
    expect(program.error()).not.toMatch(/"level":[56]0/);
  });

  it.runIf(process.platform === "linux")(
    "leaves no S2 behind when it is killed, and starts again on the same folder",
    async () => {
      const program = run();
      await started(program);
      const [s2 = 0] = childrenOf(program.child.pid);
      program.child.kill("SIGKILL");
      const again = run();
      await until(() => !alive(s2));
      await started(again);
      expect(again.out()).not.toContain("rk_");
      expect(again.out()).toContain("pk_");
    },
  );

  it("refuses a folder that another one has, in one line, with exit 2", async () => {
    await started(run());
    const second = run();
    expect(await second.ended).toBe(2);
    expect(second.error().trim()).toMatch(/^reeltime: [^\n]+$/);
    expect(second.out()).toBe("");
  });

  it.each([
    [{ PORT: "http" }, /^reeltime: PORT must be [^\n]+$/],
    [{ REELTIME_IDLE_MINUTES: "-1" }, /^reeltime: REELTIME_IDLE_MINUTES must be [^\n]+$/],
    [{ S2_ACCOUNT_ENDPOINT: "http://127.0.0.1:1" }, /^reeltime: S2_BASIN_ENDPOINT must be set too [^\n]+$/],
    [{ REELTIME_DATA: "/dev/null/x" }, /^reeltime: REELTIME_DATA cannot be used: [^\n]+$/],
  ])("says what is wrong with %j in one line, with exit 2", async (env, line) => {
    const program = run(env);
    expect(await program.ended).toBe(2);
    expect(program.error().trim()).toMatch(line);
    expect(program.out()).toBe("");
  });
});
