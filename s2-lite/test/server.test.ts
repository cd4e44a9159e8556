import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AppendInput, AppendRecord } from "@s2-dev/streamstore";
import { describe, expect, it } from "vitest";
import { startS2Lite } from "../src/index.js";
import { encodeBatchKey } from "../src/keys/batch.js";
import { MAX_BODY_BYTES } from "../src/limits.js";
import { LmdbStore } from "../src/store/lmdb-store.js";
import { RECORDS, S2S } from "./support/one-stream.js";
import { H2Call, h1, h2connect, json } from "./support/raw.js";
import { appendPayload, frame, seenFrames } from "./support/s2s.js";
import { BASIN, startWithBasin } from "./support/server.js";

describe("closing", () => {
  it("acknowledges what was accepted, tells sessions that the rest never was, and frees the folder", async () => {
    const { server, basin } = await startWithBasin();
    await basin.streams.create({ stream: "s" });
    const h2 = h2connect(server.endpoint);
    const appends = new H2Call(h2, RECORDS, { ":method": "POST", ...S2S });
    const reads = new H2Call(h2, `${RECORDS}?seq_num=0`, S2S);
    await reads.until((call) => seenFrames(call.bytes).length === 1);
    appends.stream.write(frame(appendPayload("a")));
    await appends.until((call) => seenFrames(call.bytes).length === 1);
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(2_000);
    await Promise.all([appends.until((call) => call.ended), reads.until((call) => call.ended)]);
    const told = seenFrames(appends.bytes).at(-1)?.payload ?? Buffer.alloc(0);
    expect([told.readUInt16BE(0), JSON.parse(told.toString("utf8", 2)).code]).toEqual([
      503,
      "server_draining",
    ]);
    expect(LmdbStore.look(server.dir).owner).toMatchObject({ released: true });
    await (await startS2Lite({ dir: server.dir })).close();
  });

  it("twice is closing once", async () => {
    const { server } = await startWithBasin();
    await Promise.all([server.close(), server.close()]);
  });
});

describe("a body", () => {
  it("is refused past its limit, and a legal one at the batch's limit is not", async () => {
    const { server, basin } = await startWithBasin();
    await basin.streams.create({ stream: "s" });
    const post = (body: string) =>
      h1(server.endpoint, {
        method: "POST",
        path: RECORDS,
        headers: { "content-type": "application/json" },
        body,
      });
    const escaped = `{"records":[{"body":"${"\\u0001".repeat(1_048_568)}"}]}`;
    expect(escaped.length).toBeGreaterThan(6_000_000);
    expect((await post(escaped)).status).toBe(200);
    const padded = `{"records":[{"body":"x"}]}`.padEnd(MAX_BODY_BYTES);
    expect((await post(padded)).status).toBe(200);
    const refused = await post(`${padded} `);
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([400, "bad_json"]);
  });
});

describe("a damaged row", () => {
  it("is refused on reading, and never sent as records", async () => {
    const { server, basin } = await startWithBasin();
    await basin.streams.create({ stream: "s" });
    await basin.stream("s").append(AppendInput.create([AppendRecord.string({ body: "precious" })]));
    await basin.stream("s").append(AppendInput.create([AppendRecord.string({ body: "more" })]));
    await server.close();
    const store = LmdbStore.open(server.dir);
    let streamId = 0;
    let row: Buffer | undefined;
    while (row === undefined) row = store.get(encodeBatchKey(++streamId, 0));
    row[row.length - 1] = (row.at(-1) ?? 0) ^ 1;
    await store.commit([{ key: encodeBatchKey(streamId, 0), value: row }]);
    await store.close();
    const again = await startS2Lite({ dir: server.dir });
    try {
      const answer = await json(again.endpoint, "GET", `${RECORDS}?seq_num=0`);
      expect([answer.status, (answer.body as { code: string }).code]).toEqual([500, "storage"]);
      expect((await json(again.endpoint, "GET", `${RECORDS}?seq_num=1`)).status).toBe(200);
      const call = new H2Call(h2connect(again.endpoint), `${RECORDS}?seq_num=0`, S2S);
      await call.until((one) => one.ended);
      expect(seenFrames(call.bytes).map((one) => one.flags)).toEqual([0x80]);
    } finally {
      await again.close();
    }
  });
});

describe("a slow reader", () => {
  it("gets everything, and the server holds in memory only a little of what it does not take", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const { server, basin } = await startWithBasin();
    await basin.streams.create({ stream: "s" });
    const session = await basin.stream("s").appendSession();
    const body = new Uint8Array(500_000);
    const total = 60;
    for (let turn = 0; turn < total; turn++)
      await (await session.submit(AppendInput.create([AppendRecord.bytes({ body })]))).ack();
    await session.close();
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    const stream = h2connect(server.endpoint).request({
      ":path": `${RECORDS}?seq_num=0&count=${total + 1}&wait=20`,
      "s2-basin": BASIN,
      ...S2S,
    });
    let bytes = 0;
    let last = Buffer.alloc(0);
    await new Promise((resolve) => stream.once("readable", resolve)); // it flows, and nothing is taken
    for (let turn = 0; turn < 50; turn++) await json(server.endpoint, "GET", `${RECORDS}/tail`);
    collectGarbage();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
    const ended = new Promise((resolve) => stream.once("end", resolve));
    stream.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      last = Buffer.concat([last, chunk]).subarray(-60);
    });
    await basin.stream("s").append(AppendInput.create([AppendRecord.string({ body: "the last one" })]));
    await ended;
    expect(bytes).toBeGreaterThan(total * body.length);
    expect(last.includes("the last one")).toBe(true);
  });
});
