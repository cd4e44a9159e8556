import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SessionDetail, SessionId, SessionItem, WriterId } from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Catalog } from "../../src/catalog/index.js";
import { openSqlite } from "../../src/catalog/sqlite.js";
import { type Bench, startBench, until } from "./support/bench.js";
import { append, frame, OTHER_PROJECT, open, PROJECT, SECOND_WINDOW, UNKNOWN } from "./support/frames.js";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

/** Everything a catalog says. */
async function everything(catalog: Catalog): Promise<readonly SessionDetail[]> {
  const details: SessionDetail[] = [];
  let cursor: SessionId | undefined;
  do {
    const page = await catalog.list({ limit: 3, ...(cursor !== undefined && { cursor }) });
    for (const { id } of page.sessions) details.push((await catalog.detail(id)) as SessionDetail);
    cursor = (page.next ?? undefined) as SessionId | undefined;
  } while (cursor !== undefined);
  return details;
}

const LOST = { events: 3, bytes: 9, reason: "overflow", fromMs: 0, toMs: 0 } as const;
const NOW = Date.now() + 5_000;
const clock = (): number => NOW;

describe("what is appended", () => {
  it("is in the next answer", async () => {
    const recorder = bench.recorder();
    const catalog = await bench.catalog({ recorder });
    await catalog.ready();
    const session = await open(recorder, {
      client: { sdk: "test/1", url: "https://a.example/", title: "A" },
    });
    const first = await catalog.list({ project: PROJECT, limit: 1 });
    expect(first.sessions[0]).toMatchObject({
      id: session.sessionId,
      status: "live",
      user: null,
      reason: null,
    });
    expect(first.sessions[0]?.page).toEqual({ url: "https://a.example/", title: "A" });

    const atMs = Date.now();
    await append(recorder, session, [
      frame({ number: 0, firstMs: atMs, checkout: true, events: 3 }),
      frame({
        number: 1,
        firstMs: atMs + 1,
        lastMs: atMs + 9,
        inputMs: atMs + 5,
        events: 4,
        facts: [
          {
            type: "identify",
            atMs: atMs + 2,
            text: "u-1",
            detail: { name: "Ada", email: "Ada@Example.com", age: 3 },
          },
          { type: "navigation", atMs: atMs + 3, text: "https://a.example/pay", detail: { title: "Pay" } },
          { type: "click", atMs: atMs + 4, text: "Pay" },
          { type: "error", atMs: atMs + 5, text: "no" },
          { type: "rage", atMs: atMs + 6, text: "Pay" },
        ],
      }),
    ]);
    const { sessions } = await catalog.list({ project: PROJECT, limit: 1 });
    expect(sessions[0]).toMatchObject({
      user: { id: "u-1", name: "Ada", email: "Ada@Example.com" },
      page: { url: "https://a.example/pay", title: "Pay" },
      counts: { events: 7, pages: 1, clicks: 1, errors: 1, rages: 1, lostEvents: 0 },
      ticks: [
        { type: "error", atMs: atMs + 5 },
        { type: "rage", atMs: atMs + 6 },
      ],
      lastMs: atMs + 9,
    });
    const detail = await catalog.detail(session.sessionId);
    expect(detail?.facts.map((fact) => [fact.type, fact.seqNum])).toEqual([
      ["identify", 3],
      ["navigation", 3],
      ["click", 3],
      ["error", 3],
      ["rage", 3],
    ]);
    expect(detail?.checkouts).toEqual([{ seqNum: 2, window: "window-a", atMs }]);
    expect(detail?.tail).toBe(4);
    const opens = await catalog.openSessions();
    expect(opens.find((each) => each.session.sessionId === session.sessionId)).toMatchObject({
      lastMs: atMs + 9,
      inputMs: atMs + 5,
    });
    expect(await catalog.find(session.sessionId)).toEqual(session);
    expect(await catalog.find(UNKNOWN)).toBeUndefined();
    expect(await catalog.detail(UNKNOWN)).toBeUndefined();
  });
});

describe("a catalog made anew", () => {
  it("is the same as the one that heard everything", async () => {
    const own = await startBench();
    try {
      const recorder = own.recorder();
      const catalog = await own.catalog({ recorder, clock });
      await catalog.ready();
      for (let index = 0; index < 12; index++) {
        const session = await open(recorder, { project: index % 3 === 0 ? OTHER_PROJECT : PROJECT });
        const atMs = Date.now();
        await append(recorder, session, [
          frame({
            number: 0,
            firstMs: atMs,
            checkout: true,
            facts: [{ type: "identify", atMs, text: `u-${index}` }],
          }),
          frame({ number: 1, firstMs: atMs + 1, window: SECOND_WINDOW, checkout: true, events: 5 }),
          frame({
            number: 2,
            firstMs: atMs + 2,
            facts: [{ type: "error", atMs: atMs + 2, text: "e", detail: { a: true } }],
          }),
          frame({
            number: 3,
            firstMs: atMs + 3,
            kind: "lost",
            events: 0,
            lost: { events: 9, bytes: 9, reason: "overflow", fromMs: atMs, toMs: atMs },
          }),
        ]);
        if (index % 2 === 0) await recorder.close(session, index % 4 === 0 ? "idle" : "stopped");
        if (index === 10) await recorder.erase(session);
      }
      const heard = await everything(catalog);
      expect(heard).toHaveLength(11);
      const rebuilt = await own.catalog({ clock });
      await rebuilt.ready();
      expect(await everything(rebuilt)).toEqual(heard);
    } finally {
      await own.close();
    }
  });

  it("is the same when the file is deleted between two runs, and goes on from where a file stops", async () => {
    const own = await startBench();
    try {
      const file = join(own.dir, "kept.sqlite");
      const recorder = own.recorder();
      const first = await own.catalog({ recorder, file, clock });
      await first.ready();
      const session = await open(recorder);
      await append(recorder, session, [frame({ number: 0, checkout: true })]);
      const closed = await open(recorder);
      await recorder.close(closed, "stopped");
      await first.close();
      // What comes while no catalog listens is read afterwards.
      await append(recorder, session, [
        frame({ number: 1, facts: [{ type: "click", atMs: Date.now(), text: "later" }] }),
      ]);
      const closedMeanwhile = await open(recorder);
      await recorder.close(closedMeanwhile, "stopped");
      const erased = await open(recorder);
      await recorder.erase(erased);

      const second = await own.catalog({ file, clock });
      await second.ready();
      const kept = await everything(second);
      expect(kept.map((detail) => [detail.id, detail.status, detail.counts.clicks])).toEqual([
        [closedMeanwhile.sessionId, "closed", 0],
        [closed.sessionId, "closed", 0],
        [session.sessionId, "live", 1],
      ]);
      await second.close();
      await rm(file);
      const third = await own.catalog({ file, clock });
      await third.ready();
      expect(await everything(third)).toEqual(kept);
    } finally {
      await own.close();
    }
  });
});

describe("closing", () => {
  it("changes a session's status, reason and tail, and nothing else: its summary says the same", async () => {
    const recorder = bench.recorder();
    const catalog = await bench.catalog({ recorder });
    await catalog.ready();
    const session = await open(recorder);
    const startMs = Date.now();
    const at = (seconds: number): number => startMs + seconds * 1_000;
    const late = { writer: "writer-b" as WriterId, window: SECOND_WINDOW };
    const facts = ["identify", "navigation", "click", "error", "rage", "custom"] as const;
    await append(recorder, session, [
      frame({ number: 0, firstMs: at(0), checkout: true, events: 4 }),
      ...facts.map((type, index) =>
        frame({
          number: index + 1,
          firstMs: at(index * 3),
          lastMs: at(index * 3) + 700,
          inputMs: at(index * 3) + 1,
          events: index,
          facts: [{ type, atMs: at(index * 3) + 5, text: `t${index}\0`, detail: { title: "T" } }],
        }),
      ),
      frame({ number: 7, firstMs: at(30), kind: "beat", events: 0 }),
    ]);
    await append(recorder, session, [
      frame({
        ...late,
        number: 0,
        firstMs: at(8),
        checkout: true,
        facts: [{ type: "click", atMs: at(8), text: "b" }],
      }),
      frame({ ...late, number: 1, firstMs: at(9), events: 0, kind: "lost", lost: LOST }),
    ]);
    const before = await catalog.detail(session.sessionId);
    expect(before?.counts).toMatchObject({ clicks: 2, errors: 1, rages: 1, pages: 1, lostEvents: 3 });
    await recorder.close(session, "stopped");
    const after = await catalog.detail(session.sessionId);
    // To about a bin of the activity; the beat at the end is no event.
    const newestMs = before?.lastMs ?? 0;
    expect(newestMs).toBe(at(15) + 700);
    expect(after?.lastMs).toBeGreaterThanOrEqual(newestMs);
    expect(after?.lastMs).toBeLessThan(at(18));
    const tail = (before?.tail ?? 0) + 3;
    expect(after).toEqual({ ...before, status: "closed", reason: "stopped", tail, lastMs: after?.lastMs });
  });
});

describe("a crash", () => {
  it("between hearing and writing loses nothing", async () => {
    const own = await startBench();
    try {
      const file = join(own.dir, "running.sqlite");
      const recorder = own.recorder();
      const running = await own.catalog({ recorder, file, clock });
      await running.ready();
      const session = await open(recorder);
      await append(recorder, session, [frame({ number: 0, checkout: true, events: 1 })]);
      const copy = join(own.dir, "crashed.sqlite");
      // Written once soon after it began; what follows waits for the next time, seconds later.
      const readTo = async (): Promise<number | undefined> => {
        for (const suffix of ["", "-wal"]) await cp(`${file}${suffix}`, `${copy}${suffix}`);
        const sqlite = openSqlite(copy);
        const [row] = sqlite.prepare("SELECT body FROM sessions").all();
        sqlite.close();
        return row && (JSON.parse(row.body as string) as { readonly readTo: number }).readTo;
      };
      const written = await until(readTo);
      const facts = [{ type: "error", atMs: Date.now(), text: "x" }] as const;
      await append(recorder, session, [frame({ number: 1, events: 7, facts, checkout: true })]);
      const unheard = await open(recorder);
      // The process ends here: another begins with the file as it was then.
      expect(written).toBeLessThan(4);
      const restarted = await own.catalog({ file: copy, clock });
      await restarted.ready();
      expect((await restarted.detail(session.sessionId))?.counts).toMatchObject({ events: 8, errors: 1 });
      expect((await restarted.detail(unheard.sessionId))?.status).toBe("live");
      expect(await everything(restarted)).toEqual(await everything(running));
    } finally {
      await own.close();
    }
  });
});

describe("other servers", () => {
  it("show through the index: what they open, append, close and erase", async () => {
    const other = bench.recorder({ limits: { indexEveryMs: 20 } });
    const catalog = await bench.catalog();
    await catalog.ready();
    const session = await open(other);
    await until(async () => await catalog.find(session.sessionId));
    await append(other, session, [frame({ number: 0, checkout: true, events: 3 })]);
    await until(async () => (await catalog.detail(session.sessionId))?.counts.events === 3);
    await append(other, session, [frame({ number: 1, events: 4 })]);
    await until(async () => (await catalog.detail(session.sessionId))?.counts.events === 7);
    await other.close(session, "idle");
    await until(async () => (await catalog.detail(session.sessionId))?.status === "closed");
    expect((await catalog.detail(session.sessionId))?.reason).toBe("idle");
    await other.erase(session);
    await until(async () => (await catalog.find(session.sessionId)) === undefined);
  });

  it("may have appended before this one took a session over: the gap is read", async () => {
    const [one, two] = [bench.recorder({ limits: { indexEveryMs: 1_000_000 } }), bench.recorder()];
    const catalog = await bench.catalog({ recorder: two });
    await catalog.ready();
    const session = await open(one);
    await until(async () => await catalog.find(session.sessionId));
    await append(one, session, [frame({ number: 0, events: 2 }), frame({ number: 1, events: 2 })]);
    await append(two, session, [frame({ number: 2, events: 5 })]);
    await until(async () => (await catalog.detail(session.sessionId))?.counts.events === 9);
  });
});

describe("status", () => {
  it("goes away by the clock, comes back with a beat, and is told", async () => {
    const recorder = bench.recorder();
    let nowMs = Date.now();
    const catalog = await bench.catalog({ recorder, clock: () => nowMs });
    await catalog.ready();
    const session = await open(recorder);
    const told: string[] = [];
    catalog.onChange((changed) => {
      for (const item of changed) if (item.id === session.sessionId) told.push(item.status);
    });
    const status = async (): Promise<string | undefined> => (await catalog.detail(session.sessionId))?.status;
    await append(recorder, session, [frame({ number: 0, firstMs: nowMs })]);
    const seenMs = (await catalog.openSessions()).find(
      (each) => each.session.sessionId === session.sessionId,
    )?.lastMs;
    nowMs = (seenMs ?? 0) + 44_999;
    expect(await status()).toBe("live");
    await until(() => told.includes("live"));
    nowMs += 1;
    expect(await status()).toBe("away");
    await until(() => told.at(-1) === "away");
    expect((await catalog.list({ status: "away" })).sessions.map((item) => item.id)).toContain(
      session.sessionId,
    );
    await append(recorder, session, [frame({ number: 1, kind: "beat", events: 0, firstMs: nowMs })], {
      sentAtMs: nowMs,
      receivedAtMs: nowMs,
    });
    expect(await status()).toBe("live");
    await until(() => told.at(-1) === "live");
    await recorder.close(session, "stopped");
    expect(await status()).toBe("closed");
    await until(() => told.at(-1) === "closed");
  });
});

describe("an erased session", () => {
  it("is gone at once, is told, and does not come back", async () => {
    const recorder = bench.recorder();
    const file = join(bench.dir, "erased.sqlite");
    const catalog = await bench.catalog({ recorder, file });
    await catalog.ready();
    const session = await open(recorder);
    await append(recorder, session, [frame({ number: 0, checkout: true })]);
    await recorder.close(session, "stopped");
    const gone: SessionId[] = [];
    catalog.onChange((_, removed) => gone.push(...removed));
    await recorder.erase(session);
    expect(await catalog.find(session.sessionId)).toBeUndefined();
    expect((await catalog.list({})).sessions.map((item: SessionItem) => item.id)).not.toContain(
      session.sessionId,
    );
    await until(() => gone.includes(session.sessionId));
    await catalog.close();
    const again = await bench.catalog({ file });
    await again.ready();
    expect(await again.find(session.sessionId)).toBeUndefined();
  });
});
