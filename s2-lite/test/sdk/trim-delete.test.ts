import { AppendInput, AppendRecord, type S2Error } from "@s2-dev/streamstore";
import { describe, expect, it } from "vitest";
import { startS2Lite } from "../../src/index.js";
import { BASIN, eventually, sdk, startWithBasin, temporaryFolder } from "../support/server.js";

const batch = (...bodies: string[]) =>
  AppendInput.create(bodies.map((body) => AppendRecord.string({ body })));

describe("trimming", () => {
  it("hides what is below, also within a batch, and keeps the tail", async () => {
    const { basin } = await startWithBasin();
    await basin.streams.create({ stream: "s" });
    const stream = basin.stream("s");
    await stream.append(batch("0", "1", "2", "3"));
    await stream.append(batch("4", "5"));
    await stream.append(AppendInput.create([AppendRecord.trim(2)]));
    const first = async () => (await stream.read({ start: { from: { seqNum: 0 } } })).records[0]?.body;
    await eventually(async () => expect(await first()).toBe("2"));
    await stream.append(AppendInput.create([AppendRecord.trim(5)]));
    await eventually(async () => expect(await first()).toBe("5"));
    expect((await stream.checkTail()).tail.seqNum).toBe(8);
    const seen: number[] = [];
    const stop = { waitSecs: 0 };
    for await (const record of await stream.readSession({ start: { from: { seqNum: 0 } }, stop }))
      seen.push(record.seqNum);
    expect(seen).toEqual([5, 6, 7]);
  });

  it("of everything leaves an empty stream with its tail and fence, also after a restart", async () => {
    const { server, basin } = await startWithBasin();
    await basin.streams.create({ stream: "s" });
    const stream = basin.stream("s");
    const ack = await stream.append(
      AppendInput.create([
        AppendRecord.string({ body: "x" }),
        AppendRecord.fence("mine"),
        AppendRecord.trim(Number.MAX_SAFE_INTEGER),
      ]),
    );
    await eventually(async () =>
      expect((await stream.read({ start: { from: { seqNum: 0 } } })).records).toEqual([]),
    );
    await server.close();
    const again = await startS2Lite({ dir: server.dir });
    try {
      const reopened = sdk(again.endpoint).basin(BASIN).stream("s");
      expect((await reopened.checkTail()).tail).toEqual(ack.tail);
      const error = await reopened
        .append(AppendInput.create([AppendRecord.string({ body: "y" })], { fencingToken: "" }))
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ expectedFencingToken: "mine" });
      const next = await reopened.append(batch("y"));
      expect(next.start.seqNum).toBe(3);
    } finally {
      await again.close();
    }
  });

  it("that was not carried out before a restart is carried out after it", async () => {
    const dir = await temporaryFolder();
    const first = await startS2Lite({ dir });
    const s2 = sdk(first.endpoint);
    await s2.basins.create({ basin: BASIN, config: { createStreamOnAppend: true } });
    const stream = s2.basin(BASIN).stream("s");
    await stream.append(batch(...Array.from({ length: 50 }, (_, index) => `${index}`)));
    await stream.append(AppendInput.create([AppendRecord.trim(49)]));
    await first.close(); // at once: the trim waits for a moment before it begins
    const second = await startS2Lite({ dir });
    try {
      const reopened = sdk(second.endpoint).basin(BASIN).stream("s");
      await eventually(async () =>
        expect((await reopened.read({ start: { from: { seqNum: 0 } } })).records[0]?.seqNum).toBe(49),
      );
    } finally {
      await second.close();
    }
  });
});

describe("deleting a stream", () => {
  it("frees the name, and the next stream of it begins at 0 without fence or records", async () => {
    const { basin } = await startWithBasin();
    for (let round = 0; round < 3; round++) {
      await eventually(() => basin.streams.create({ stream: "s" }));
      const stream = basin.stream("s");
      expect((await stream.checkTail()).tail.seqNum).toBe(0);
      await stream.append(batch(`${round}`, "x"), {});
      await stream.append(
        AppendInput.create([AppendRecord.fence("f"), AppendRecord.trim(1)], { fencingToken: "" }),
      );
      await basin.streams.delete({ stream: "s" });
      await basin.streams.delete({ stream: "s" }).catch((error: S2Error) => expect(error.status).toBe(404));
    }
    await eventually(async () => {
      const error = await basin
        .stream("s")
        .checkTail()
        .catch((thrown: unknown) => thrown);
      expect((error as S2Error).code).toBe("stream_not_found");
    });
  });

  it("of many rows is answered at once, blocks the name while it goes, and survives a restart", async () => {
    const dir = await temporaryFolder();
    const first = await startS2Lite({ dir });
    const s2 = sdk(first.endpoint);
    await s2.basins.create({ basin: BASIN, config: { createStreamOnAppend: true } });
    const stream = s2.basin(BASIN).stream("s");
    const session = await stream.appendSession();
    const tickets = await Promise.all(Array.from({ length: 3_500 }, () => session.submit(batch("row"))));
    await Promise.all(tickets.map((ticket) => ticket.ack()));
    await session.close();
    await s2.basin(BASIN).streams.delete({ stream: "s" });
    const blocked = await stream.append(batch("late")).catch((thrown: unknown) => thrown);
    expect((blocked as S2Error).code).toBe("stream_deletion_pending");
    await first.close();
    const second = await startS2Lite({ dir });
    try {
      const basin = sdk(second.endpoint).basin(BASIN);
      const ack = await eventually(() => basin.stream("s").append(batch("new")));
      expect(ack.start.seqNum).toBe(0);
      const { records } = await basin.stream("s").read({ start: { from: { seqNum: 0 } } });
      expect(records.map((record) => record.body)).toEqual(["new"]);
    } finally {
      await second.close();
    }
  });
});

describe("deleting a basin", () => {
  it("deletes its streams, blocks it meanwhile, and frees the name", async () => {
    const { s2, basin } = await startWithBasin();
    for (const name of ["a", "b", "c"]) {
      await basin.streams.create({ stream: name });
      await basin.stream(name).append(batch("x"));
    }
    await s2.basins.delete({ basin: BASIN });
    await eventually(async () => {
      const error = await s2.basins.getConfig({ basin: BASIN }).catch((thrown: unknown) => thrown);
      expect((error as S2Error).code).toBe("basin_not_found");
    });
    await s2.basins.create({ basin: BASIN });
    expect((await basin.streams.list()).streams).toEqual([]);
  });
});
