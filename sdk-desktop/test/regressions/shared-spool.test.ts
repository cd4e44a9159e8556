/*
 * Causes, all of several processes on one spool's folder. What others had there was counted once, when the spool was opened: an
 * app that was started beside a full one never captured, also when the other had long sent all. A folder that another had
 * sent meanwhile was told as unreadable, for good. A claim that slept between its look and its link could take what another
 * had taken and let go. A process that has ended but was never waited for counted as alive, and what it left as its own.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { claimFolder, makeFolder, ownerHere, release } from "../../src/spool/owner.js";
import {
  diskIdle,
  endWithTest,
  kill,
  newFolder,
  removeFolders,
  startForTest,
  startNext,
} from "../spool/processes.js";
import { until } from "../support/x-server.js";

const MB = 1024 * 1024;

afterAll(removeFolders);

it("room that another process gives back is used", async () => {
  const first = await startForTest({ maxBytes: 4 * MB });
  first.world.fate = () => "lost request";
  for (let count = 0; count < 34; count++) first.world.push({ checkout: count === 0, bytes: 0.1 * MB });
  await diskIdle();
  const second = await startForTest({ maxBytes: 4 * MB }, first);
  for (let count = 0; count < 4; count++) second.world.push({ checkout: count === 0, bytes: 0.1 * MB });
  await diskIdle();
  expect(second.spool.room()).toBe(false);
  first.world.fate = () => "answer";
  await first.world.run(100_000);
  await diskIdle();
  expect(first.spool.bytes).toBe(0);
  await until(() => second.troubles.length === 0, "it is still full");
  expect(second.spool.room()).toBe(true);
});

it("what another process has sent meanwhile is no trouble", async () => {
  const first = await startForTest();
  first.world.fate = () => "lost request";
  first.world.push({ checkout: true });
  await first.world.run(1_000);
  const folder = kill(first);
  const second = await startForTest({}, { world: first.world, folder });
  const third = await startNext(first, folder);
  endWithTest(third);
  third.world.fate = () => "answer";
  await third.world.run(100_000);
  await third.leftovers;
  await second.spool.sendLeftovers(second.world.options);
  expect(second.troubles).toEqual([]);
});

it("a folder is never had by two", async () => {
  const me = await ownerHere("http://collector", "pk_test");
  const { folder } = await makeFolder(newFolder(), { ...me, released: true });
  let holders = 0;
  let most = 0;
  const claimAndRelease = async (): Promise<void> => {
    for (let time = 0; time < 150; time++) {
      const held = await claimFolder(folder, me);
      if (held === undefined) continue;
      holders += 1;
      most = Math.max(most, holders);
      await diskTurns(Math.random() * 3);
      holders -= 1;
      await release(held, me);
    }
  };
  await Promise.all(Array.from({ length: 8 }, claimAndRelease));
  expect(most).toBe(1);
});

const diskTurns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

it.runIf(process.platform === "linux")(
  "what a process has left is had though nobody waited for it",
  async () => {
    // The shell becomes a program that waits for none of the children it gets.
    const parent = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 20"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    const stat = (): readonly string[] => readFileSync(`/proc/${pid}/stat`, "utf8").split(" ");
    const me = await ownerHere("http://collector", "pk_test");
    const { folder } = await makeFolder(newFolder(), { ...me, pid, started: stat()[21] ?? "" });
    expect(await claimFolder(folder, me)).toBeUndefined();
    await until(() => stat()[2] === "Z", "it is not over");
    expect(await claimFolder(folder, me)).toEqual({ folder, claim: 2 });
    parent.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  },
);
