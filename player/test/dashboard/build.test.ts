import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPlayer } from "../../../scripts/build-player.mjs";

let folder: string;
const built = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "reeltime-build-"));
  await buildPlayer({ outDir: built("first") });
  await buildPlayer({ outDir: built("second") });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the built dashboard", () => {
  it("is one page and hashed scripts, with nothing inline to run and no stylesheet", async () => {
    const html = await readFile(join(built("first"), "index.html"), "utf8");
    expect([...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag)).toEqual([
      expect.stringMatching(/src="\/assets\/index-[\w-]{8}\.js"/),
    ]);
    expect(html).not.toContain("stylesheet");
    const files = await readdir(built("first"), { recursive: true });
    expect(files.filter((file) => file.endsWith(".css"))).toEqual([]);
  });

  it("is the same bytes when it is built again", async () => {
    const files = (await readdir(built("first"), { recursive: true })).sort();
    expect((await readdir(built("second"), { recursive: true })).sort()).toEqual(files);
    for (const file of files.filter((name) => name.includes("."))) {
      expect(await readFile(join(built("second"), file))).toEqual(await readFile(join(built("first"), file)));
    }
  });
});
