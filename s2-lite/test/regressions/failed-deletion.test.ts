/*
 * Cause: a deletion whose marker could not be written left the stream in memory ended for good, and let go of it in
 * silence: its followers never heard of a record again, a trim under way was given up as if the deletion did it, and
 * background work that was done with the old state threw the new one out of memory while it was in use. A marker that
 * was stored although its write was said to have failed blocked the name until a restart.
 */
import { expect, it } from "vitest";
import { S2LiteError } from "../../src/errors.js";
import { TRIM_DELAY_MS } from "../../src/limits.js";
import { NO_HEADERS } from "../../src/stream/records.js";
import type { Follower } from "../../src/stream/stream-state.js";
import { appendRecord, type Engine, openEngine, streamConfig } from "../support/engine.js";
import { BASIN, eventually, temporaryFolder } from "../support/server.js";

const DATA = { headers: NO_HEADERS, body: Buffer.from("x") };

async function startStream(): Promise<Engine> {
  const engine = await openEngine(await temporaryFolder(), Date.now);
  await engine.streams.ensure(BASIN, "s", streamConfig({}));
  await appendRecord(engine, DATA);
  return engine;
}

/** A deletion that finds no room for its marker. */
async function failToDelete({ store, streams }: Engine): Promise<void> {
  const { commit } = store;
  store.commit = async () => {
    throw new S2LiteError("storage", "the disk is full");
  };
  await expect(streams.delete(BASIN, "s")).rejects.toMatchObject({ code: "storage" });
  store.commit = commit;
}

it("followers begin again when a deletion fails", async () => {
  const engine = await startStream();
  const state = await engine.streams.open(BASIN, "s", "read", undefined);
  const heard: string[] = [];
  const follower: Follower = { deliver: () => undefined, gone: ({ code }) => void heard.push(code) };
  state.followers.add(follower);
  await failToDelete(engine);
  expect(heard).toEqual(["unavailable"]);
  expect(state.ended?.code).toBe("unavailable");
  await appendRecord(engine, DATA);
  await engine.close();
});

it("a trim is carried out although a deletion fails before", async () => {
  const engine = await startStream();
  const before = Buffer.alloc(8);
  before.writeBigUInt64BE(1n);
  await appendRecord(engine, {
    headers: [{ name: Buffer.alloc(0), value: Buffer.from("trim") }],
    body: before,
  });
  // The trim comes to the stream while its deletion is under way.
  const { commit } = engine.store;
  engine.store.commit = async () => {
    await new Promise((resolve) => setTimeout(resolve, 3 * TRIM_DELAY_MS));
    throw new S2LiteError("storage", "the disk is full");
  };
  await expect(engine.streams.delete(BASIN, "s")).rejects.toMatchObject({ code: "storage" });
  engine.store.commit = commit;
  await eventually(async () =>
    expect((await engine.streams.open(BASIN, "s", "read", undefined)).floor).toBe(1),
  );
  await engine.close();
});

it("a stream in use stays in memory when background work is done with what it was before", async () => {
  const engine = await startStream();
  const before = await engine.streams.open(BASIN, "s", "read", undefined);
  engine.registry.drop(before);
  let over = () => {};
  const visiting = engine.registry.visit(
    before.identity,
    () =>
      new Promise<void>((resolve) => {
        over = resolve;
      }),
  );
  await failToDelete(engine);
  const state = await engine.streams.open(BASIN, "s", "append", undefined);
  state.holders++;
  over();
  await visiting;
  expect(engine.registry.peek(BASIN, "s")).toBe(state);
  await engine.close();
});

it("a stream whose marker was stored although that seemed to fail goes", async () => {
  let fails = false;
  const engine = await openEngine(await temporaryFolder(), Date.now, async () => {
    if (fails) throw new Error("the disk is gone for a moment");
  });
  await engine.streams.ensure(BASIN, "s", streamConfig({}));
  fails = true;
  await expect(engine.streams.delete(BASIN, "s")).rejects.toMatchObject({ code: "other" });
  fails = false;
  const { id } = engine.basins.get(BASIN);
  await eventually(async () => expect(engine.streams.find(id, "s")).toBeUndefined());
  await engine.streams.ensure(BASIN, "s", streamConfig({}));
  await appendRecord(engine, DATA);
  await engine.close();
});
