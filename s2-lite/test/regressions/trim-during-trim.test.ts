/*
 * Cause: a trim that became durable while the one before it was just removing its task was taken for
 * part of that one, and was carried out only after a restart.
 */
import { AppendInput, AppendRecord } from "@s2-dev/streamstore";
import { expect, it } from "vitest";
import { eventually, startWithBasin } from "../support/server.js";

it("carries out every trim of many in a row, at whatever point of the one before they come", async () => {
  const { basin } = await startWithBasin();
  await basin.streams.create({ stream: "s" });
  const stream = basin.stream("s");
  const records = Array.from({ length: 100 }, (_, index) => AppendRecord.string({ body: `${index}` }));
  await stream.append(AppendInput.create(records));
  const first = async () => (await stream.read({ start: { from: { seqNum: 0 } } })).records[0]?.seqNum;
  for (let point = 1; point <= 12; point++) {
    await stream.append(AppendInput.create([AppendRecord.trim(point)]));
    await eventually(async () => expect(await first()).toBe(point)); // it shows before its task is gone
  }
});
