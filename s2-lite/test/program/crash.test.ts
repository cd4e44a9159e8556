import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AppendInput, AppendRecord, type S2Basin } from "@s2-dev/streamstore";
import { beforeAll, describe, expect, it } from "vitest";
import { bundleProgram, startProgram } from "../support/program.js";
import { json } from "../support/raw.js";
import { BASIN, eventually, sdk, temporaryFolder } from "../support/server.js";

let program: string;
beforeAll(async () => {
  program = await bundleProgram();
});

/** What a writer was told of one record. */
interface Acked {
  readonly seqNum: number;
  readonly timestamp: number;
  readonly body: string;
}

const STREAMS = 8;
const CYCLES = 5;

/** Appends to one stream until the server is gone; keeps what was acknowledged and what was sent. */
async function write(
  basin: S2Basin,
  index: number,
  cycle: number,
  acked: Acked[],
  sent: Set<string>,
): Promise<void> {
  try {
    const session = await basin.stream(`s${index}`).appendSession();
    for (let turn = 0; ; turn++) {
      const bodies = Array.from(
        { length: 1 + (turn % 3) },
        (_, part) => `${cycle}.${index}.${turn}.${part}.${"x".repeat(turn % 700)}`,
      );
      for (const body of bodies) sent.add(body);
      const ticket = await session.submit(
        AppendInput.create(bodies.map((body) => AppendRecord.string({ body }))),
      );
      // Several in flight: acks are taken as they come.
      const acking = ticket.ack().then((ack) => {
        bodies.forEach((body, part) => {
          acked.push({ seqNum: ack.start.seqNum + part, timestamp: ack.end.timestamp.getTime(), body });
        });
      });
      if (turn % 4 === 3) await acking;
      else acking.catch(() => undefined);
    }
  } catch {
    // the server was killed: what was acknowledged is what counts
  }
}

describe("a kill at any moment", () => {
  it("loses nothing acknowledged and leaves nothing twice, torn or out of order", async () => {
    const dir = await temporaryFolder();
    const acked: Acked[][] = Array.from({ length: STREAMS }, () => []);
    const sent: Set<string>[] = Array.from({ length: STREAMS }, () => new Set());
    for (let cycle = 0; cycle <= CYCLES; cycle++) {
      const running = startProgram(program, ["--dir", dir, "--port", "0"]);
      const endpoint = await running.listening;
      const s2 = sdk(endpoint, { retry: { maxAttempts: 1 }, requestTimeoutMillis: 5_000 });
      await s2.basins.ensure({ basin: BASIN, config: { createStreamOnAppend: true } });
      const basin = s2.basin(BASIN);
      for (let index = 0; index < STREAMS && cycle > 0; index++)
        await verify(basin, index, acked[index] ?? [], sent[index] ?? new Set());
      if (cycle === CYCLES) {
        running.child.kill("SIGTERM");
        expect(await running.exited).toBe(0);
        return;
      }
      const before = acked.map((list) => list.length);
      const writers = acked.map((list, index) => write(basin, index, cycle, list, sent[index] ?? new Set()));
      await eventually(async () => {
        for (const [index, list] of acked.entries())
          expect(list.length).toBeGreaterThan((before[index] ?? 0) + 5);
      });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 250)); // and then at any moment
      running.child.kill("SIGKILL");
      await running.exited;
      await Promise.all(writers);
    }
  });
});

async function verify(basin: S2Basin, index: number, acked: readonly Acked[], sent: ReadonlySet<string>) {
  expect(acked.length).toBeGreaterThan(0);
  const stream = basin.stream(`s${index}`);
  const { tail } = await stream.checkTail();
  const seen: { body: string; timestamp: number }[] = [];
  let latest = 0;
  const start = { from: { seqNum: 0 } };
  for await (const record of await stream.readSession({ start, stop: { waitSecs: 0 } })) {
    expect(record.seqNum).toBe(seen.length); // dense and in order
    expect(sent.has(record.body)).toBe(true); // whole
    expect(record.timestamp.getTime()).toBeGreaterThanOrEqual(latest);
    latest = record.timestamp.getTime();
    seen.push({ body: record.body, timestamp: latest });
  }
  expect(seen).toHaveLength(tail.seqNum);
  expect(new Set(seen.map((record) => record.body)).size).toBe(seen.length); // once
  for (const { seqNum, timestamp, body } of acked) {
    expect(seen[seqNum]?.body).toBe(body);
    expect(seen[seqNum]?.timestamp).toBe(timestamp);
  }
}

function hasStrace(): boolean {
  try {
    execFileSync("strace", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("the kernel", () => {
  it.runIf(process.platform === "linux" && hasStrace())("sees the sync before the ack", async () => {
    const dir = await temporaryFolder();
    const trace = join(dir, "trace.txt");
    const calls = "trace=fdatasync,fsync,msync,write,writev,sendto,sendmsg";
    const running = startProgram(
      program,
      ["--dir", join(dir, "data"), "--port", "0"],
      ["strace", "-f", "-s", "400", "-e", calls, "-o", trace],
    );
    const endpoint = await running.listening;
    await json(endpoint, "POST", "/v1/basins", { basin: BASIN, config: { create_stream_on_append: true } });
    await json(endpoint, "POST", "/v1/streams/s/records", { records: [{ body: "warm" }] });
    const rounds = 5;
    for (let round = 0; round < rounds; round++)
      await json(endpoint, "POST", "/v1/streams/s/records", {
        records: [{ body: "x" }],
        match_seq_num: round + 1,
      });
    process.kill(
      Number(
        execFileSync("pgrep", ["-P", String(running.child.pid)])
          .toString()
          .trim()
          .split("\n")[0],
      ),
      "SIGTERM",
    );
    await running.exited;
    // A sync must have finished between any two acks: the client sends one append after the other.
    const events = readFileSync(trace, "utf8")
      .split("\n")
      .flatMap((line) => {
        if (/(fdatasync|fsync|msync)(\(\d+\)| resumed>\)).*= 0/.test(line)) return ["sync"];
        const ack = /\\"start\\":\{\\"seq_num\\":(\d+)/.exec(line);
        return ack?.[1] === undefined ? [] : [`ack ${ack[1]}`];
      });
    for (let round = 1; round <= rounds; round++) {
      const from = events.indexOf(`ack ${round - 1}`);
      const to = events.indexOf(`ack ${round}`);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(events.slice(from, to)).toContain("sync");
    }
  });
});
