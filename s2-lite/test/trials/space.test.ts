import { once } from "node:events";
import * as http from "node:http";
import { AppendInput, AppendRecord, type S2Stream } from "@s2-dev/streamstore";
import { describe, expect, it } from "vitest";
import { checkStore } from "../../src/check/check-store.js";
import { bundleClockedServer, type ClockedServer, startClockedServer } from "../support/clocked.js";
import { BASIN, eventually, sdk, temporaryFolder } from "../support/server.js";
import { tell, trialSize } from "../support/trial-size.js";

const MB = 1_048_576;
const HOUR_MS = 3_600_000;
const RECORD_BYTES = 1_024;
const STREAMS = 8;

const mb = (bytes: number) => `${(bytes / MB).toFixed(1)} MB`;
const median = (values: readonly number[], at = 0.5) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * at))] ?? 0;

/** Records of 1 KiB that differ, `count` in a batch. */
const batchOf = (count: number, text: string) =>
  AppendInput.create(
    Array.from({ length: count }, (_, index) =>
      AppendRecord.string({ body: `${text} ${index} `.padEnd(RECORD_BYTES, text) }),
    ),
  );

async function makeStreams(server: ClockedServer, ageSecs: number): Promise<S2Stream[]> {
  const s2 = sdk(server.endpoint);
  await s2.basins.create({ basin: BASIN });
  const basin = s2.basin(BASIN);
  return Promise.all(
    Array.from({ length: STREAMS }, async (_, index) => {
      const stream = `s${index}`;
      await basin.streams.create({ stream, config: { retentionPolicy: { ageSecs } } });
      return basin.stream(stream);
    }),
  );
}

/** A reader of all of a stream that stops reading at once, and what it got once it goes on. */
async function stalledReader(server: ClockedServer, stream: string) {
  const request = http.get(`${server.endpoint}/v1/streams/${stream}/records?seq_num=0&wait=5`, {
    headers: { "s2-basin": BASIN, accept: "text/event-stream" },
  });
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  response.pause();
  return async () => {
    let text = "";
    for await (const chunk of response) text += String(chunk);
    return [...text.matchAll(/"seq_num":(\d+),"timestamp":\d+,"body"/g)].map(([, seqNum]) => Number(seqNum));
  };
}

describe("a day of retention", () => {
  const stepMs = trialSize(2 * HOUR_MS, HOUR_MS / 12);
  const ageSecs = trialSize(6, 1) * 3_600;
  const steps = (24 * HOUR_MS) / stepMs;
  const stepBytes = trialSize(2, 5) * MB;

  it(
    "levels off at 2.5 times the live bytes, also with a follower that stops reading",
    async () => {
      const program = await bundleClockedServer();
      const start = async () => startClockedServer(program, await temporaryFolder());
      const stalled = await start();
      const plain = await start();
      const servers = [stalled, plain] as const;
      const all = await Promise.all(servers.map((server) => makeStreams(server, ageSecs)));
      const read = await stalledReader(stalled, "s0");
      const perStream = stepBytes / STREAMS / RECORD_BYTES;
      const oldest = async (server: ClockedServer, stream: S2Stream | undefined) => {
        const batch = await stream?.read({ start: { from: { seqNum: 0 } }, stop: { limits: { count: 1 } } });
        const wroteMs = Number(batch?.records[0]?.timestamp ?? server.nowMs);
        expect(server.nowMs - wroteMs).toBeLessThan(ageSecs * 1_000 * (1 + 1 / 32) + stepMs);
      };
      const sizes: number[][] = [[], []];
      for (let step = 0; step < steps; step++) {
        await Promise.all(
          servers.map(async (server, which) => {
            await Promise.all(
              (all[which] ?? []).map(async (stream, index) => {
                for (let left = perStream; left > 0; left -= 64)
                  await stream.append(batchOf(64, `${step}.${index}`));
              }),
            );
            await server.advance(stepMs);
            await eventually(() => oldest(server, all[which]?.[step % STREAMS]), 30_000);
            sizes[which]?.push(server.fileBytes());
          }),
        );
      }
      const liveBytes = stepBytes * ((ageSecs * 1_000) / stepMs + 1); // with what came since the clock last moved
      const [withReader = 0, without = 0] = await Promise.all(servers.map((server) => server.memoryBytes()));
      for (const [which, name] of ["with a reader that stopped", "without one"].entries()) {
        const own = sizes[which] ?? [];
        const lastHalf = own.slice(own.length / 2);
        const peak = Math.max(...lastHalf);
        tell(
          `a day ${name}: ${mb(stepBytes * steps)} written, ${mb(liveBytes)} live, file ${mb(peak)} (x${(peak / liveBytes).toFixed(2)}), half-way ${mb(own[own.length >> 1] ?? 0)}`,
        );
        expect(peak).toBeLessThanOrEqual(2.5 * liveBytes);
      }
      tell(`memory: ${mb(withReader)} with the reader that stopped, ${mb(without)} without`);
      expect(withReader - without).toBeLessThanOrEqual(16 * MB);

      // it goes on where what is left begins, in order, to the end
      const seen = await read();
      const tail = (await all[0]?.[0]?.checkTail())?.tail.seqNum ?? 0;
      expect(seen.at(-1)).toBe(tail - 1);
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
      for (const server of servers) {
        expect(server.errors()).toBe("");
        await server.kill();
        expect(await checkStore(server.dir)).toMatchObject({ outcome: "sound" });
      }
    },
    trialSize(120_000, 3_600_000),
  );
});

describe("deleting a large stream", () => {
  const bytes = trialSize(32, 1_024) * MB;

  it.each([
    { rows: "of 1 MB", count: 900 },
    { rows: "of 4 KB", count: 4 },
  ])(
    "in rows $rows leaves others their acks, and its room to what comes next",
    async ({ rows, count }) => {
      const server = await startClockedServer(await bundleClockedServer(), await temporaryFolder());
      const s2 = sdk(server.endpoint);
      await s2.basins.create({ basin: BASIN, config: { createStreamOnAppend: true } });
      const basin = s2.basin(BASIN);
      const large = basin.stream("large");
      await fill(large, bytes, count);
      const full = server.fileBytes();

      let phase: "before" | "during" = "before";
      const acks = { before: [] as number[], during: [] as number[] };
      let stop = false;
      const writers = Array.from({ length: 8 }, async (_, index) => {
        const session = await basin.stream(`other${index}`).appendSession();
        while (!stop) {
          const startMs = performance.now();
          const ticket = await session.submit(batchOf(1, `${index}`));
          await ticket.ack();
          acks[phase].push(performance.now() - startMs);
        }
        await session.close();
      });
      await eventually(async () => expect(acks.before.length).toBeGreaterThan(trialSize(400, 5_000)), 60_000);
      phase = "during";
      const startMs = performance.now();
      await basin.streams.delete({ stream: "large" });
      await eventually(async () => {
        const names = (await basin.streams.list()).streams.map(({ name }) => name);
        expect(names).not.toContain("large");
      }, 120_000);
      const tookMs = performance.now() - startMs;
      stop = true;
      await Promise.all(writers);
      const line = (values: readonly number[]) =>
        `p50 ${median(values).toFixed(1)}, p99 ${median(values, 0.99).toFixed(1)}, longest ${Math.max(...values).toFixed(1)} ms of ${values.length}`;
      tell(`deleting ${mb(bytes)} in rows ${rows}: ${(tookMs / 1_000).toFixed(1)} s`);
      tell(`  acks of 8 others before: ${line(acks.before)}`);
      tell(`  acks of 8 others during: ${line(acks.during)}`);
      expect(acks.during.length).toBeGreaterThan(0);

      await fill(basin.stream("next"), bytes / 2, count);
      tell(`  file: ${mb(full)} full, ${mb(server.fileBytes())} after half as much was written again`);
      expect(server.fileBytes()).toBeLessThan(full * 1.1 + 8 * MB);
      expect(server.errors()).toBe("");
    },
    trialSize(60_000, 900_000),
  );
});

async function fill(stream: S2Stream, bytes: number, count: number): Promise<void> {
  const input = batchOf(count, "fill");
  const session = await stream.appendSession();
  let last: { ack(): Promise<unknown> } | undefined;
  for (let written = 0; written < bytes; written += count * RECORD_BYTES) last = await session.submit(input);
  await last?.ack();
  await session.close();
}
