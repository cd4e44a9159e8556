import { AppendInput, AppendRecord } from "@s2-dev/streamstore";
import { expect, it } from "vitest";
import { bundleClockedServer, cpuMs, startClockedServer } from "../support/clocked.js";
import { streamConfig } from "../support/engine.js";
import { seedStreams } from "../support/seed.js";
import { BASIN, eventually, sdk, temporaryFolder } from "../support/server.js";
import { tell, trialSize } from "../support/trial-size.js";

const MB = 1_048_576;
const COUNT = trialSize(3_000, 100_000);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const mb = (bytes: number) => `${(bytes / MB).toFixed(1)} MB`;
const timed = async (work: () => Promise<unknown>): Promise<string> => {
  const startMs = performance.now();
  await work();
  return `${(performance.now() - startMs).toFixed(1)} ms`;
};

it(
  "a server with many streams starts as one with none, holds none in memory, and expires them all",
  async () => {
    const program = await bundleClockedServer();
    const nowMs = Date.now();
    const names = Array.from(
      { length: COUNT },
      (_, index) => `session/project/${String(index).padStart(8, "0")}`,
    );
    const dir = await temporaryFolder();
    const config = { retention_policy: { age: 30 * 86_400 }, delete_on_empty: { min_age_secs: 86_400 } };
    await seedStreams(dir, names, streamConfig(config), nowMs);

    const empty = await startClockedServer(program, await temporaryFolder(), nowMs);
    const server = await startClockedServer(program, dir, nowMs);
    tell(
      `${COUNT} streams: listening ${server.startedMs.toFixed(0)} ms after start and ${cpuMs(server.pid)} ms of CPU; ` +
        `with none ${empty.startedMs.toFixed(0)} and ${cpuMs(empty.pid)}`,
    );
    const emptyBytes = await empty.memoryBytes();
    // 320 bytes a stream would not fit in; what the look at the file took goes back little by little
    const fewBytes = emptyBytes + 32 * MB;
    await eventually(async () => expect(await server.memoryBytes()).toBeLessThan(fewBytes), 60_000);
    tell(`memory: ${mb(await server.memoryBytes())}, ${mb(emptyBytes)} with none`);

    const basin = sdk(server.endpoint).basin(BASIN);
    const page = (startAfter: string | undefined) =>
      basin.streams.list(startAfter === undefined ? { limit: 1_000 } : { limit: 1_000, startAfter });
    tell(
      `first page of 1,000: ${await timed(() => page(undefined))}, again ${await timed(() => page(undefined))}`,
    );
    tell(`a page in the middle: ${await timed(() => page(names[COUNT >> 1]))}`);
    let listed = 0;
    for (let after: string | undefined = ""; after !== undefined; ) {
      const { streams, hasMore }: Awaited<ReturnType<typeof page>> = await page(after);
      listed += streams.length;
      after = hasMore ? streams.at(-1)?.name : undefined;
    }
    expect(listed).toBe(COUNT);

    // Each is used once: all are in memory, and a minute later none is.
    const input = AppendInput.create([AppendRecord.string({ body: "two" })]);
    const touched = names.filter((_, index) => index % Math.ceil(COUNT / 20_000) === 0);
    for (let at = 0; at < touched.length; at += 64)
      await Promise.all(touched.slice(at, at + 64).map((name) => basin.stream(name).append(input)));
    const inUseBytes = await server.memoryBytes();
    await server.advance(2 * MINUTE_MS);
    await eventually(async () => expect(await server.memoryBytes()).toBeLessThan(fewBytes), 60_000);
    tell(
      `memory: ${mb(inUseBytes)} with ${touched.length} used just now, ${mb(await server.memoryBytes())} when they were not for a minute`,
    );

    // A month later everything has expired, and empty streams go: nothing is left of them.
    await basin.streams.create({ stream: "writer" });
    const writer = basin.stream("writer");
    const acksMs: number[] = [];
    let over = false;
    const writing = (async () => {
      const session = await writer.appendSession();
      while (!over) {
        const startMs = performance.now();
        await (await session.submit(input)).ack();
        acksMs.push(performance.now() - startMs);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await session.close();
    })();
    const startMs = performance.now();
    await server.advance(31 * DAY_MS);
    await eventually(async () => {
      await server.advance(11 * MINUTE_MS); // a check that comes too early is repeated after ten minutes
      expect((await basin.streams.list({ limit: 2 })).streams.length).toBe(1);
    }, 600_000);
    over = true;
    await writing;
    acksMs.sort((a, b) => a - b);
    tell(
      `all expired and deleted in ${((performance.now() - startMs) / 1_000).toFixed(1)} s; acks of one that goes on: ` +
        `p50 ${(acksMs[acksMs.length >> 1] ?? 0).toFixed(1)}, p99 ${(acksMs[Math.floor(acksMs.length * 0.99)] ?? 0).toFixed(1)}, longest ${(acksMs.at(-1) ?? 0).toFixed(1)} ms`,
    );
    expect((await writer.checkTail()).tail.seqNum).toBeGreaterThanOrEqual(acksMs.length);
    tell(`memory: ${mb(await server.memoryBytes())} right after`);
    await eventually(async () => expect(await server.memoryBytes()).toBeLessThan(fewBytes), 60_000);
    tell(`memory: ${mb(await server.memoryBytes())} a little later`);
    expect(server.errors()).toBe("");
  },
  trialSize(90_000, 1_800_000),
);
