import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProjectId, SessionExport, SessionId } from "@reeltime/recorder/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Exports, type ExportsOptions } from "../../src/export/exports.js";
import type { JobOutcome, JobRun } from "../../src/export/job.js";
import {
  FAILURE_KEPT_MS,
  KEEP_FREE_BYTES,
  LONG_JOB_MS,
  MAX_ATTEMPTS,
  MAX_RUNNING,
  MAX_WAITING,
} from "../../src/export/limits.js";
import type { ExportRequest } from "../../src/export/request.js";
import { createLog } from "../../src/log.js";
import { until } from "../running.js";

let dir: string;
let nowMs = 1_700_000_000_000;
/** Jobs that run, each to be settled by its test. */
let jobs: { readonly run: JobRun; settle(outcome: JobOutcome): void }[] = [];
const open: Exports[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "reeltime-exports-"));
  jobs = [];
});
afterEach(async () => {
  for (const exports of open.splice(0)) await exports.close();
  await rm(dir, { recursive: true, force: true });
});

async function openExports(change: Partial<ExportsOptions> = {}): Promise<Exports> {
  const exports = await Exports.open({
    folder: join(dir, "exports"),
    maxBytes: 1_000,
    clock: () => nowMs,
    log: createLog("silent"),
    run: (run) =>
      new Promise((resolve) => {
        jobs.push({ run, settle: resolve });
        // As a real job does: it ends soon after it is told to.
        run.signal.addEventListener("abort", () => resolve({ type: "ended", message: "told to" }));
      }),
    ...change,
  });
  open.push(exports);
  return exports;
}

const request = (index: number): ExportRequest => ({
  session: {
    project: "default" as ProjectId,
    sessionId: `01890000-0000-7000-8000-${String(index).padStart(12, "0")}` as SessionId,
  },
  window: undefined,
  overlay: [],
});
const ask = async (exports: Exports, index: number, onClose = false): Promise<SessionExport> => {
  const asked = await exports.ask(request(index), onClose);
  if (asked === "full") throw new Error("full");
  return asked;
};
const stateOf = (exports: Exports, index: number): string | undefined => exports.look(request(index))?.state;
const MADE = {
  type: "made",
  video: { durationMs: 1, width: 2, height: 2, whole: true, dropped: 0 },
} as const;
/** Settles the next job that runs as made, with so many bytes. */
async function make(bytes = 10): Promise<void> {
  const job = await until(() => jobs.shift());
  await writeFile(job.run.file, new Uint8Array(bytes));
  job.settle(MADE);
}

describe("exports", () => {
  it("make one after another, and what is asked for twice once", async () => {
    const exports = await openExports();
    for (const index of [1, 2, 1]) await ask(exports, index);
    await until(() => jobs.length === MAX_RUNNING);
    expect([stateOf(exports, 1), stateOf(exports, 2)]).toEqual(["running", "queued"]);
    await make(7);
    await until(() => stateOf(exports, 1) === "ready" && stateOf(exports, 2) === "running");
    expect(exports.ready(request(1))?.video).toMatchObject({ bytes: 7, madeMs: nowMs });
    expect(exports.ready(request(2))).toBeUndefined();
  });

  it("refuse one more than may wait, and put what a policy wants behind", async () => {
    const exports = await openExports();
    await ask(exports, 0);
    await ask(exports, 1, true);
    for (let index = 2; index < MAX_WAITING + 2; index++) await ask(exports, index);
    expect(await exports.ask(request(99), false)).toBe("full");
    await make();
    await until(() => stateOf(exports, 2) === "running");
    expect(stateOf(exports, 1)).toBe("queued");
    expect((await ask(exports, 99)).state).toBe("queued");
  });

  it("make one beside another that has run for long, and beside one that a policy wants", async () => {
    const exports = await openExports();
    await ask(exports, 1);
    await ask(exports, 2);
    expect([stateOf(exports, 1), stateOf(exports, 2)]).toEqual(["running", "queued"]);
    nowMs += LONG_JOB_MS;
    await ask(exports, 3);
    expect([1, 2, 3].map((index) => stateOf(exports, index))).toEqual(["running", "running", "queued"]);
    for (const index of [1, 2, 3]) await exports.remove(request(index));
    await ask(exports, 4, true);
    await ask(exports, 5, true);
    await ask(exports, 6);
    expect([4, 5, 6].map((index) => stateOf(exports, index))).toEqual(["running", "queued", "running"]);
  });

  it("give each project its turn, however much another has asked for", async () => {
    const exports = await openExports();
    const { session, ...options } = request(3);
    const others = { ...options, session: { ...session, project: "another" as ProjectId } };
    await ask(exports, 1);
    await ask(exports, 2);
    await exports.ask(others, false);
    nowMs += 1;
    await make();
    await until(() => exports.look(others)?.state === "running");
    expect(stateOf(exports, 2)).toBe("queued");
  });

  it("say what a job is at while it runs, and only then", async () => {
    const exports = await openExports();
    await ask(exports, 1);
    await ask(exports, 2);
    const job = await until(() => jobs[0]);
    job.run.onProgress({ phase: "finishing", percent: 97.4 });
    expect(exports.look(request(1))).toMatchObject({ state: "running", phase: "finishing", percent: 97 });
    expect(exports.look(request(2))).toMatchObject({ state: "queued", phase: null });
    await make();
    await until(() => stateOf(exports, 1) === "ready");
    expect(exports.look(request(1))?.phase).toBeNull();
  });

  it("let older ones go where the disk is nearly full, and make another in their place", async () => {
    let free = KEEP_FREE_BYTES + 1_000;
    const exports = await openExports({ freeBytes: async () => free });
    for (const index of [1, 2]) {
      nowMs += 1;
      await ask(exports, index);
      await make(300);
      await until(() => stateOf(exports, index) === "ready");
    }
    free = KEEP_FREE_BYTES - 300;
    await ask(exports, 3);
    const job = await until(() => jobs[0]);
    expect([1, 2].map((index) => stateOf(exports, index))).toEqual([undefined, "ready"]);
    const { id } = exports.look(request(2)) ?? {};
    expect((await readdir(join(dir, "exports"))).filter((name) => name.endsWith(".mp4"))).toEqual([
      `${id}.mp4`,
    ]);
    job.settle({ type: "failed", code: "no_space", message: "Full." });
  });

  it("remember a failure for a while, and then begin anew", async () => {
    const exports = await openExports();
    await ask(exports, 1);
    const job = await until(() => jobs.shift());
    job.settle({ type: "failed", code: "no_pictures", message: "None." });
    await until(() => stateOf(exports, 1) === "failed");
    expect(exports.look(request(1))?.error).toEqual({ code: "no_pictures", message: "None." });
    nowMs += FAILURE_KEPT_MS;
    await ask(exports, 1);
    expect(exports.look(request(1))?.error).toBeNull();
  });

  it("begin a job again that ended by itself, so many times and no more", async () => {
    const exports = await openExports();
    await ask(exports, 1);
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const job = await until(() => jobs.shift());
      job.settle({ type: "ended", message: "It ended by SIGSEGV" });
    }
    await until(() => stateOf(exports, 1) === "failed");
    expect(exports.look(request(1))?.error?.message).toBe("It ended by SIGSEGV");
    expect(jobs).toEqual([]);
  });

  it("give up a job with which the server ended so many times, instead of ending with it forever", async () => {
    const before = await openExports();
    await ask(before, 1);
    await until(() => jobs.length === 1);
    await ask(before, 2);
    const [name = ""] = await until(async () => {
      const names = await readdir(join(dir, "exports"));
      const markers = await Promise.all(
        names.map(async (each) =>
          (await readFile(join(dir, "exports", each), "utf8")).includes('"attempts":1'),
        ),
      );
      const begun = names.filter((_, index) => markers[index]);
      return begun.length > 0 && begun;
    });
    const marker = join(dir, "exports", name);
    const said = await readFile(marker, "utf8");
    await before.close();
    // As killed each time: a server that closes says that it was not the job's fault.
    await writeFile(marker, said.replace('"attempts":1', `"attempts":${MAX_ATTEMPTS}`));
    jobs = [];
    const after = await openExports();
    await after.start(async () => false);
    await until(() => stateOf(after, 2) === "running" && jobs.length === 1);
    expect(stateOf(after, 1)).toBe("failed");
    await ask(after, 1);
    expect(stateOf(after, 1)).toBe("queued");
  });

  it("begin again after a restart what it cut off, and serve what was made", async () => {
    const before = await openExports();
    await ask(before, 1);
    await make();
    await until(() => stateOf(before, 1) === "ready");
    await ask(before, 2);
    const cut = await until(() => jobs.shift());
    await writeFile(cut.run.file, "half");
    await ask(before, 3);
    await before.close();
    const after = await openExports();
    expect([1, 2, 3].map((index) => stateOf(after, index))).toEqual(["ready", "queued", "queued"]);
    // No session of the second is there any more.
    await after.start(async (id) => id === request(2).session.sessionId);
    await until(() => stateOf(after, 3) === "running");
    expect(stateOf(after, 2)).toBeUndefined();
    const names = await readdir(join(dir, "exports"));
    expect(names.filter((name) => name.includes("draft"))).toEqual([]);
  });

  it("keep nothing of what is removed or erased, whatever is under way", async () => {
    const exports = await openExports();
    for (const index of [1, 2, 3]) await ask(exports, index);
    await make();
    await until(() => stateOf(exports, 1) === "ready" && jobs.length === 1);
    await writeFile(jobs[0]?.run.file ?? "", "half");
    await exports.remove(request(2));
    exports.erased(request(1).session.sessionId);
    exports.erased(request(3).session.sessionId);
    await exports.remove(request(3));
    expect([1, 2, 3].map((index) => stateOf(exports, index))).toEqual([undefined, undefined, undefined]);
    expect(await readdir(join(dir, "exports"))).toEqual([]);
  });

  it("leave nothing beside a marker that cannot be written", async () => {
    const exports = await openExports();
    const { id } = await ask(exports, 1);
    await until(() => jobs.length === 1);
    await exports.remove(request(1));
    jobs = [];
    // Stands where its next marker would: written, it cannot be put in its place.
    await mkdir(join(dir, "exports", `${id}.json`, "in-the-way"), { recursive: true });
    await ask(exports, 1);
    await until(() => jobs.length === 1);
    expect(await readdir(join(dir, "exports"))).toEqual([`${id}.json`]);
  });

  it("let the oldest go when there is no room", async () => {
    const exports = await openExports();
    for (const index of [1, 2]) {
      nowMs += 1;
      await ask(exports, index);
      await make(600);
      await until(() => stateOf(exports, index) === "ready");
    }
    await until(() => stateOf(exports, 1) === undefined);
    expect(stateOf(exports, 2)).toBe("ready");
  });

  it("read no marker that is not theirs", async () => {
    const before = await openExports();
    await ask(before, 1);
    await before.close();
    const [name = ""] = (await readdir(join(dir, "exports"))).filter((each) => each.endsWith(".json"));
    for (const [file, text] of [
      [`x${name}`, "{}"],
      ["broken.json", "{"],
      ["stray.mp4", "video"],
      [name, JSON.stringify({ version: 1, project: "../..", session: "x" })],
    ] as const)
      await writeFile(join(dir, "exports", file), text);
    const after = await openExports();
    expect(stateOf(after, 1)).toBeUndefined();
    expect(await readdir(join(dir, "exports"))).toEqual([]);
  });
});
