import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makePath } from "../../src/spool/make-path.js";
import { newFolder, removeFolders } from "./processes.js";

afterAll(removeFolders);

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe("a path of folders", () => {
  it("is made as far as it is missing, for its user only", async () => {
    const parent = newFolder();
    mkdirSync(join(parent, "there"), { mode: 0o755 });
    expect(await makePath(join(parent, "there", "one", "two"))).toBe(join(parent, "there", "one"));
    expect(modeOf(join(parent, "there"))).toBe(0o755);
    expect(modeOf(join(parent, "there", "one"))).toBe(0o700);
    expect(modeOf(join(parent, "there", "one", "two"))).toBe(0o700);
  });

  it("that is there already is left alone", async () => {
    const folder = newFolder();
    expect(await makePath(folder)).toBeUndefined();
    expect(await makePath("/")).toBeUndefined();
  });

  it("is made by several at once", async () => {
    const parent = newFolder();
    const paths = Array.from({ length: 8 }, (_, index) => join(parent, "a", "b", String(index)));
    await Promise.all(paths.map(makePath));
    expect(readdirSync(join(parent, "a", "b"))).toHaveLength(8);
  });

  it("is none where a file is in it", async () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "");
    await expect(makePath(file)).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makePath(join(file, "one", "two"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });
});
