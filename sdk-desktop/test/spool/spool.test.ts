import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { MAX_AGE_MS, MAX_MEMORY_ALONE_BYTES, MAX_MEMORY_BYTES } from "../../src/spool/limits.js";
import {
  diskIdle,
  endWithTest,
  kill,
  newFolder,
  type Process,
  removeFolders,
  startForTest,
  startNext,
} from "./processes.js";

const KB = 1024;
const MB = KB * KB;

afterAll(removeFolders);

/** The server is away. */
const away = ({ world }: Process): void => {
  world.fate = () => "lost request";
};
const back = async ({ world }: Process): Promise<void> => {
  world.fate = () => "answer";
  await world.run(400_000);
};
const codes = ({ troubles }: Process): readonly string[] => troubles.map(({ code }) => code);
const labels = ({ world }: Process): readonly string[] =>
  world.kept.filter(({ kind }) => kind === "dom").map(({ label }) => label);

describe("a folder", () => {
  it("can be read by its user only", async () => {
    const process = await startForTest({ folder: join(newFolder(), "a", "b") });
    away(process);
    process.world.push({ checkout: true });
    await process.world.run(100);
    expect(statSync(process.folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(process.folder, { recursive: true }).map(String)) {
      const { mode } = statSync(join(process.folder, name));
      expect(mode & 0o077).toBe(0);
    }
    expect(readdirSync(process.folder, { recursive: true }).join()).toMatch(/\.segment/);
  });

  it("that cannot be made is told, and memory serves", async () => {
    const file = join(newFolder(), "a file");
    writeFileSync(file, "");
    const process = await startForTest({ folder: join(file, "spool") });
    expect(codes(process)).toEqual(["spool_failed"]);
    expect(process.troubles[0]?.message).toMatch(/ENOTDIR.*Recording goes on/);
    away(process);
    const pushed = [process.world.push({ checkout: true }), process.world.push()];
    await process.world.run(10_000);
    expect(process.spool.room()).toBe(true);
    await back(process);
    expect(labels(process)).toEqual(pushed);
  });

  it("that another process has is left to it, and counts", async () => {
    const first = await startForTest({ maxBytes: 4 * MB });
    away(first);
    for (let count = 0; count < 30; count++) first.world.push({ checkout: count === 0, bytes: 100 * KB });
    await first.world.run(1_000);
    const second = await startForTest({ maxBytes: 4 * MB }, first);
    await second.spool.sendLeftovers(second.world.options);
    expect(second.world.kept).toEqual([]);
    for (let count = 0; count < 6; count++) second.world.push({ checkout: count === 0, bytes: 100 * KB });
    await diskIdle();
    expect([first.spool.room(), second.spool.room()]).toEqual([true, false]);
  });
});

describe("what waits", () => {
  it("is on the disk, and where it goes, before anything of it is sent", async () => {
    const process = await startForTest();
    const { world, folder } = process;
    const missing: string[][] = [];
    world.fate = (path) => {
      if (path === "") return "answer";
      const disk = readdirSync(folder, { recursive: true })
        .map(String)
        .filter((name) => name.endsWith(".segment"))
        .map((name) => readFileSync(join(folder, name), "latin1"))
        .join();
      const wanted = [...world.pushed.map(({ label }) => `${label}..`), world.opened[0]?.sessionId ?? ""];
      missing.push(wanted.filter((text) => !disk.includes(text)));
      return "answer";
    };
    world.push({ checkout: true });
    await world.run(1_000);
    world.push();
    await world.run(1_000);
    expect(missing).toEqual([[], []]);
  });

  it("is on the disk and not in memory, and is sent piece by piece", async () => {
    const process = await startForTest();
    away(process);
    const pushed: string[] = [];
    for (let count = 0; count < 120; count++) {
      pushed.push(process.world.push({ checkout: count === 0, bytes: 100 * KB }));
      await process.world.run(10);
    }
    expect(process.spool.bytes).toBe(120 * 100 * KB);
    const segments = readdirSync(process.folder, { recursive: true }).filter((name) =>
      /segment/.test(String(name)),
    );
    expect(segments.length).toBeGreaterThan(4);
    await back(process);
    expect(labels(process)).toEqual(pushed);
    // Never more than a few pieces of it at once.
    const most = Math.max(...process.world.requests.map(({ numbers }) => numbers.length));
    expect(most).toBeLessThanOrEqual(11);
    expect(process.spool.bytes).toBe(0);
    expect(120 * 100 * KB).toBeGreaterThan(2 * MAX_MEMORY_BYTES);
  });

  it("stops captures when it fills the folder, loses nothing by that, and lets them go on", async () => {
    const process = await startForTest({ maxBytes: MB });
    away(process);
    const pushed: string[] = [];
    while (process.spool.room()) {
      pushed.push(process.world.push({ checkout: pushed.length === 0, bytes: 10 * KB }));
      await diskIdle();
    }
    expect(codes(process)).toEqual(["spool_full"]);
    expect(process.troubles[0]?.message).toMatch(/1 MB.*nothing that was recorded is lost/);
    // An eighth is for what cannot wait.
    expect(pushed.length).toBeGreaterThan(75);
    pushed.push(process.world.push(), process.world.push());
    await back(process);
    expect(process.spool.room()).toBe(true);
    expect(codes(process)).toEqual([]);
    expect(labels(process)).toEqual(pushed);
    expect(process.world.kept.some(({ kind }) => kind === "lost")).toBe(false);
  });

  it("that is pushed past the reserve is lost and told so, and what was there before it is not", async () => {
    const process = await startForTest({ maxBytes: MB });
    away(process);
    const pushed: string[] = [];
    for (let count = 0; count < 150; count++) {
      pushed.push(process.world.push({ checkout: count === 0, bytes: 10 * KB }));
      await diskIdle();
    }
    const asked = process.world.asked;
    expect(asked).toBeGreaterThan(0);
    await back(process);
    process.world.push({ checkout: true });
    await process.world.run(10_000);
    const lost = process.world.kept.find(({ kind }) => kind === "lost")?.lost;
    const arrived = labels(process).slice(0, -1);
    expect(arrived).toEqual(pushed.slice(0, arrived.length));
    expect(arrived.length).toBeGreaterThan(90);
    expect(lost).toMatchObject({ events: 150 - arrived.length, reason: "overflow" });
  });

  it("for a minute has a checkout with it, so that little is lost when the session is closed meanwhile", async () => {
    const process = await startForTest();
    const { world } = process;
    world.push({ checkout: true });
    await world.run(1_000);
    away(process);
    const before = world.push();
    await world.run(50_000);
    expect(world.asked).toBe(0);
    world.checkoutBytes = 500;
    await world.run(100_000);
    expect(world.asked).toBe(1);
    const after = world.push();
    await world.run(600_000);
    expect(world.asked).toBe(1);
    const [session] = world.opened;
    if (session !== undefined) world.closed.set(session.sessionId, "idle");
    await back(process);
    expect(labels(process)).toContain(after);
    expect(labels(process)).not.toContain(before);
    expect(world.kept.find(({ kind }) => kind === "lost")?.lost?.events).toBe(1);
  });

  it("in memory alone stops captures at its bound", async () => {
    const process = await startForTest({ folder: false });
    away(process);
    let bytes = 0;
    for (; process.spool.room(); bytes += 256 * KB)
      process.world.push({ checkout: bytes === 0, bytes: 256 * KB });
    expect(codes(process)).toEqual(["spool_full"]);
    expect(process.troubles[0]?.message).toMatch(/memory is full/);
    expect(bytes).toBeLessThan(MAX_MEMORY_ALONE_BYTES);
    expect(bytes).toBeGreaterThan(MAX_MEMORY_ALONE_BYTES * 0.8);
    await back(process);
    // Also when nobody asks.
    while (codes(process).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(process.spool.room()).toBe(true);
  });

  it("that is too old is given up once its session has ended, up to a checkout that is not, and told so", async () => {
    const process = await startForTest();
    const sent = process.world.push({ checkout: true });
    await process.world.run(1_000);
    away(process);
    process.world.push({ checkout: true });
    process.world.push();
    await process.world.run(MAX_AGE_MS / 2);
    process.world.push();
    const kept = process.world.push({ checkout: true });
    await process.world.run(MAX_AGE_MS / 2);
    const [session] = process.world.opened;
    if (session !== undefined) process.world.closed.set(session.sessionId, "limit");
    await back(process);
    expect(labels(process)).toEqual([sent, kept]);
    expect(process.world.kept.find(({ kind }) => kind === "lost")?.lost).toMatchObject({
      events: 3,
      reason: "storage",
    });
  });

  it("whose bytes are damaged is lost and told so, and what is around it is not", async () => {
    const process = await startForTest();
    away(process);
    const pushed: string[] = [];
    for (let count = 0; count < 100; count++) {
      pushed.push(process.world.push({ checkout: true, bytes: 100 * KB }));
      await process.world.run(10);
    }
    const [file = ""] = readdirSync(process.folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith("3.segment"));
    const path = join(process.folder, file);
    const bytes = readFileSync(path);
    bytes[MB] = (bytes[MB] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await back(process);
    const lost = process.world.kept.filter(({ kind }) => kind === "lost");
    expect(lost).toHaveLength(1);
    expect(lost[0]?.lost).toMatchObject({ events: 1, reason: "storage" });
    expect(labels(process)).toEqual(pushed.filter((_, index) => index !== lost[0]?.number));
  });
});

describe("what a killed process left", () => {
  it("for longer than a session may last is removed, and told so", async () => {
    const first = await startForTest();
    away(first);
    first.world.push({ checkout: true });
    await first.world.run(1_000);
    const folder = kill(first);
    const owner = readdirSync(folder, { recursive: true })
      .map(String)
      .find((name) => name.includes("owner"));
    const old = new Date(Date.now() - MAX_AGE_MS - 1_000);
    utimesSync(join(folder, owner ?? ""), old, old);
    const next = await startNext(first, folder);
    endWithTest(next);
    await next.leftovers;
    expect(codes(next)).toEqual(["spool_failed"]);
    expect(next.troubles[0]?.message).toMatch(/could not be sent.*It was removed/);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("when it was going on in another session goes on there, under the new numbers", async () => {
    const first = await startForTest();
    first.world.push({ checkout: true });
    await first.world.run(1_000);
    const [session] = first.world.opened;
    if (session !== undefined) first.world.closed.set(session.sessionId, "idle");
    first.world.fate = (path) =>
      session !== undefined && path.includes(session.sessionId) ? "answer" : "lost request";
    const pushed = [first.world.push({ checkout: true }), first.world.push(), first.world.push()];
    await first.world.run(10_000);
    expect(first.world.ended).toEqual(["idle"]);
    const next = await startNext(first, kill(first));
    endWithTest(next);
    await back(next);
    await next.leftovers;
    const second = next.world.kept.filter((frame) => frame.session !== session?.sessionId);
    expect(second.map(({ label, number }) => [label, number])).toEqual(
      pushed.map((label, number) => [label, number]),
    );
  });

  it("goes to the session that it was for, or to none when that was erased", async () => {
    const first = await startForTest();
    first.world.push({ checkout: true });
    await first.world.run(1_000);
    away(first);
    first.world.push();
    await first.world.run(1_000);
    const next = await startNext(first, kill(first));
    endWithTest(next);
    const [session] = first.world.opened;
    if (session !== undefined) next.world.closed.set(session.sessionId, "erased");
    await back(next);
    await next.leftovers;
    expect(next.world.opened).toHaveLength(1);
    expect(next.spool.bytes).toBe(0);
  });
});
