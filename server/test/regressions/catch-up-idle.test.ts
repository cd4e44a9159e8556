/**
 * Whoever waited for the catalog to have caught up waited until nothing at all was being read. While other servers
 * were busy that moment never came: the server stayed unready and its idle clock never began. And what others
 * appended just now was read before the rest of a long list, so the list could wait for ever.
 */
import type { Recorder } from "@reeltime/recorder";
import { createSessionId, type OpenedRecord, type SessionRef } from "@reeltime/recorder/protocol";
import { expect, it } from "vitest";
import { CatchUp } from "../../src/catalog/catch-up.js";
import { Changes } from "../../src/catalog/changes.js";
import type { DatabaseClient } from "../../src/catalog/database-client.js";
import { Intake } from "../../src/catalog/intake.js";
import { MAX_READERS } from "../../src/catalog/limits.js";
import { itemOf } from "../../src/catalog/session-item.js";
import { WorkingRows } from "../../src/catalog/working-rows.js";
import { PROJECT } from "../catalog/support/frames.js";

const sessionAt = (index: number): SessionRef => ({
  project: PROJECT,
  sessionId: createSessionId(1_700_000_000_000 + index, new Uint8Array(10)),
});
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A catch-up over streams that never have more; each read is told of, and some of them take for ever. */
function catchUpOver(onRead: (session: SessionRef) => Promise<void> | void): CatchUp {
  const rows = new WorkingRows();
  const changes = new Changes((row) => itemOf(row, "live"));
  const recorder: Pick<Recorder, "summary" | "opened" | "read"> = {
    summary: async () => undefined,
    opened: async ({ project, sessionId }): Promise<OpenedRecord> => ({
      project,
      sessionId,
      openedMs: 0,
      offsetMs: 0,
      client: { sdk: "test/1" },
    }),
    read: async (session) => {
      await turn();
      await onRead(session);
      return { frames: [], next: 2, tail: 2, closed: false, dropped: 0 };
    },
  };
  return new CatchUp({
    recorder: recorder as Recorder,
    rows,
    database: { call: async () => undefined } as unknown as DatabaseClient,
    intake: new Intake(rows, changes, () => undefined),
    signal: new AbortController().signal,
    onError: (error) => {
      throw error;
    },
    room: async () => undefined,
  });
}

it("the catalog has caught up once it has what there was, however busy others are", async () => {
  let reads = 0;
  const catchUp = catchUpOver(() => {
    reads += 1;
    if (reads < 1_000) for (let more = 0; more < 2; more++) catchUp.want(sessionAt(reads * 2 + more));
  });
  catchUp.want(sessionAt(0));
  await catchUp.idle();
  expect(reads).toBeLessThan(10);
});

it("a long list is read on however much others append", async () => {
  const read: string[] = [];
  let wanted = 0;
  const more = (): void => catchUp.want(sessionAt(wanted++ % (MAX_READERS * 4)));
  const catchUp = catchUpOver(({ sessionId }) => {
    read.push(sessionId);
    if (read.length < 1_000) for (let each = 0; each < 4; each++) more();
  });
  for (let each = 0; each < MAX_READERS * 4; each++) more();
  const listed = sessionAt(1_000_000);
  catchUp.want(listed, "later");
  await catchUp.idle();
  expect(read.indexOf(listed.sessionId)).toBeLessThan(MAX_READERS * 10);
  expect(read).toContain(listed.sessionId);
});
