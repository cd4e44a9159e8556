import { AppendInput, AppendRecord, type S2Error } from "@s2-dev/streamstore";
import { describe, expect, it } from "vitest";
import { startS2Lite } from "../../src/index.js";
import { sdk, startTestServer, startWithBasin } from "../support/server.js";

const one = (body: string, timestamp?: number) =>
  AppendInput.create([AppendRecord.string(timestamp === undefined ? { body } : { body, timestamp })]);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error: S2Error) => error.code ?? error.message,
  );

describe("basins", () => {
  it("are created once, ensured as often as one likes, and reconfigured", async () => {
    const s2 = sdk((await startTestServer()).endpoint);
    expect((await s2.basins.ensure({ basin: "basin-one" })).result).toBe("created");
    expect((await s2.basins.ensure({ basin: "basin-one" })).result).toBe("noop");
    const config = { createStreamOnAppend: true };
    expect((await s2.basins.ensure({ basin: "basin-one", config })).result).toBe("updated");
    expect(await codeOf(s2.basins.create({ basin: "basin-one" }))).toBe("resource_already_exists");
    const changed = await s2.basins.reconfigure({ basin: "basin-one", createStreamOnRead: true });
    expect(changed).toMatchObject({ createStreamOnAppend: true, createStreamOnRead: true });
    expect(await s2.basins.getConfig({ basin: "basin-one" })).toMatchObject(changed);
    expect(await codeOf(s2.basins.getConfig({ basin: "basin-two" }))).toBe("basin_not_found");
  });

  it("are listed by name", async () => {
    const s2 = sdk((await startTestServer()).endpoint);
    for (const name of ["team-b-1", "team-a-2", "team-a-1"]) await s2.basins.create({ basin: name });
    const names = async (args: Parameters<typeof s2.basins.list>[0]) => {
      const page = await s2.basins.list(args);
      return [...page.basins.map((basin) => basin.name), page.hasMore];
    };
    expect(await names({})).toEqual(["team-a-1", "team-a-2", "team-b-1", false]);
    expect(await names({ prefix: "team-a", limit: 1 })).toEqual(["team-a-1", true]);
    expect(await names({ prefix: "team-a", startAfter: "team-a-1" })).toEqual(["team-a-2", false]);
  });
});

describe("streams", () => {
  it("are listed page by page in the order of their bytes, prefix and start included", async () => {
    const { basin } = await startWithBasin();
    // UTF-16 would put the emoji before U+FF5E; bytes put it last.
    const names = ["a", "a/1", "a/10", "a/2", "a0", "b", "é", "～", "😀"];
    await Promise.all([...names].reverse().map((stream) => basin.streams.create({ stream })));
    const seen: string[] = [];
    for await (const stream of basin.streams.listAll({ limit: 2 } as never)) seen.push(stream.name);
    expect(seen).toEqual(names);
    const page = async (args: Parameters<typeof basin.streams.list>[0]) => {
      const { streams, hasMore } = await basin.streams.list(args);
      return [...streams.map((stream) => stream.name), hasMore];
    };
    expect(await page({ limit: 4 })).toEqual(["a", "a/1", "a/10", "a/2", true]);
    expect(await page({ limit: 5, startAfter: "a/2" })).toEqual(["a0", "b", "é", "～", "😀", false]);
    expect(await page({ prefix: "a/" })).toEqual(["a/1", "a/10", "a/2", false]);
    expect(await page({ prefix: "a/", startAfter: "a/1" })).toEqual(["a/10", "a/2", false]);
    expect(await page({ prefix: "a/", startAfter: "A" })).toEqual(["a/1", "a/10", "a/2", false]);
    expect(await page({ prefix: "a/", startAfter: "b" })).toEqual([false]);
  });

  it("have names with slashes, spaces, percents and other alphabets", async () => {
    const { basin } = await startWithBasin();
    for (const name of ["session/p/0001/x", "a b+c", "100%", "日本", "?#&=", "x".repeat(512)]) {
      await basin.streams.create({ stream: name });
      await basin.stream(name).append(one(name.slice(0, 20)));
      const { records } = await basin.stream(name).read({ start: { from: { seqNum: 0 } } });
      expect(records[0]?.body).toBe(name.slice(0, 20));
    }
    expect((await basin.streams.list()).streams).toHaveLength(6);
  });

  it("get their config from their own over the basin's over S2's, when they are made", async () => {
    const { s2, basin } = await startWithBasin();
    await s2.basins.reconfigure({
      basin: basin.name,
      defaultStreamConfig: { timestamping: { mode: "client-require" }, deleteOnEmpty: { minAgeSecs: 60 } },
    });
    const retentionPolicy = { ageSecs: 3_600 };
    await basin.streams.create({ stream: "s", config: { retentionPolicy } });
    const expected = {
      retentionPolicy,
      storageClass: "express",
      timestamping: { mode: "client-require", uncapped: false },
      deleteOnEmpty: { minAgeSecs: 60 },
    };
    expect(await basin.streams.getConfig({ stream: "s" })).toEqual(expected);
    await s2.basins.reconfigure({ basin: basin.name, defaultStreamConfig: null });
    expect(await basin.streams.getConfig({ stream: "s" })).toEqual(expected);
    expect((await basin.streams.ensure({ stream: "s", config: { retentionPolicy } })).result).toBe("updated");
    expect((await basin.streams.getConfig({ stream: "s" })).timestamping?.mode).toBe("client-prefer");
    expect((await basin.streams.ensure({ stream: "s", config: { retentionPolicy } })).result).toBe("noop");
    expect(await codeOf(basin.streams.create({ stream: "s" }))).toBe("resource_already_exists");
    expect(await codeOf(basin.streams.getConfig({ stream: "none" }))).toBe("stream_not_found");
  });

  it("obey a changed config from the next append on, also in an open session", async () => {
    const { basin } = await startWithBasin();
    await basin.streams.create({ stream: "s" });
    const stream = basin.stream("s");
    const session = await stream.appendSession();
    await (await session.submit(one("no timestamp"))).ack();
    await basin.streams.reconfigure({
      stream: "s",
      timestamping: { mode: "client-require", uncapped: true },
    });
    const future = Date.now() + 1e9;
    const ack = await (await session.submit(one("from the future", future))).ack();
    expect(ack.end.timestamp.getTime()).toBe(future);
    expect(await codeOf(session.submit(one("none")).then((ticket) => ticket.ack()))).toBe("invalid");
    await session.close().catch(() => undefined);
    expect((await stream.checkTail()).tail.seqNum).toBe(2);
  });

  it("take timestamps as the clock allows", async () => {
    let nowMs = 5_000;
    const { basin } = await startWithBasin({ now: () => nowMs });
    await basin.streams.create({ stream: "s" });
    const stream = basin.stream("s");
    const stamp = async (timestamp?: number) =>
      (await stream.append(one("x", timestamp))).start.timestamp.getTime();
    expect(await stamp()).toBe(5_000);
    expect(await stamp(4_000)).toBe(5_000);
    expect(await stamp(9_000)).toBe(5_000);
    nowMs = 8_000;
    expect(await stamp(6_000)).toBe(6_000);
  });
});

describe("creating on use", () => {
  it("happens only where the basin says so", async () => {
    const { s2, basin } = await startWithBasin();
    expect(await codeOf(basin.stream("s").append(one("x")))).toBe("stream_not_found");
    expect(await codeOf(basin.stream("s").checkTail())).toBe("stream_not_found");
    expect(await codeOf(s2.basin("no-such-basin").stream("s").append(one("x")))).toBe("basin_not_found");
    await s2.basins.reconfigure({ basin: basin.name, createStreamOnAppend: true });
    expect(await codeOf(basin.stream("s").checkTail())).toBe("stream_not_found");
    expect((await basin.stream("s").append(one("x"))).start.seqNum).toBe(0);
    await s2.basins.reconfigure({ basin: basin.name, createStreamOnRead: true });
    expect((await basin.stream("t").checkTail()).tail.seqNum).toBe(0);
  });

  it("makes one stream of ten appends at once, with the config given", async () => {
    const { s2, basin } = await startWithBasin();
    await s2.basins.reconfigure({ basin: basin.name, createStreamOnAppend: true });
    const streamConfig = { retentionPolicy: { ageSecs: 77 } };
    const acks = await Promise.all(
      Array.from({ length: 10 }, () =>
        basin.stream("s").append(AppendInput.create([AppendRecord.string({ body: "x" })], { streamConfig })),
      ),
    );
    expect(acks.map((ack) => ack.start.seqNum).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect((await basin.streams.getConfig({ stream: "s" })).retentionPolicy).toEqual({ ageSecs: 77 });
    const session = await basin.stream("via/session").appendSession({ streamConfig });
    await (await session.submit(one("x"))).ack();
    await session.close();
    expect((await basin.streams.getConfig({ stream: "via/session" })).retentionPolicy).toEqual({
      ageSecs: 77,
    });
  });
});

describe("a restart", () => {
  it("keeps basins, streams, configs, tails and records", async () => {
    const { server, s2, basin } = await startWithBasin();
    await s2.basins.reconfigure({ basin: basin.name, createStreamOnAppend: true });
    const ack = await basin.stream("s").append(one("kept"));
    await server.close();
    const again = await startS2Lite({ dir: server.dir });
    try {
      const reopened = sdk(again.endpoint).basin(basin.name);
      const { records } = await reopened.stream("s").read({ start: { from: { seqNum: 0 } } });
      expect(records.map((record) => [record.seqNum, record.body, record.timestamp])).toEqual([
        [0, "kept", ack.start.timestamp],
      ]);
      expect((await reopened.stream("new").append(one("x"))).start.seqNum).toBe(0);
      expect((await reopened.stream("s").append(one("y"))).start.seqNum).toBe(1);
    } finally {
      await again.close();
    }
  });
});

describe("many streams", () => {
  it("each hold their own records, written through held sessions at once", async () => {
    const { s2, basin } = await startWithBasin();
    await s2.basins.reconfigure({ basin: basin.name, createStreamOnAppend: true });
    const count = 600;
    await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const session = await basin.stream(`many/${index}`).appendSession();
        for (let turn = 0; turn < 3; turn++) await (await session.submit(one(`${index}.${turn}`))).ack();
        await session.close();
      }),
    );
    for (const index of [0, 1, 299, count - 1]) {
      const { records } = await basin.stream(`many/${index}`).read({ start: { from: { seqNum: 0 } } });
      expect(records.map((record) => record.body)).toEqual([0, 1, 2].map((turn) => `${index}.${turn}`));
    }
    let listed = 0;
    for await (const _ of basin.streams.listAll({ prefix: "many/" })) listed++;
    expect(listed).toBe(count);
  });
});
