import { AppendInput, AppendRecord } from "@s2-dev/streamstore";
import { describe, expect, it } from "vitest";
import { RECORDS, S2S } from "./support/one-stream.js";
import { H2Call, h2connect, json } from "./support/raw.js";
import { appendPayload, fields, frame, seenFrames } from "./support/s2s.js";
import { startWithBasin } from "./support/server.js";

/** A flush that the test holds: commits happen, and nobody hears of them until it is opened. */
class Gate {
  #open: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;
  #arrived: (() => void) | undefined;

  readonly beforeFlushed = async () => {
    this.#arrived?.();
    await this.#open;
  };

  /** Holds all flushes from now on; resolves with a promise that settles when one is held. */
  hold(): Promise<void> {
    this.#open = new Promise((resolve) => {
      this.#release = resolve;
    });
    return new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  release(): void {
    this.#arrived = undefined;
    this.#release();
  }
}

describe("while a flush is held", () => {
  it("no ack, read, tail, follower or failed condition shows the append", async () => {
    const gate = new Gate();
    const { server, basin } = await startWithBasin({ beforeFlushed: gate.beforeFlushed, now: () => 5 });
    const { endpoint } = server;
    await basin.streams.create({ stream: "s" });
    const stream = basin.stream("s");
    await stream.append(AppendInput.create([AppendRecord.string({ body: "before" })]));
    const h2 = h2connect(endpoint);
    const session = new H2Call(h2, RECORDS, { ":method": "POST", ...S2S });
    const follower = new H2Call(h2, `${RECORDS}?seq_num=0`, S2S);
    await follower.until((call) => seenFrames(call.bytes).length === 2); // the record, the heartbeat
    await session.until((call) => call.status === 200);

    const told: string[] = [];
    const tell = (what: string) => () => void told.push(what);
    const held = gate.hold();
    session.stream.write(frame(Buffer.concat([appendPayload("held")])));
    await held; // committed by LMDB, and nobody may know
    const unary = stream.append(AppendInput.create([AppendRecord.fence("token")])).then(tell("unary ack"));
    const condition = json(endpoint, "POST", RECORDS, { records: [{}], match_seq_num: 0 }).then((answer) => {
      told.push("condition");
      expect(answer.body).toEqual({ seq_num_mismatch: 3 });
    });
    const longPoll = json(endpoint, "GET", `${RECORDS}?seq_num=1&wait=30`).then(tell("long poll"));

    // Requests that are answered at once, sent after all of the above, show the old state.
    for (let round = 0; round < 5; round++) {
      expect((await json(endpoint, "GET", `${RECORDS}/tail`)).body).toEqual({
        tail: { seq_num: 1, timestamp: 5 },
      });
      const { body } = await json(endpoint, "GET", `${RECORDS}?seq_num=0`);
      expect((body as { records: unknown[] }).records).toHaveLength(1);
      expect((await json(endpoint, "GET", `${RECORDS}?seq_num=1`)).status).toBe(416);
    }
    expect(told).toEqual([]);
    expect(session.bytes).toHaveLength(0);
    expect(seenFrames(follower.bytes)).toHaveLength(2);

    gate.release();
    await Promise.all([unary, condition, longPoll]);
    await session.until((call) => seenFrames(call.bytes).length === 1);
    await follower.until((call) => seenFrames(call.bytes).length === 4);
    expect(told.sort()).toEqual(["condition", "long poll", "unary ack"]);
    expect(
      fields(seenFrames(follower.bytes)[2]?.payload ?? Buffer.alloc(0))
        .get(1)?.[0]
        ?.includes("held"),
    ).toBe(true);
  });

  it("an error in a session's input waits, and is told although its acks are out before", async () => {
    const gate = new Gate();
    const { server, basin } = await startWithBasin({ beforeFlushed: gate.beforeFlushed });
    await basin.streams.create({ stream: "s" });
    const h2 = h2connect(server.endpoint);
    const open = async () => {
      const session = new H2Call(h2, RECORDS, { ":method": "POST", ...S2S });
      await session.until((call) => call.status === 200);
      return session;
    };
    const [failing, other] = [await open(), await open()];
    const held = gate.hold();
    failing.stream.write(frame(appendPayload("a")));
    await held;
    other.stream.write(frame(appendPayload("b"))); // settles one commit later than "a"
    failing.stream.write(Buffer.from([0, 0, 0]));
    const tail = new H2Call(h2, `${RECORDS}/tail`);
    await tail.until((call) => call.ended); // what was written before it has arrived
    expect(failing.bytes).toHaveLength(0);
    gate.release();
    await failing.until((call) => call.ended);
    expect(seenFrames(failing.bytes).map((one) => one.flags)).toEqual([0, 0x80]);
    await other.until((call) => seenFrames(call.bytes).length === 1);
  });

  it("no creation or deletion is answered", async () => {
    const gate = new Gate();
    const { basin } = await startWithBasin({ beforeFlushed: gate.beforeFlushed });
    await basin.streams.create({ stream: "old" });
    const told: string[] = [];
    const held = gate.hold();
    const created = basin.streams.create({ stream: "new" }).then(() => told.push("created"));
    await held;
    const again = basin.streams.ensure({ stream: "new" }).then(({ result }) => told.push(result));
    const deleted = basin.streams.delete({ stream: "old" }).then(() => told.push("deleted"));
    for (let round = 0; round < 5; round++) await basin.streams.list();
    expect(told).toEqual([]);
    gate.release();
    await Promise.all([created, again, deleted]);
    expect(told.sort()).toEqual(["created", "deleted", "noop"]);
  });
});
