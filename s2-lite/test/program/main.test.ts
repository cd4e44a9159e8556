import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { AppendInput, AppendRecord } from "@s2-dev/streamstore";
import { beforeAll, describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { isLoopback } from "../../src/commands/serve.js";
import { startS2Lite } from "../../src/index.js";
import { bundleProgram, startProgram } from "../support/program.js";
import { h1, json } from "../support/raw.js";
import { startTestServer, startWithBasin, temporaryFolder } from "../support/server.js";

let program: string;
beforeAll(async () => {
  program = await bundleProgram();
});

/** Runs the program to its end. */
async function run(args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const code = child.exitCode ?? ((await once(child, "exit"))[0] as number);
  return { code, output, errors };
}

const batchOf = (...bodies: readonly string[]) =>
  AppendInput.create(bodies.map((body) => AppendRecord.string({ body })));

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
      const line = `^s2-lite: serving ${dir} \\(0 basins, 0 streams, [\\d.]+ KiB\\) at ${endpoint}, ready after \\d+ ms\n$`;
      expect(running.errors()).toMatch(new RegExp(line));
    }
  });

  it("says on start what is in the folder", async () => {
    const { server, basin } = await startWithBasin();
    for (const stream of ["one", "two"]) await basin.streams.create({ stream });
    await server.close();
    const running = startProgram(program, ["serve", "--dir", server.dir, "--port", "0"]);
    await running.listening;
    expect(running.errors()).toContain("(1 basin, 2 streams, ");
  });

  it("warns of an address that others can reach, and of no other", async () => {
    const dir = await temporaryFolder();
    for (const [host, warned] of [
      ["0.0.0.0", true],
      ["127.0.0.1", false],
    ] as const) {
      const running = startProgram(program, ["--dir", dir, "--port", "0", "--host", host]);
      await running.listening;
      const warnings = running
        .errors()
        .split("\n")
        .filter((line) => line.includes("no authentication"));
      expect(warnings).toHaveLength(warned ? 1 : 0);
      running.child.kill("SIGTERM");
      await running.exited;
    }
    const loopback = ["127.0.0.1", "127.1.2.3", "::1", "localhost"];
    expect(loopback.map(isLoopback)).toEqual(loopback.map(() => true));
    expect(["0.0.0.0", "::", "192.168.1.1", "127.evil.example"].map(isLoopback)).not.toContain(true);
  });

  it("tells its usage and its version, and exits 0", async () => {
    const { code, output, errors } = await run(["--help"]);
    expect([code, errors]).toEqual([0, ""]);
    for (const word of ["--dir", "copy --from", "check --dir"]) expect(output).toContain(word);
    expect(await run(["--version"])).toEqual({ code: 0, output: `${manifest.version}\n`, errors: "" });
  });

  it("refuses a wrong flag with one line, and exits 2", async () => {
    for (const args of [[], ["copy", "--from", "http://127.0.0.1:1"]]) {
      const { code, output, errors } = await run(args);
      expect([code, output]).toEqual([2, ""]);
      expect(errors).toMatch(/^s2-lite: --(dir|to) is missing; see reeltime-s2-lite --help\n$/);
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

describe("pages of other origins", () => {
  it("may use it, unless it is told that none may", async () => {
    const allowed = async (...flags: string[]) => {
      const running = startProgram(program, ["--dir", await temporaryFolder(), "--port", "0", ...flags]);
      const headers = { origin: "https://elsewhere.example", "access-control-request-method": "GET" };
      const path = "/v1/basins";
      const endpoint = await running.listening;
      const get = await h1(endpoint, { path, headers });
      const preflight = await h1(endpoint, { method: "OPTIONS", path, headers });
      return [get, preflight].map((one) => [one.status, one.headers["access-control-allow-origin"]]);
    };
    const origin = "https://elsewhere.example";
    expect(await allowed()).toEqual([
      [200, origin],
      [200, origin],
    ]);
    expect(await allowed("--no-cors")).toEqual([
      [200, undefined],
      [405, undefined],
    ]);
  });
});

describe("the check", () => {
  it("says what it read and that it is sound, and exits 0", async () => {
    const { server, basin } = await startWithBasin();
    await basin.streams.create({ stream: "s" });
    await basin.stream("s").append(batchOf("one", "two"));
    await server.close();
    const { code, output, errors } = await run(["check", "--dir", server.dir]);
    expect([code, errors]).toEqual([0, ""]);
    expect(output).toMatch(
      /^\S+ is sound\n {2}read: 1 basin, 1 stream, 2 records in 1 batch\n {2}file: [\d.]+ KiB, .*\n$/,
    );
  });

  it("says what is damaged and where, and exits 1", async () => {
    const { server, basin } = await startWithBasin();
    await basin.streams.create({ stream: "the-stream" });
    await basin.stream("the-stream").append(batchOf("precious"));
    await server.close();
    const file = join(server.dir, "data.mdb");
    const bytes = readFileSync(file);
    bytes.writeUInt8(0, bytes.lastIndexOf("precious"));
    writeFileSync(file, bytes);
    const { code, output } = await run(["check", "--dir", server.dir]);
    expect(code).toBe(1);
    expect(output.split("\n")[0]).toBe(`${server.dir} is damaged`);
    expect(output).toMatch(/checksum/);
  });

  it("refuses a folder that a server has, and one without a store, in one line, and exits 2", async () => {
    const { dir } = await startTestServer();
    const empty = await temporaryFolder();
    for (const [folder, why] of [
      [dir, "a server has the folder"],
      [empty, "there is no store in"],
    ] as const) {
      const { code, output, errors } = await run(["check", "--dir", folder]);
      expect([code, output]).toEqual([2, ""]);
      expect(errors).toMatch(new RegExp(`^s2-lite: ${why} ${folder}[^\n]*\n$`));
    }
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
