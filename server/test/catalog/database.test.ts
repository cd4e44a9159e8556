import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionId } from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase } from "../../src/catalog/database.js";
import type { SessionWrite } from "../../src/catalog/database-calls.js";
import { DatabaseClient } from "../../src/catalog/database-client.js";
import { openSqlite } from "../../src/catalog/sqlite.js";
import { PROJECT, UNKNOWN, WINDOW } from "./support/frames.js";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "server-b-database-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const write = (over: Partial<SessionWrite> = {}): SessionWrite => ({
  id: UNKNOWN,
  project: PROJECT,
  closed: false,
  userId: null,
  email: null,
  search: "",
  body: "{}",
  replace: false,
  facts: [],
  checkouts: [],
  ...over,
});
const batch = (...sessions: readonly SessionWrite[]) => ({ sessions, removed: [], indexSeqNum: undefined });
const fact = (text: string, seqNum: number) =>
  ({ type: "click", atMs: seqNum, text, seqNum, window: WINDOW }) as const;

describe("the database's file", () => {
  it("is made anew when it is damaged, or of another schema", async () => {
    const damaged = join(dir, "damaged.sqlite");
    await writeFile(damaged, "SQLite format 3\0 but nothing of it".repeat(200));
    const first = createDatabase(openSqlite(damaged));
    expect(first.load()).toEqual({ open: [], indexSeqNum: undefined });
    first.write({ ...batch(write()), indexSeqNum: 7 });
    first.close();

    const kept = createDatabase(openSqlite(damaged));
    expect(kept.load()).toEqual({ open: ["{}"], indexSeqNum: 7 });
    kept.close();

    const older = openSqlite(damaged);
    older.prepare("UPDATE meta SET value = value - 1 WHERE name = 'version'").run();
    older.close();
    const anew = createDatabase(openSqlite(damaged));
    expect(anew.load()).toEqual({ open: [], indexSeqNum: undefined });
    anew.close();
  });
});

describe("a write", () => {
  it("said again changes nothing, and takes back nothing that it does not replace", () => {
    const database = createDatabase(openSqlite(join(dir, "twice.sqlite")));
    const facts = [fact("a", 3), fact("b", 3), fact("c", 4)];
    const checkouts = [{ seqNum: 3, window: WINDOW, atMs: 3, late: true }];
    for (let turn = 0; turn < 2; turn++) database.write(batch(write({ facts, checkouts })));
    database.write(batch(write({ body: '{"a":1}' })));
    const detail = database.detail(UNKNOWN);
    expect(detail.row).toBe('{"a":1}');
    expect(detail.facts.map(({ text, seqNum, detail }) => [text, seqNum, detail])).toEqual([
      ["a", 3, null],
      ["b", 3, null],
      ["c", 4, null],
    ]);
    expect(detail.checkouts).toEqual(checkouts);
    database.write(batch(write({ replace: true, facts: [fact("d", 5)] })));
    expect(database.detail(UNKNOWN).facts.map(({ text }) => text)).toEqual(["d"]);
    expect(database.detail(UNKNOWN).checkouts).toEqual([]);
    database.write({ ...batch(), removed: [UNKNOWN] });
    expect(database.detail(UNKNOWN)).toEqual({ row: undefined, facts: [], checkouts: [] });
    database.close();
  });

  it("that fails in the middle leaves nothing", () => {
    const database = createDatabase(openSqlite(join(dir, "half.sqlite")));
    const broken = write({ id: "b" as SessionId, body: null as unknown as string });
    expect(() => database.write(batch(write(), broken))).toThrow();
    expect(database.get(UNKNOWN)).toBeUndefined();
    database.write(batch(write()));
    expect(database.get(UNKNOWN)).toBe("{}");
    database.close();
  });
});

describe("the worker", () => {
  it("answers in the order it was asked, so a question sees every write before it", async () => {
    const client = await DatabaseClient.open(join(dir, "order.sqlite"));
    const answers = Array.from({ length: 20 }, (_, index) => {
      void client.call("write", batch(write({ body: `${index}` })));
      return client.call("get", UNKNOWN);
    });
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 20 }, (_, index) => `${index}`));
    await client.close();
    await expect(client.call("projects")).rejects.toMatchObject({ code: "closed" });
    await client.close();
  });

  it("that ends unasked fails what was asked of it, and is started again by the next question", async () => {
    const code = `
      const { parentPort } = require("node:worker_threads");
      parentPort.on("message", ({ id, name }) => {
        if (name === "projects") process.exit(3);
        parentPort.postMessage({ id, value: "answered" });
      });`;
    const client = new DatabaseClient(join(dir, "ends.sqlite"), { type: "code", code });
    expect(await client.call("get", UNKNOWN)).toBe("answered");
    await expect(client.call("projects")).rejects.toMatchObject({ code: "unavailable" });
    expect(await client.call("get", UNKNOWN)).toBe("answered");
    await client.close().catch(() => undefined);
  });

  it("that cannot open its file says so", async () => {
    const client = await DatabaseClient.open(join(dir, "no", "such", "folder", "a.sqlite"));
    await expect(client.call("load")).rejects.toMatchObject({ code: "unavailable" });
  });
});
