/*
 * Cause: opening and closing a spool waited for the disk however long it took. On one that does not answer (a network's folder
 * that is gone), `start` and `stop` never resolved, nothing was recorded, and the app was kept from ending.
 */
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdirSync, openSync, readdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it, onTestFinished } from "vitest";
import { WRITE_PATIENCE_MS } from "../../src/spool/limits.js";
import type { Trouble } from "../../src/types.js";
import { diskIdle, newFolder, openFolder, removeFolders, startProcess } from "../spool/processes.js";

afterAll(removeFolders);

/** What is read of it hangs, until the test is over. */
const hang = (path: string): void => {
  execFileSync("mkfifo", [path]);
  onTestFinished(() => closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK)));
};

it("a disk that does not answer when a spool is opened is told, and memory serves", async () => {
  const folder = newFolder();
  const run = join(folder, "run-00000000-0000-0000-0000-000000000000");
  mkdirSync(run);
  hang(join(run, "owner-1.json"));
  const troubles: Trouble[] = [];
  const spool = await openFolder(folder, troubles);
  expect(troubles).toMatchObject([{ code: "spool_failed" }]);
  expect(spool.room()).toBe(true);
  await spool.close();
}, 20_000);

it("a disk that does not answer keeps nobody waiting who closes", async () => {
  const process = await startProcess();
  const { world, spool, folder } = process;
  world.fate = () => "lost request";
  for (let count = 0; count < 60; count++) world.push({ checkout: count === 0, bytes: 100_000 });
  await diskIdle();
  const [run = ""] = readdirSync(folder);
  for (const name of readdirSync(join(folder, run)).filter((one) => one.endsWith(".segment"))) {
    const path = join(folder, run, name);
    renameSync(path, `${path}.gone`);
    hang(path);
  }
  world.fate = () => "answer";
  void world.run(400_000);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const startedMs = performance.now();
  await spool.close();
  expect(performance.now() - startedMs).toBeLessThan(WRITE_PATIENCE_MS + 2_000);
}, 20_000);

it("a folder that was there keeps its permissions, and what is made in it is closed to others", async () => {
  const folder = join(newFolder(), "shared");
  mkdirSync(folder, { mode: 0o755 });
  const spool = await openFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o755);
  const [run = ""] = readdirSync(folder);
  expect(statSync(join(folder, run)).mode & 0o777).toBe(0o700);
  await spool.close();
});
