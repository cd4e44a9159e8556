/*
 * Cause: a start loaded every stream that had work left undone, and one that was damaged ended the start: the server
 * served none of the others.
 */
import { AppendInput, AppendRecord } from "@s2-dev/streamstore";
import { expect, it } from "vitest";
import { encodeBatchKey } from "../../src/keys/batch.js";
import { encodeTaskKey, encodeTaskRow, TaskKind } from "../../src/keys/task.js";
import { openEngine } from "../support/engine.js";
import { BASIN, sdk, startTestServer, startWithBasin, temporaryFolder } from "../support/server.js";

it("serves the other streams when one that is damaged has work left", async () => {
  const dir = await temporaryFolder();
  const { server, basin } = await startWithBasin({ dir });
  const input = AppendInput.create([AppendRecord.string({ body: "x" })]);
  for (const stream of ["damaged", "sound"]) {
    await basin.streams.ensure({ stream });
    await basin.stream(stream).append(input);
  }
  await server.close();

  const engine = await openEngine(dir, Date.now);
  const { id, basinId } = (await engine.streams.open(BASIN, "damaged", "read", undefined)).identity;
  const key = encodeTaskKey(TaskKind.trim, id);
  await engine.store.commit([
    { key: encodeBatchKey(id, 0), value: undefined },
    { key, value: encodeTaskRow(key, { basin: BASIN, basinId, stream: "damaged" }) },
  ]);
  await engine.close();

  const log: string[] = [];
  const again = await startTestServer({ dir, log: (line) => log.push(line) });
  const streams = sdk(again.endpoint).basin(BASIN);
  expect((await streams.stream("sound").append(input)).start.seqNum).toBe(1);
  await expect(streams.stream("damaged").checkTail()).rejects.toMatchObject({ code: "storage" });
  expect(log.join("\n")).toContain(`stream ${id} is left as it is`);
});
