import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Disk, type DiskEvent } from "../support/disk.js";
import { HeldSync, META_BYTES, noStrace } from "../support/held-sync.js";
import type { Ledger } from "../support/ledger.js";
import {
  auditAfterReboot,
  cutPower,
  namesBeside,
  randomMoment,
  rebootedFolder,
  startRecorded,
} from "../support/power-cut.js";
import { bundleProgram, startProgram } from "../support/program.js";
import { json } from "../support/raw.js";
import { BASIN, eventually, temporaryFolder } from "../support/server.js";
import { tell, trialSize } from "../support/trial-size.js";
import { DOZEN, Workload } from "../support/workload.js";

/** Runs that are recorded, and cuts in each. */
const RUNS = trialSize(1, 10);
const CUTS_PER_RUN = trialSize(12, 20);
/** Cuts of each while its store is made. */
const FIRST_CUTS_PER_RUN = trialSize(3, 5);
const NOTHING: Ledger = { streams: [], basins: new Map() };
/** Acks of one recorded run: every byte written is in its trace. */
const ACKS = 400;
/** Cuts of the careless program: each alone almost always shows it. */
const CARELESS_CUTS = trialSize(4, 20);
/** Cuts after a restart; and how many at most without its sync, until one loses what was read: each does by half. */
const RESTART_CUTS = trialSize(6, 20);
const MAX_CARELESS_RESTART_CUTS = 40;
const RECORDS = "/v1/streams/s/records";
/** The file begins with two pages of meta data, whose contents begin behind a page's header. */
const META_PAGE_BYTES = 4_096;
const META_OFFSET = 40;

const missing = noStrace();
if (missing !== undefined) tell(`power: NOT TRIED: ${missing}`);

interface Recorded {
  readonly workload: Workload;
  readonly events: readonly DiskEvent[];
  /** From when on clients heard anything. */
  readonly fromMs: number;
  readonly beside: readonly string[];
}

/** A run of all kinds of writers, recorded, and ended by a kill in the middle of it. */
async function record(program: string): Promise<Recorded> {
  const dir = join(await temporaryFolder(), "data");
  const { running, events } = await startRecorded(program, dir);
  const endpoint = await running.listening;
  const workload = new Workload(DOZEN);
  await workload.prepare(endpoint);
  const fromMs = Date.now() + 1;
  const writing = workload.run(endpoint);
  await eventually(async () => expect(workload.acks).toBeGreaterThan(ACKS), 60_000);
  workload.expectFall();
  running.child.kill("SIGKILL");
  await running.exited;
  await writing;
  expect(workload.unexpected).toEqual([]);
  const recorded = events();
  expectWhole(recorded, readFileSync(join(dir, "data.mdb")));
  return { workload, events: recorded, fromMs, beside: namesBeside(dir) };
}

/** The record is of everything that made the file what it is; but for what the kill interrupted. */
function expectWhole(events: readonly DiskEvent[], file: Buffer): void {
  const disk = new Disk();
  const interrupted = events.filter(({ toMs }) => toMs === Number.POSITIVE_INFINITY);
  for (const event of events) if (!interrupted.includes(event)) disk.apply(event);
  const cached = disk.cached();
  if (interrupted.length === 0) expect(cached.equals(file)).toBe(true);
  else expect(file.length).toBeGreaterThanOrEqual(cached.length);
}

describe.runIf(missing === undefined)("a power cut at any moment", () => {
  it("loses nothing that was acknowledged before it", {
    timeout: trialSize(120_000, 3_600_000),
  }, async () => {
    const program = await bundleProgram();
    let [cuts, audited, writes, acks] = [0, 0, 0, 0];
    for (let run = 0; run < RUNS; run++) {
      const { workload, events, fromMs, beside } = await record(program);
      const starting = events.filter((event) => event.fromMs < fromMs);
      for (let cut = 0; cut < FIRST_CUTS_PER_RUN; cut++, cuts++) {
        // Nothing was ever acknowledged: it must open, and be empty or not yet.
        const atMs = randomMoment(starting, 0);
        const dir = await rebootedFolder(cutPower(starting, atMs), []);
        const { violations } = await auditAfterReboot(program, dir, NOTHING, atMs, false);
        expect({ run, first: cut, violations }).toEqual({ run, first: cut, violations: [] });
      }
      acks += workload.acks;
      writes += events.filter(({ kind }) => kind === "write").length;
      for (let cut = 0; cut < CUTS_PER_RUN; cut++, cuts++) {
        const atMs = randomMoment(events, fromMs);
        const dir = await rebootedFolder(cutPower(events, atMs), beside);
        const { violations, records } = await auditAfterReboot(program, dir, workload.ledger, atMs);
        expect({ run, cut, violations }).toEqual({ run, cut, violations: [] });
        audited += records;
      }
    }
    tell(
      `power: ${cuts} cuts in ${RUNS} runs of ${acks} acks and ${writes} writes, ${audited} records read back`,
    );
  });

  it("is noticed when the store does not sync", { timeout: 120_000 }, async () => {
    const careless = await bundleProgram({ noSync: true });
    const { workload, events, fromMs, beside } = await record(careless);
    let noticed = 0;
    for (let cut = 0; cut < CARELESS_CUTS; cut++) {
      const atMs = randomMoment(events, fromMs);
      const dir = await rebootedFolder(cutPower(events, atMs), beside);
      const { violations } = await auditAfterReboot(careless, dir, workload.ledger, atMs);
      if (violations.length > 0) noticed++;
    }
    tell(`power: without syncs, ${noticed} of ${CARELESS_CUTS} cuts lost something`);
    expect(noticed).toBeGreaterThan(0);
  });
});

/**
 * Kills the program while the commit of a record is written and not yet synced: the kernel has it, the disk
 * does not, and the program that starts next finds it there.
 */
async function killBeforeSync(program: string, dir: string): Promise<{ disk: Disk; body: string }> {
  const file = join(dir, "data.mdb");
  for (let attempt = 0; attempt < 30; attempt++) {
    const running = startProgram(program, ["--dir", dir, "--port", "0"]);
    const endpoint = await running.listening;
    await json(endpoint, "POST", "/v1/basins", { basin: BASIN });
    await json(endpoint, "POST", "/v1/streams", { stream: "s" });
    const before = readFileSync(file);
    const body = `unheard ${attempt}`;
    const held = await HeldSync.attach(
      running.child.pid ?? 0,
      file,
      "after the meta page is written, before that is said to be synced",
      1 + (attempt % 3), // pages may be written by the same call, before: how many differs
    );
    onTestFinished(() => held.abandon());
    const answer = json(endpoint, "POST", RECORDS, { records: [{ body }] }).catch(() => undefined);
    const where = await Promise.race([held.reached(), answer.then(() => undefined)]);
    running.child.kill("SIGKILL");
    await held.abandon();
    await running.exited;
    await answer;
    if (where?.meta === true) return { disk: unsynced(before, readFileSync(file)), body };
  }
  throw new Error("the meta page's write never came by");
}

/** A disk to which everything came but the meta page that was written last. */
function unsynced(before: Buffer, after: Buffer): Disk {
  const meta = [0, META_PAGE_BYTES].map((page) => page + META_OFFSET);
  const written = meta.find(
    (at) => !before.subarray(at, at + META_BYTES).equals(after.subarray(at, at + META_BYTES)),
  );
  if (written === undefined) throw new Error("no meta page was written");
  const durable = Buffer.from(after);
  before.copy(durable, written, written, written + META_BYTES);
  const disk = Disk.holding(durable);
  const bytes = after.subarray(written, written + META_BYTES);
  disk.apply({ kind: "write", fromMs: 0, toMs: 0, offset: written, bytes, synced: false });
  return disk;
}

describe.runIf(missing === undefined)("a kill before the sync, and a power cut after the restart", () => {
  it("loses nothing that was read in between", { timeout: 120_000 }, async () => {
    const program = await bundleProgram();
    const dir = await temporaryFolder();
    const { disk, body } = await killBeforeSync(program, dir);
    const { running, events } = await startRecorded(program, dir);
    const endpoint = await running.listening;
    expect(await lastBody(endpoint)).toBe(body); // shown: it must stay
    const atMs = Date.now();
    running.child.kill("SIGKILL");
    await running.exited;
    const done = events();
    const beside = namesBeside(dir);
    const lost = async (recorded: readonly DiskEvent[]) =>
      (await lastBodyAfterReboot(program, cutPower(recorded, atMs, disk.clone()), beside)) !== body;
    for (let cut = 0; cut < RESTART_CUTS; cut++) expect(await lost(done)).toBe(false);
    // The same without the sync at the start.
    const careless = done.filter(({ kind }) => kind !== "sync");
    let tried = 1;
    while (!(await lost(careless))) expect(++tried).toBeLessThanOrEqual(MAX_CARELESS_RESTART_CUTS);
    tell(`power: after a restart ${RESTART_CUTS} cuts lost nothing; without its sync, cut ${tried} did`);
  });
});

async function lastBody(endpoint: string): Promise<string | undefined> {
  const { body } = await json(endpoint, "GET", `${RECORDS}?tail_offset=1`);
  return (body as { records?: { body: string }[] }).records?.[0]?.body;
}

/** The stream's last record after a reboot; undefined when there is none, or the store does not open. */
async function lastBodyAfterReboot(
  program: string,
  file: Buffer,
  beside: readonly string[],
): Promise<string | undefined> {
  const dir = await rebootedFolder(file, beside);
  const running = startProgram(program, ["--dir", dir, "--port", "0"]);
  try {
    return await lastBody(await running.listening);
  } catch {
    return undefined; // it does not open: a loss
  } finally {
    running.child.kill("SIGKILL");
    await running.exited;
  }
}
