import { chmodSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { startS2Lite } from "../../src/index.js";
import { bundleProgram, startProgram } from "../support/program.js";
import { json } from "../support/raw.js";
import { startTestServer, temporaryFolder } from "../support/server.js";

let program: string;
beforeAll(async () => {
  program = await bundleProgram();
});

const sockets = (dir: string) => readdirSync(dir).filter((name) => name.endsWith(".sock"));

describe("the program", () => {
  it("says in one line where it listens, and drains and exits 0 on SIGTERM and SIGINT", async () => {
    const dir = await temporaryFolder();
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const running = startProgram(program, ["--dir", dir, "--port", "0"]);
      const endpoint = await running.listening;
      expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect((await json(endpoint, "GET", "/v1/basins")).body).toEqual({ basins: [], has_more: false });
      running.child.kill(signal);
      expect(await running.exited).toBe(0);
      expect(running.lines).toHaveLength(1);
      expect(running.errors()).toBe("");
    }
  });

  it("refuses a wrong flag with one line, and exits 2", async () => {
    const dir = await temporaryFolder();
    const wrong = [
      [],
      ["--dir", dir],
      ["--port", "1"],
      ["--dir", dir, "--port", "70000"],
      ["--dir", dir, "--port", "0", "--colour"],
      ["--dir", dir, "--port", "0", "stray"],
    ];
    for (const args of wrong) {
      const running = startProgram(program, args);
      expect(await running.exited).toBe(2);
      expect(running.errors().trimEnd().split("\n")).toHaveLength(1);
      expect(running.errors()).toMatch(/--|stray/);
      expect(running.lines).toEqual([]);
    }
  });

  it("refuses a port that is taken, and exits 2", async () => {
    const { port } = await startTestServer();
    const running = startProgram(program, ["--dir", await temporaryFolder(), "--port", String(port)]);
    expect(await running.exited).toBe(2);
    expect(running.errors()).toContain(String(port));
  });

  it("exits when its standard input ends, if told to watch it", async () => {
    const dir = await temporaryFolder();
    const watching = startProgram(program, ["--dir", dir, "--port", "0", "--parent-watch"]);
    await watching.listening;
    watching.child.stdin?.end();
    expect(await watching.exited).toBe(0);
    const careless = startProgram(program, ["--dir", dir, "--port", "0"]);
    const endpoint = await careless.listening;
    careless.child.stdin?.end();
    expect((await json(endpoint, "GET", "/v1/basins")).status).toBe(200);
  });
});

describe("a folder", () => {
  it("belongs to one process at a time, by whatever path", async () => {
    const dir = await temporaryFolder();
    const link = join(await temporaryFolder(), "link");
    symlinkSync(dir, link);
    const owner = startProgram(program, ["--dir", dir, "--port", "0"]);
    await owner.listening;
    for (const path of [dir, link]) {
      const second = startProgram(program, ["--dir", path, "--port", "0"]);
      expect(await second.exited).toBe(2);
      expect(second.errors()).toBe(`s2-lite: the folder ${path} is in use by another s2-lite\n`);
      await expect(startS2Lite({ dir: path })).rejects.toMatchObject({ code: "folder_in_use" });
    }
    owner.child.kill("SIGTERM");
    await owner.exited;
    await (await startS2Lite({ dir })).close();
  });

  it("is refused to a second server in the same process, which leaves the first one working", async () => {
    const { endpoint, dir } = await startTestServer();
    await expect(startS2Lite({ dir })).rejects.toMatchObject({ code: "folder_in_use" });
    expect((await json(endpoint, "PUT", "/v1/basins/still-here")).status).toBe(201);
  });

  it("goes to one of many processes that come at once", async () => {
    const dir = await temporaryFolder();
    for (let round = 0; round < 3; round++) {
      const comers = Array.from({ length: 4 }, () => startProgram(program, ["--dir", dir, "--port", "0"]));
      const ends = await Promise.all(
        comers.map(({ listening, exited }) =>
          Promise.race([listening.then(() => "owner"), exited]).catch(() => exited),
        ),
      );
      expect(ends.map(String).sort()).toEqual(["2", "2", "2", "owner"]);
      for (const { child, exited } of comers) {
        child.kill("SIGKILL");
        await exited;
      }
    }
  });

  it("is free again after its owner was killed, and only one of many that come takes it", async () => {
    const dir = await temporaryFolder();
    const owner = startProgram(program, ["--dir", dir, "--port", "0"]);
    await owner.listening;
    owner.child.kill("SIGKILL");
    await owner.exited;
    expect(sockets(dir)).toHaveLength(1); // left behind, and no hindrance
    const comers = await Promise.allSettled(Array.from({ length: 6 }, () => startS2Lite({ dir })));
    const winners = comers.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(winners).toHaveLength(1);
    for (const comer of comers)
      if (comer.status === "rejected") expect(comer.reason).toMatchObject({ code: "folder_in_use" });
    await winners[0]?.close();
    expect(sockets(dir)).toEqual([]);
  });

  it("may have a path longer than a socket's may be", async () => {
    const dir = join(await temporaryFolder(), "d".repeat(90), "e".repeat(90));
    const server = await startS2Lite({ dir });
    await expect(startS2Lite({ dir })).rejects.toMatchObject({ code: "folder_in_use" });
    await server.close();
    await (await startS2Lite({ dir })).close();
  });

  it("that cannot be written is refused", async () => {
    if (process.getuid?.() === 0) return; // root may write anywhere
    const dir = await temporaryFolder();
    chmodSync(dir, 0o500);
    await expect(startS2Lite({ dir: join(dir, "inner") })).rejects.toThrow();
  });
});
