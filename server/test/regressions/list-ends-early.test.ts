/**
 * A page of the list from which a session had just been erased was one short, and was taken for the last: whoever
 * read on page by page never saw the older sessions.
 */
import { join } from "node:path";
import type { SessionId } from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Bench, startBench } from "../catalog/support/bench.js";
import { open } from "../catalog/support/frames.js";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

it("a page that is short because of an erasure is not the last", async () => {
  const recorder = bench.recorder();
  const file = join(bench.dir, "short.sqlite");
  const first = await bench.catalog({ recorder, file });
  await first.ready();
  const ids: string[] = [];
  for (let index = 0; index < 4; index++) {
    const session = await open(recorder);
    ids.unshift(session.sessionId);
    await recorder.close(session, "stopped");
  }
  await first.close();

  // Opened anew it has closed sessions in its file alone.
  const catalog = await bench.catalog({ recorder, file });
  await catalog.ready();
  const [newest, second, third, oldest] = ids as [SessionId, SessionId, SessionId, SessionId];
  const listed: string[] = [];
  // While the first of these is being written the second waits: the file still has it when the list is asked for.
  catalog.forget(oldest);
  catalog.forget(newest);
  let cursor: SessionId | undefined;
  do {
    const page = await catalog.list({ limit: 1, ...(cursor !== undefined && { cursor }) });
    listed.push(...page.sessions.map(({ id }) => id));
    cursor = (page.next ?? undefined) as SessionId | undefined;
  } while (cursor !== undefined);
  expect(listed).toEqual([second, third]);
});
