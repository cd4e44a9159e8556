import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shareRewritten } from "../../src/export/second-pass.js";

/** Opens the file it is given once, then a second time, and goes on by a quarter of it with each line it hears. */
const REWRITING = `
const { openSync, readSync, writeSync } = require("node:fs");
const [file] = process.argv.slice(1);
const quarter = Buffer.alloc(25);
const writes = openSync(file, "r+");
let reads;
process.stdin.on("data", () => {
  reads === undefined ? (reads = openSync(file, "r")) : (readSync(reads, quarter), writeSync(writes, quarter));
  process.stdout.write(".");
});
process.stdout.write(".");
`;

describe.skipIf(process.platform !== "linux")("how far a file is written once more", () => {
  it("is where the process is in it that has it open twice", async () => {
    const dir = await mkdtemp(join(tmpdir(), "reeltime-second-pass-"));
    const file = join(dir, "video.mp4");
    expect(await shareRewritten(process.pid, file)).toBe(0);
    await writeFile(file, new Uint8Array(100));
    const child = spawn(process.execPath, ["-e", REWRITING, file], { stdio: ["pipe", "pipe", "inherit"] });
    try {
      const shares: (number | undefined)[] = [];
      for (let step = 0; step < 6; step++) {
        if (step > 0) child.stdin.write("\n");
        await once(child.stdout, "data");
        shares.push(await shareRewritten(child.pid, file));
      }
      expect(shares).toEqual([0, 0, 0.25, 0.5, 0.75, 1]);
    } finally {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      await rm(dir, { recursive: true, force: true });
    }
    expect(await shareRewritten(child.pid, file)).toBe(0);
  });
});
