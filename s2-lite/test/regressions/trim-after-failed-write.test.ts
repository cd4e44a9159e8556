/*
 * Cause: work in the background held the stream as it was in memory. A write that failed made the stream be loaded
 * anew, and a trim that had been acknowledged was then carried out only after a restart.
 */
import { expect, it } from "vitest";
import { NO_HEADERS } from "../../src/stream/records.js";
import { appendRecord, openEngine, streamConfig } from "../support/engine.js";
import { BASIN, eventually, temporaryFolder } from "../support/server.js";

it("carries out a trim although a write of its stream fails before", async () => {
  let fails = false;
  const engine = await openEngine(await temporaryFolder(), Date.now, async () => {
    if (fails) throw new Error("the disk is gone for a moment");
  });
  await engine.streams.ensure(BASIN, "s", streamConfig({}));
  const data = { headers: NO_HEADERS, body: Buffer.from("x") };
  await appendRecord(engine, data);
  const before = Buffer.alloc(8);
  before.writeBigUInt64BE(1n);
  await appendRecord(engine, {
    headers: [{ name: Buffer.alloc(0), value: Buffer.from("trim") }],
    body: before,
  });
  fails = true;
  await expect(appendRecord(engine, data)).rejects.toMatchObject({ code: "other" });
  fails = false;
  await eventually(async () =>
    expect((await engine.streams.open(BASIN, "s", "read", undefined)).floor).toBe(1),
  );
  await engine.close();
});
