import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { otherFolders } from "../../src/spool/folders.js";
import { GONE_AFTER_MS, UNCLAIMED_MS } from "../../src/spool/limits.js";
import { claimFolder, isGone, makeFolder, type Owner, ownerHere, release } from "../../src/spool/owner.js";
import { newFolder, removeFolders } from "./processes.js";

afterAll(removeFolders);

const owner: Owner = {
  version: 1,
  pid: 7,
  started: "100",
  place: "here",
  apiHost: "http://collector",
  projectKey: "pk_test",
  released: false,
};

describe("an owner", () => {
  it.each([
    ["whose process runs", owner, { quietMs: 1e12, started: "100" }, false],
    ["whose process ended", owner, { quietMs: 0, started: undefined }, true],
    ["whose number another process has", owner, { quietMs: 0, started: "101" }, true],
    ["of a system that says no starts", { ...owner, started: "" }, { quietMs: 1e12, started: "101" }, false],
    [
      "elsewhere, not long quiet",
      { ...owner, place: "there" },
      { quietMs: GONE_AFTER_MS, started: undefined },
      false,
    ],
    [
      "elsewhere, long quiet",
      { ...owner, place: "there" },
      { quietMs: GONE_AFTER_MS + 1, started: "100" },
      true,
    ],
    ["who let go", { ...owner, released: true }, { quietMs: 0, started: "100" }, true],
  ] as const)("%s", (_, one, sighting, gone) => {
    expect(isGone(one, { place: "here" }, sighting)).toBe(gone);
  });

  it("keeps its folder while its process runs, and leaves it to exactly one other", async () => {
    const me = await ownerHere("http://collector", "pk_test");
    const held = await makeFolder(newFolder(), me);
    expect(await claimFolder(held.folder, me)).toBeUndefined();
    await release(held, me);
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => claimFolder(held.folder, me).catch(() => undefined)),
    );
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    expect(await claimFolder(held.folder, me)).toBeUndefined();
  });

  it("leaves nothing to whoever sends to another collector, or for another project", async () => {
    const me = await ownerHere("http://collector", "pk_test");
    const held = await makeFolder(newFolder(), me);
    await release(held, me);
    expect(await claimFolder(held.folder, { ...me, apiHost: "http://another" })).toBeUndefined();
    expect(await claimFolder(held.folder, { ...me, projectKey: "pk_another" })).toBeUndefined();
    expect(await claimFolder(held.folder, me)).toBeDefined();
  });

  it("that ended while it made its folder leaves nothing for long", async () => {
    const me = await ownerHere("http://collector", "pk_test");
    const parent = newFolder();
    const own = await makeFolder(parent, me);
    const name = "3f0c7a3e-0000-4000-8000-000000000000";
    for (const kind of ["new", "run"]) mkdirSync(join(parent, `${kind}-${name}`));
    writeFileSync(join(parent, "somebody's file"), "");
    expect(await otherFolders(parent, me, own.folder)).toMatchObject([{ isGone: false }]);
    const old = new Date(Date.now() - UNCLAIMED_MS);
    for (const kind of ["new", "run"]) utimesSync(join(parent, `${kind}-${name}`), old, old);
    expect(await otherFolders(parent, me, own.folder)).toMatchObject([{ isGone: true, bytes: 0 }]);
    expect(readdirSync(parent)).not.toContain(`new-${name}`);
    expect(readdirSync(parent)).toContain("somebody's file");
  });
});
