import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EMBEDDED_RESTARTS } from "../../src/limits.js";
import { EmbeddedS2 } from "../../src/s2/embedded-s2.js";
import { until } from "../running.js";

const PROGRAM = fileURLToPath(new URL("../../../s2-lite/dist/main.js", import.meta.url));

let dir: string;
let said: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "reeltime-embedded-"));
  said = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const note = (...args: readonly unknown[]): void => {
  said.push(String(args.at(-1)));
};
const log = { debug() {}, info: note, warn: note, error: note, fatal: note } as never;
const start = (program = PROGRAM): Promise<EmbeddedS2> =>
  EmbeddedS2.start({ program, dir: join(dir, "s2"), log, backoffMs: 1 });
const answers = (s2: EmbeddedS2): Promise<boolean> =>
  fetch(`${s2.endpoint}/health`).then(
    (answer) => answer.ok,
    () => false,
  );
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A program that does what a test says in place of s2-lite. */
function fake(code: string): string {
  const file = join(dir, "fake.mjs");
  writeFileSync(file, code);
  return file;
}

describe("the embedded S2", () => {
  it("answers once started, and is gone once closed", async () => {
    const s2 = await start();
    const { pid = 0 } = s2;
    expect(await answers(s2)).toBe(true);
    await s2.close();
    expect(alive(pid)).toBe(false);
    expect(said).toEqual([]);
  });

  it("is for no page of any origin: it has no authentication, and what it has are recordings", async () => {
    const s2 = await start();
    try {
      const headers = { origin: "https://elsewhere.example", "access-control-request-method": "GET" };
      for (const method of ["GET", "OPTIONS"]) {
        const answer = await fetch(`${s2.endpoint}/v1/basins`, { method, headers });
        expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
      }
    } finally {
      await s2.close();
    }
  });

  it("is started again at the same place when it is killed, and says so once in words", async () => {
    const s2 = await start();
    try {
      const { endpoint, pid = 0 } = s2;
      process.kill(pid, "SIGKILL");
      await until(async () => s2.pid !== pid && (await answers(s2)));
      expect(s2.endpoint).toBe(endpoint);
      expect(said).toEqual([
        "the embedded S2 ended by SIGKILL; starting it again",
        "the embedded S2 runs again",
      ]);
    } finally {
      await s2.close();
    }
  });

  it("is started again once after a crash, and then never: what its map does to it is not tried in a loop", async () => {
    const s2 = await start();
    try {
      for (let crash = 0; crash < 2; crash++) {
        const { pid = 0 } = s2;
        process.kill(pid, "SIGBUS");
        await until(async () => s2.failed || (s2.pid !== pid && (await answers(s2))));
      }
      expect(s2.failed).toBe(true);
      expect(said).toHaveLength(3);
      expect(said[0]).toBe("the embedded S2 ended by SIGBUS; starting it again");
      expect(said[2]).toBe(
        "the embedded S2 is dead and is not started again: it crashed 2 times, the last time by SIGBUS: its data " +
          "may be damaged. Nothing can be recorded or read until it is looked after: end the server, run " +
          `\`reeltime-s2-lite check --dir ${join(dir, "s2")}\`, and start the server again`,
      );
      expect(alive(s2.pid ?? 0)).toBe(false);
    } finally {
      await s2.close();
    }
  });

  it("is dead when it cannot start again, which is said once and in its own words", async () => {
    const program = fake(`
      import { existsSync, writeFileSync } from "node:fs";
      const ran = ${JSON.stringify(join(dir, "ran"))};
      if (existsSync(ran)) {
        console.error("s2-lite: a row is damaged, too");
        console.error("s2-lite: the store is damaged");
        process.exit(1);
      }
      writeFileSync(ran, "");
      console.log(JSON.stringify({ listening: "http://127.0.0.1:1" }));
      setTimeout(() => process.exit(7), 1);`);
    const s2 = await start(program);
    await until(() => s2.failed);
    expect(said).toHaveLength(2);
    expect(said[0]).toBe("the embedded S2 ended with exit code 7; starting it again");
    expect(said[1]).toMatch(/is dead .*: the embedded S2 did not start: s2-lite: the store is damaged\. /);
    await s2.close();
  });

  it("is given up when it keeps ending, after so many times and not one more", async () => {
    const starts = join(dir, "starts");
    const program = fake(`
      import { appendFileSync } from "node:fs";
      appendFileSync(${JSON.stringify(starts)}, "x");
      console.log(JSON.stringify({ listening: "http://127.0.0.1:1" }));
      setTimeout(() => process.exit(7), 1);`);
    const s2 = await start(program);
    await until(() => s2.failed);
    const { readFileSync } = await import("node:fs");
    expect(readFileSync(starts, "utf8")).toHaveLength(1 + EMBEDDED_RESTARTS);
    expect(said.at(-1)).toMatch(`is dead and is not started again: it ended ${1 + EMBEDDED_RESTARTS} times`);
    await s2.close();
  });

  it("refuses a folder that another has, in one line", async () => {
    const s2 = await start();
    try {
      await expect(start()).rejects.toMatchObject({
        code: "config",
        exitCode: 2,
        message: expect.stringMatching(/^[^\n]+$/),
      });
    } finally {
      await s2.close();
    }
  });

  it("takes over a folder whose owner is about to end", async () => {
    const first = await start();
    const second = start();
    await first.close();
    const s2 = await second;
    expect(await answers(s2)).toBe(true);
    await s2.close();
  });

  it("says why it did not start", async () => {
    await expect(start(fake("console.error('no disk'); process.exit(1)"))).rejects.toMatchObject({
      code: "s2",
      message: "the embedded S2 did not start: no disk",
    });
    await expect(
      start(
        fake(
          "console.log('hello'); setInterval(() => {}, 1000); process.stdin.resume().on('end', () => process.exit())",
        ),
      ),
    ).rejects.toMatchObject({
      code: "s2",
      message: "the embedded S2 does not say where it listens",
    });
  });
});
