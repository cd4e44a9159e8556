/*
 * Cause: a read that was catching up went on after its stream had ended. The rows it came to were deleted by then, so
 * that a deletion, or a trim after a failed write, was told as damage of the store, to the client and on the log.
 */
import { expect, it } from "vitest";
import { S2LiteError } from "../../src/errors.js";
import { batchAtOrBefore } from "../../src/stream/batches.js";
import { openRead } from "../../src/stream/read-query.js";
import { ReadSession, type ReadSink } from "../../src/stream/read-session.js";
import { NO_HEADERS } from "../../src/stream/records.js";
import { appendRecord, type Engine, openEngine, streamConfig } from "../support/engine.js";
import { EVERYTHING } from "../support/everything.js";
import { BASIN, eventually, temporaryFolder } from "../support/server.js";

const DATA = { headers: NO_HEADERS, body: Buffer.alloc(600_000) };

/** A read of everything whose client takes some, and then nothing until `goOn`; `over` is how it ended. */
async function slowRead(engine: Engine): Promise<{ goOn: () => void; over: Promise<string> }> {
  const state = await engine.streams.open(BASIN, "s", "read", undefined);
  let blocked = false;
  let goOn = () => {};
  const ready = new Promise<void>((resolve) => {
    goOn = () => {
      blocked = false;
      resolve();
    };
  });
  let ended = "";
  const sink: ReadSink = {
    batch: () => {
      blocked = true;
    },
    heartbeat: () => undefined,
    end: () => {
      ended = "end";
    },
    fail: ({ code }) => {
      ended = code;
    },
    get blocked() {
      return blocked;
    },
    closed: false,
    ready: () => ready,
    onClosed: () => undefined,
  };
  const ports = { store: engine.store, heartbeatMs: () => 60_000 };
  const session = new ReadSession(ports, state, openRead(engine.store, state, EVERYTHING, false), sink);
  const over = session.run().then(() => ended);
  await eventually(async () => expect(blocked).toBe(true));
  return { goOn, over };
}

async function startStream(): Promise<Engine> {
  const engine = await openEngine(await temporaryFolder(), Date.now);
  await engine.streams.ensure(BASIN, "s", streamConfig({}));
  for (let count = 0; count < 5; count++) await appendRecord(engine, DATA);
  return engine;
}

it("a read that catches up on a stream hears of its deletion", async () => {
  const engine = await startStream();
  const { goOn, over } = await slowRead(engine);
  await engine.streams.delete(BASIN, "s");
  await eventually(async () => {
    const { id } = engine.basins.get(BASIN);
    expect(engine.streams.find(id, "s")).toBeUndefined();
  });
  goOn();
  expect(await over).toBe("stream_deletion_pending");
  await engine.close();
});

it("a read that catches up begins again when its stream is loaded anew, and may be trimmed meanwhile", async () => {
  const engine = await startStream();
  const { goOn, over } = await slowRead(engine);
  const { commit } = engine.store;
  engine.store.commit = async () => {
    throw new S2LiteError("storage", "the disk is full");
  };
  await expect(appendRecord(engine, DATA)).rejects.toMatchObject({ code: "storage" });
  engine.store.commit = commit;
  const before = Buffer.alloc(8);
  before.writeBigUInt64BE(5n);
  await appendRecord(engine, {
    headers: [{ name: Buffer.alloc(0), value: Buffer.from("trim") }],
    body: before,
  });
  const { identity } = await engine.streams.open(BASIN, "s", "read", undefined);
  await eventually(async () => expect(batchAtOrBefore(engine.store, identity.id, 4)).toBeUndefined());
  goOn();
  expect(await over).toBe("unavailable");
  await engine.close();
});
