import { AppendInput, AppendRecord, type S2Stream } from "@s2-dev/streamstore";
import { describe, expect, it } from "vitest";
import { startS2Lite } from "../../src/index.js";
import { BASIN, eventually, sdk, startWithBasin } from "../support/server.js";

const batch = (...bodies: string[]) =>
  AppendInput.create(bodies.map((body) => AppendRecord.string({ body })));

const bodies = async (stream: S2Stream) =>
  (await stream.read({ start: { from: { seqNum: 0 } } })).records.map(({ body }) => body);

describe("retention by age", () => {
  it("counts from the server's clock at the write, not from the record's timestamp, and keeps the tail", async () => {
    let nowMs = Date.now();
    const now = () => nowMs;
    const { server, basin } = await startWithBasin({ now });
    await basin.streams.create({ stream: "s", config: { retentionPolicy: { ageSecs: 60 } } });
    const stream = basin.stream("s");
    const old = AppendRecord.string({ body: "old by its timestamp", timestamp: new Date(nowMs - 3_600_000) });
    await stream.append(AppendInput.create([old]));
    const ack = await stream.append(batch("new"));
    nowMs += 55_000;
    await new Promise((resolve) => setTimeout(resolve, 1_200)); // two looks for what expired: nothing did
    expect(await bodies(stream)).toEqual(["old by its timestamp", "new"]);
    nowMs += 10_000;
    await eventually(async () => expect(await bodies(stream)).toEqual([]));
    expect((await stream.checkTail()).tail).toEqual(ack.tail);
    const unwritten = await stream
      .read({ start: { from: { timestamp: new Date(0) } } })
      .catch((e: unknown) => e);
    expect(unwritten).toMatchObject({ status: 416 });
    await server.close();
    const again = await startS2Lite({ dir: server.dir, now });
    try {
      const reopened = sdk(again.endpoint).basin(BASIN).stream("s");
      expect((await reopened.checkTail()).tail).toEqual(ack.tail);
      expect((await reopened.append(batch("next"))).start.seqNum).toBe(2);
      expect(await bodies(reopened)).toEqual(["next"]);
    } finally {
      await again.close();
    }
  });

  it("that is changed holds for what is written later: readers pass over what expired in between", async () => {
    let nowMs = Date.now();
    const { basin } = await startWithBasin({ now: () => nowMs });
    await basin.streams.create({ stream: "s", config: { retentionPolicy: { ageSecs: 7_200 } } });
    const stream = basin.stream("s");
    await stream.append(batch("kept for two hours", "as this is"));
    await basin.streams.reconfigure({ stream: "s", retentionPolicy: { ageSecs: 60 } });
    await stream.append(batch("kept for a minute"));
    await basin.streams.reconfigure({ stream: "s", retentionPolicy: { infinite: {} } });
    await stream.append(batch("kept for ever"));
    nowMs += 62_000;
    await eventually(async () =>
      expect(await bodies(stream)).toEqual(["kept for two hours", "as this is", "kept for ever"]),
    );
    const seen: number[] = [];
    const session = await stream.readSession({ start: { from: { seqNum: 1 } }, stop: { waitSecs: 0 } });
    for await (const record of session) seen.push(record.seqNum);
    expect(seen).toEqual([1, 3]);
    const inside = await stream.read({ start: { from: { seqNum: 2 } } });
    expect(inside.records.map(({ seqNum }) => seqNum)).toEqual([3]);
    nowMs += 7_400_000;
    await eventually(async () => expect(await bodies(stream)).toEqual(["kept for ever"]));
  });

  it("ends a live read's history at what is left, without a gap to those who follow", async () => {
    let nowMs = Date.now();
    const { basin } = await startWithBasin({ now: () => nowMs });
    await basin.streams.create({ stream: "s", config: { retentionPolicy: { ageSecs: 10 } } });
    const stream = basin.stream("s");
    await stream.append(batch("0", "1"));
    const session = await stream.readSession({ start: { from: { seqNum: 0 } } });
    const records = session[Symbol.asyncIterator]();
    expect((await records.next()).value?.seqNum).toBe(0);
    expect((await records.next()).value?.seqNum).toBe(1);
    nowMs += 20_000;
    await eventually(async () => expect(await bodies(stream)).toEqual([]));
    await stream.append(batch("2"));
    expect((await records.next()).value?.seqNum).toBe(2);
    await records.return?.();
  });
});
