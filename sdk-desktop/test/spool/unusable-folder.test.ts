import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import type { Trouble } from "../../src/types.js";
import { bundleProgram } from "../support/bundle.js";
import { until } from "../support/x-server.js";
import { newFolder, openFolder, removeFolders, startProcess } from "./processes.js";

afterAll(removeFolders);

/** Nobody's user id, by custom. */
const NOBODY = 65_534;

const isRoot = process.getuid?.() === 0;

/** What is told when a spool is opened there; it serves from memory all the same. */
async function troublesOf(folder: string): Promise<readonly Trouble[]> {
  const troubles: Trouble[] = [];
  const spool = await openFolder(folder, troubles);
  expect(spool.room()).toBe(true);
  expect(spool.keptBytes).toBe(0);
  await spool.close();
  return troubles;
}

describe("a folder that cannot be had", () => {
  const file = (): string => {
    const path = join(newFolder(), "file");
    writeFileSync(path, "");
    return path;
  };

  it.each([
    ["a file", file, "a file is where a folder should be (EEXIST)"],
    ["in a file", () => join(file(), "spool"), "a file is where a folder should be (ENOTDIR)"],
    ["in a device", () => "/dev/null/spool", "a file is where a folder should be (ENOTDIR)"],
    ["of too long a name", () => join(newFolder(), "n".repeat(300)), "its name is too long (ENAMETOOLONG)"],
  ])("since it is %s is told in words, and memory serves", async (_, folder, words) => {
    const path = folder();
    const [trouble, ...others] = await troublesOf(path);
    expect(others).toEqual([]);
    expect(trouble?.code).toBe("spool_failed");
    expect(trouble?.message).toContain(`${path}: ${words}. Recording goes on`);
    expect(trouble?.message).toMatch(/Name a folder that this user may write to \(spoolFolder\)\.$/);
  });

  it("since its user may not write there is told in words, and ends nothing", async () => {
    const program = await bundleProgram("../test/spool/recording-child.ts");
    const folder = newFolder();
    // Root may write anywhere: then it is nobody who tries, in a folder of root's own.
    if (!isRoot) chmodSync(folder, 0o500);
    const child = spawn(process.execPath, [program, join(folder, "spool"), "http://collector", "", "0"], {
      stdio: ["ignore", "ignore", "pipe"],
      ...(isRoot && { uid: NOBODY, gid: NOBODY }),
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect(said).toContain("this user may not write there (EACCES)");
    expect(code).toBe(0);
  });
});

/** A disk of so many bytes; `undefined` where this user may mount none. */
function smallDisk(bytes: number): string | undefined {
  const folder = newFolder();
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder]);
  if (status !== 0) return undefined;
  unmount.push(folder);
  return folder;
}
const unmount: string[] = [];
afterAll(() => {
  for (const folder of unmount) spawnSync("umount", ["-l", folder]);
});

const fill = (folder: string): void => {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, "filler"), new Uint8Array(bavail * bsize));
};

const disk = isRoot && existsSync("/proc/mounts") ? smallDisk(1024 * 1024) : undefined;

describe.skipIf(disk === undefined)("a disk that is full (for who may mount one)", () => {
  it("while a spool writes is told in words, and memory serves", async () => {
    const folder = smallDisk(1024 * 1024) ?? "";
    const process = await startProcess({ folder });
    const { world, troubles, spool } = process;
    world.fate = () => "lost request";
    for (let count = 0; count < 30; count++) world.push({ checkout: count === 0, bytes: 100_000 });
    await until(() => troubles.length > 0, "nothing is told");
    expect(troubles).toMatchObject([{ code: "spool_failed" }]);
    expect(troubles[0]?.message).toContain("the disk is full (ENOSPC)");
    expect(troubles[0]?.message).toMatch(/Free space on that disk, or name a folder on another one/);
    expect(spool.room()).toBe(true);
    expect(spool.keptBytes).toBe(0);
    await spool.close();
  });

  it("before a spool is opened is told in words, and memory serves", async () => {
    fill(disk ?? "");
    expect((await troublesOf(join(disk ?? "", "spool")))[0]?.message).toContain("the disk is full (ENOSPC)");
  });
});
