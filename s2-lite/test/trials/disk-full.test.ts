import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { checkStore } from "../../src/check/check-store.js";
import { bundleProgram, startProgram } from "../support/program.js";
import { json } from "../support/raw.js";
import { BASIN, eventually, temporaryFolder } from "../support/server.js";
import { FULL_LENGTH, tell, trialSize } from "../support/trial-size.js";

const DISK_MB = trialSize(24, 64);
const STREAMS = 6;
const BODY = "x".repeat(12_000);

let program: string;
beforeAll(async () => {
  program = await bundleProgram();
});

function mount(args: readonly string[]): boolean {
  try {
    execFileSync("mount", args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A file system of its own in memory; undefined, said aloud, where mounting is not allowed. */
async function smallDisk(megabytes: number): Promise<string | undefined> {
  const dir = join(await temporaryFolder(), "disk");
  mkdirSync(dir);
  if (process.platform !== "linux" || !mount(["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", dir])) {
    tell("SKIPPED: a full disk needs the right to mount one");
    return undefined;
  }
  onTestFinished(() => void execFileSync("umount", ["--lazy", dir]));
  return dir;
}

/** A client that remembers what was acknowledged. */
class Client {
  readonly #endpoint: string;
  readonly #padding: string;
  /** By stream, the bodies that were acknowledged, by number. */
  readonly acked = Array.from({ length: STREAMS }, () => new Map<number, string>());
  #turn = 0;

  constructor(endpoint: string, padding = BODY) {
    this.#endpoint = endpoint;
    this.#padding = padding;
  }

  /** Appends one record to a stream; returns the answer. */
  async append(stream: number): Promise<{ status: number; body: unknown }> {
    const body = `${this.#turn++} ${this.#padding}`;
    const answer = await this.#post(stream, { records: [{ body }] });
    if (answer.status === 200)
      this.acked[stream]?.set((answer.body as { start: { seq_num: number } }).start.seq_num, body);
    return answer;
  }

  /** Appends from many sides until one of them is refused; returns that answer. */
  async fill(sides = STREAMS): Promise<{ status: number; body: unknown }> {
    let refused: { status: number; body: unknown } | undefined;
    const go = async (stream: number) => {
      while (refused === undefined) {
        const answer = await this.append(stream);
        if (answer.status !== 200) refused ??= answer;
      }
    };
    await Promise.all(Array.from({ length: sides }, (_, stream) => go(stream)));
    return refused ?? { status: 0, body: undefined };
  }

  async trim(stream: number, before: number): Promise<number> {
    const point = Buffer.alloc(8);
    point.writeBigUInt64BE(BigInt(before));
    const header = ["", Buffer.from("trim").toString("base64")];
    const record = { headers: [header], body: point.toString("base64") };
    const { status } = await this.#post(stream, { records: [record] }, { "s2-format": "base64" });
    if (status === 200)
      for (const seqNum of this.acked[stream]?.keys() ?? [])
        if (seqNum < before) this.acked[stream]?.delete(seqNum);
    return status;
  }

  async delete(stream: number): Promise<number> {
    const headers = { "s2-basin": BASIN };
    const { status } = await json(this.#endpoint, "DELETE", `/v1/streams/s${stream}`, undefined, headers);
    this.acked[stream]?.clear();
    return status;
  }

  /** Reads all that was acknowledged back, and returns how many records that were. */
  async verify(): Promise<number> {
    let count = 0;
    for (const [stream, acked] of this.acked.entries()) {
      const seen = new Map<number, string>();
      for (let at = 0; acked.size > 0; ) {
        const path = `/v1/streams/s${stream}/records?seq_num=${at}`;
        const { status, body } = await json(this.#endpoint, "GET", path, undefined, { "s2-basin": BASIN });
        if (status === 416) break;
        expect(status).toBe(200);
        const { records } = body as { records: { seq_num: number; body?: string }[] };
        for (const record of records) seen.set(record.seq_num, record.body ?? "");
        if (records.length === 0) break;
        at = (records.at(-1)?.seq_num ?? 0) + 1;
      }
      for (const [seqNum, body] of acked)
        expect(seen.get(seqNum) === body, `s${stream} ${seqNum}`).toBe(true);
      count += acked.size;
    }
    return count;
  }

  #post(stream: number, body: unknown, headers: Record<string, string> = {}) {
    const all = { "s2-basin": BASIN, ...headers };
    return json(this.#endpoint, "POST", `/v1/streams/s${stream}/records`, body, all);
  }
}

describe("a full disk", () => {
  it("refuses appends clearly, serves reads, trims and deletes, and takes appends again", {
    timeout: 300_000,
  }, async () => {
    const disk = await smallDisk(DISK_MB);
    if (disk === undefined) return;
    const dir = join(disk, "data");
    const running = startProgram(program, ["--dir", dir, "--port", "0"]);
    const endpoint = await running.listening;
    await json(endpoint, "POST", "/v1/basins", { basin: BASIN, config: { create_stream_on_append: true } });
    const client = new Client(endpoint);

    const refused = await client.fill();
    expect(refused.status).toBe(500);
    expect(refused.body).toEqual({ code: "storage", message: expect.stringContaining("disk is full") });
    const stored = await client.verify();
    tell(`full after ${stored} records on ${DISK_MB} MB`);
    // It says so to every append, and lives.
    for (let turn = 0; turn < 5; turn++)
      expect(await client.append(turn)).toMatchObject({ status: 500, body: { code: "storage" } });

    // A trim makes room within the file: appends go on although the disk is as full as before.
    expect(await client.trim(0, client.acked[0]?.size ?? 0)).toBe(200);
    expect(await client.delete(1)).toBe(202);
    const before = performance.now();
    await eventually(async () => expect((await client.append(2)).status).toBe(200), 30_000);
    tell(`appends again ${Math.round(performance.now() - before)} ms after a trim and a deletion`);
    await client.verify();

    // Full again, and now the disk grows.
    expect((await client.fill()).body).toMatchObject({ code: "storage" });
    expect(mount(["-o", `remount,size=${DISK_MB + 16}m`, disk])).toBe(true);
    await eventually(async () => expect((await client.append(3)).status).toBe(200), 30_000);
    tell(`${await client.verify()} records are all there`);

    // One line when it is full, one when there is room again: no flood.
    const lines = running.errors().split("\n");
    const count = (words: string) => lines.filter((line) => line.includes(words)).length;
    expect(count("the disk is full")).toBeGreaterThanOrEqual(2);
    expect(count("the disk is full")).toBeLessThanOrEqual(6);
    expect(Math.abs(count("the disk is full") - count("there is room again"))).toBeLessThanOrEqual(1);
    expect(lines.join("\n")).not.toContain("UnhandledPromise");

    running.child.kill("SIGTERM");
    expect(await running.exited).toBe(0);
    const report = await checkStore(dir);
    expect(report).toMatchObject({ outcome: "sound", findings: [] });
  });

  it("can be emptied again and again, although it never grows", { timeout: 300_000 }, async () => {
    const disk = await smallDisk(16);
    if (disk === undefined) return;
    const dir = join(disk, "data");
    const running = startProgram(program, ["--dir", dir, "--port", "0"]);
    const endpoint = await running.listening;
    await json(endpoint, "POST", "/v1/basins", { basin: BASIN, config: { create_stream_on_append: true } });
    const client = new Client(endpoint, "x".repeat(1_500)); // small enough for any page that is free
    for (let round = 0; round < 3; round++) {
      expect((await client.fill(1)).body, `round ${round}`).toMatchObject({ code: "storage" });
      expect(await client.trim(0, Number.MAX_SAFE_INTEGER), `round ${round}`).toBe(200);
      await eventually(async () => expect((await client.append(0)).status).toBe(200), 30_000);
    }
    await client.verify();
    running.child.kill("SIGTERM");
    expect(await running.exited).toBe(0);
    expect(await checkStore(dir)).toMatchObject({ outcome: "sound" });
  });

  it("is no obstacle to starting, and to making room then", { timeout: 120_000 }, async () => {
    const disk = await smallDisk(16);
    if (disk === undefined) return;
    const dir = join(disk, "data");
    const first = startProgram(program, ["--dir", dir, "--port", "0"]);
    const endpoint = await first.listening;
    await json(endpoint, "POST", "/v1/basins", { basin: BASIN, config: { create_stream_on_append: true } });
    const filler = new Client(endpoint);
    await filler.fill();
    first.child.kill("SIGKILL");
    await first.exited;
    const second = startProgram(program, ["--dir", dir, "--port", "0"]);
    const client = new Client(await second.listening);
    for (const [stream, acked] of filler.acked.entries())
      for (const [seqNum, body] of acked) client.acked[stream]?.set(seqNum, body);
    await client.verify();
    expect(await client.delete(0)).toBe(202);
    expect(await client.trim(1, 10_000)).toBe(200);
    await eventually(async () => expect((await client.append(2)).status).toBe(200), 30_000);
    await client.verify();
  });
});

describe("a folder that cannot be written", () => {
  it("is refused in one line that says so", async () => {
    const disk = await smallDisk(16);
    if (disk === undefined) return;
    const dir = join(disk, "data");
    const first = startProgram(program, ["--dir", dir, "--port", "0"]);
    await first.listening;
    first.child.kill("SIGTERM");
    expect(await first.exited).toBe(0);
    expect(mount(["-o", "remount,ro", disk])).toBe(true);
    const second = startProgram(program, ["--dir", dir, "--port", "0"]);
    expect(await second.exited).toBe(1);
    expect(second.errors().trim().split("\n")).toHaveLength(1);
    expect(second.errors()).toMatch(/cannot be (opened|written).*read-only/i);
  });
});

describe("a process whose address space is limited", () => {
  // Filling even the smallest map takes a while: at full length alone.
  it.runIf(FULL_LENGTH)(
    "refuses appends before its map is full, and takes them again after a trim",
    {
      timeout: 120_000,
    },
    async () => {
      if (process.platform !== "linux") {
        tell("SKIPPED: ulimit -v is Linux's");
        return;
      }
      const dir = await temporaryFolder();
      const ask = "/^VmSize:\\s+(\\d+)/m.exec(require('fs').readFileSync('/proc/self/status','utf8'))[1]";
      const nodeKb = Number(execFileSync(process.execPath, ["-p", ask]).toString());
      const limitKb = nodeKb + 700 * 1_024; // Node takes more while it works
      const running = startProgram(
        program,
        ["--dir", dir, "--port", "0"],
        ["sh", "-c", `ulimit -v ${limitKb}; exec "$0" "$@"`],
      );
      const endpoint = await running.listening;
      await json(endpoint, "POST", "/v1/basins", { basin: BASIN, config: { create_stream_on_append: true } });
      const client = new Client(endpoint, BODY.repeat(30));
      expect((await client.fill(1)).body).toEqual({
        code: "storage",
        message: expect.stringContaining("address space"),
      });
      tell(`full after ${await client.verify()} large records`);
      expect(await client.append(1)).toMatchObject({ status: 500 });
      expect(await client.trim(0, Math.ceil((client.acked[0]?.size ?? 0) / 2))).toBe(200);
      await eventually(async () => expect((await client.append(1)).status).toBe(200), 30_000);
      await client.verify();
      running.child.kill("SIGTERM");
      expect(await running.exited).toBe(0);
      expect(await checkStore(dir)).toMatchObject({ outcome: "sound" });
    },
  );
});
