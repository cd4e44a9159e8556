import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { S2LiteError } from "../src/errors.js";
import { encodeMarkKey } from "../src/keys/mark.js";
import { encodeOwnerKey } from "../src/keys/owner.js";
import { type Ownership, takeOwnership } from "../src/ownership.js";
import { LmdbStore } from "../src/store/lmdb-store.js";
import { bundleProgram, startProgram } from "./support/program.js";
import { temporaryFolder } from "./support/server.js";
import { tell } from "./support/trial-size.js";

const ROW = { key: encodeMarkKey(1), value: Buffer.from("x") };

/** A store in a folder, closed when the test is over. */
function openStore(dir: string): LmdbStore {
  const store = LmdbStore.open(dir);
  onTestFinished(() => store.close());
  return store;
}

/** Somebody who has the folder; gives it back when the test is over. */
async function owner(
  dir: string,
  options: Parameters<typeof takeOwnership>[2] = {},
): Promise<{ store: LmdbStore; ownership: Ownership }> {
  const store = openStore(dir);
  const ownership = await takeOwnership(store, dir, options);
  onTestFinished(() => ownership.release().catch(() => undefined)); // where the test did so already
  return { store, ownership };
}

/** Takes the sockets away: from another container there are none to see. */
function hideSockets(dir: string): void {
  for (const name of readdirSync(dir)) if (name.endsWith(".sock")) rmSync(join(dir, name));
}

const inUse = expect.objectContaining({ code: "folder_in_use" });

describe("a folder", () => {
  it("that was given back is free at once, for whoever comes from anywhere", async () => {
    const dir = await temporaryFolder();
    const { ownership } = await owner(dir);
    await ownership.release();
    const { store } = await owner(dir, { place: "elsewhere" });
    await store.commit([ROW]);
  });

  it("with a living owner is refused, also where its socket cannot be seen", {
    timeout: 20_000,
  }, async () => {
    const dir = await temporaryFolder();
    await owner(dir);
    await expect(owner(dir)).rejects.toEqual(inUse);
    hideSockets(dir);
    await expect(owner(dir, { place: "another container" })).rejects.toEqual(inUse);
    await expect(owner(dir)).rejects.toEqual(inUse);
  });

  it("whose owner is silent is taken, and that owner can never write again", {
    timeout: 20_000,
  }, async () => {
    const dir = await temporaryFolder();
    let lost = 0;
    const first = await owner(dir, { onLost: () => lost++ });
    await first.store.commit([ROW]);
    // What a stopped or unreachable owner looks like: its row is replaced while it does not look.
    const [ours, theirs] = [encodeOwnerKey(1), encodeOwnerKey(2)];
    const row = first.store.get(ours);
    expect(row).toBeDefined();
    const other = openStore(dir);
    const taken = other.compareAndWrite(
      [{ key: ours, value: row }],
      [
        { key: ours, value: undefined },
        { key: theirs, value: Buffer.from("theirs") },
      ],
    );
    expect(taken).toBe(true);
    const late = first.store.commit([{ key: ROW.key, value: Buffer.from("late") }]);
    await expect(late).rejects.toEqual(expect.objectContaining({ code: "unavailable" }));
    await expect(late).rejects.toBeInstanceOf(S2LiteError);
    expect(other.get(ROW.key)?.toString()).toBe("x");
    expect(lost).toBe(1);
  });
});

describe("a server whose folder was taken", () => {
  it("says so in one line and ends, also when nobody writes", { timeout: 30_000 }, async () => {
    const dir = await temporaryFolder();
    const running = startProgram(await bundleProgram(), ["--dir", dir, "--port", "0"]);
    await running.listening;
    const said = running.errors();
    const other = openStore(dir);
    const ours = encodeOwnerKey(1);
    expect(other.compareAndWrite([], [{ key: ours, value: undefined }])).toBe(true);
    expect(await running.exited).toBe(2);
    expect(running.errors().slice(said.length)).toMatch(
      /^s2-lite: the folder .* was taken over by another s2-lite.*\n$/,
    );
  });
});

/** A process number space of its own, as a container has it: in each the server has the same number. */
const CONTAINER = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

function hasContainers(): boolean {
  try {
    execFileSync(CONTAINER[0] ?? "", [...CONTAINER.slice(1), "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("a server in another container", () => {
  it("is refused in one line, and takes the folder once its owner is killed", {
    timeout: 60_000,
  }, async () => {
    if (process.platform !== "linux" || !hasContainers()) {
      tell("SKIPPED: containers need the right to make them");
      return;
    }
    const dir = await temporaryFolder();
    const program = await bundleProgram();
    const args = ["--dir", dir, "--port", "0"];
    const first = startProgram(program, args, CONTAINER);
    await first.listening;
    hideSockets(dir);
    const second = startProgram(program, args, CONTAINER);
    expect(await second.exited).toBe(2);
    expect(second.errors()).toBe(`s2-lite: the folder ${dir} is in use by another s2-lite\n`);
    first.child.kill("SIGKILL");
    await first.exited;
    await startProgram(program, args, CONTAINER).listening;
  });
});
