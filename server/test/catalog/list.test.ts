import type { RecorderListener } from "@reeltime/recorder";
import {
  createSessionId,
  emptyActivity,
  type OpenedRecord,
  type SessionId,
  type Summary,
} from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Catalog } from "../../src/catalog/index.js";
import { type Bench, startBench, until } from "./support/bench.js";
import { OTHER_PROJECT, PROJECT } from "./support/frames.js";

const SESSIONS = 5_000;
const OPEN_EVERY = 10;

let bench: Bench;
let catalog: Catalog;
const made: SessionId[] = [];

/** The recorder's own tellings, without 5,000 streams under them: what is listed is what was told. */
beforeAll(async () => {
  bench = await startBench();
  const recorder = bench.recorder();
  let told: RecorderListener = {};
  const listen = (listener: RecorderListener): (() => void) => {
    told = listener;
    return () => undefined;
  };
  catalog = await bench.catalog({ recorder: { ...recorder, listen } });
  await catalog.ready();
  const startMs = Date.now() - SESSIONS * 1_000;
  for (let index = 0; index < SESSIONS; index++) {
    const project = index % 5 === 0 ? OTHER_PROJECT : PROJECT;
    const openedMs = startMs + index * 1_000;
    const sessionId = createSessionId(openedMs, crypto.getRandomValues(new Uint8Array(10)));
    made.unshift(sessionId);
    const opened: OpenedRecord = { project, sessionId, openedMs, offsetMs: 0, client: { sdk: "test/1" } };
    told.opened?.({ project, sessionId }, opened);
    if (index % OPEN_EVERY === 0) continue;
    const closed = { reason: "idle", closedMs: openedMs + 500, summaryRecords: 1 } as const;
    told.closed?.({ project, sessionId }, closed, summaryOf(opened, index), 5);
  }
  // Closed ones leave memory once they are written.
  await until(async () => (await catalog.openSessions()).length === SESSIONS / OPEN_EVERY);
});
afterAll(() => bench.close());

function summaryOf(opened: OpenedRecord, index: number): Summary {
  const { openedMs } = opened;
  const fact = {
    type: "identify",
    atMs: openedMs,
    text: `user-${index % 100}`,
    seqNum: 2,
    window: "window-a",
  } as const;
  return {
    opened,
    totals: {
      frames: 1,
      events: 1,
      bytes: 100,
      firstMs: openedMs,
      lastMs: openedMs + 500,
      inputMs: undefined,
    },
    windows: [],
    checkouts: [],
    facts: [fact as unknown as Summary["facts"][number]],
    factsCut: 0,
    lateRuns: [],
    activity: emptyActivity(openedMs),
    lostEvents: 0,
  };
}

async function all(query: Parameters<Catalog["list"]>[0]): Promise<readonly SessionId[]> {
  const ids: SessionId[] = [];
  for (let cursor: SessionId | undefined; ; ) {
    const page = await catalog.list({ ...query, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.sessions.map((session) => session.id));
    if (page.next === null) return ids;
    cursor = page.next as SessionId;
  }
}

describe("5,000 sessions", () => {
  it("are listed each once, newest first, open ones among closed ones", async () => {
    expect(await all({ limit: 100 })).toEqual(made);
    expect(await all({ limit: 33 })).toEqual(made);
  });

  it("are listed by project, by status and by user", async () => {
    const mine = await all({ project: PROJECT, limit: 100 });
    const foreign = await all({ project: OTHER_PROJECT, limit: 100 });
    expect([mine.length, foreign.length]).toEqual([4_000, 1_000]);
    expect(new Set([...mine, ...foreign]).size).toBe(SESSIONS);
    const closed = await all({ status: "closed", limit: 100 });
    expect(closed).toHaveLength(4_500);
    expect(await all({ user: "user-7", limit: 100 })).toHaveLength(50);
    expect(await all({ q: "USER-7", limit: 100 })).toHaveLength(50 + 450);
  });

  it("never give more than a page, whatever is asked", async () => {
    expect((await catalog.list({ limit: 1_000 })).sessions).toHaveLength(100);
    expect((await catalog.list({})).sessions).toHaveLength(50);
  });
});
