import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Disk, type DiskEvent } from "../support/disk.js";
import { noStrace } from "../support/held-sync.js";
import { auditAfterReboot, cutPower, randomMoment, startRecorded } from "../support/power-cut.js";
import { bundleProgram } from "../support/program.js";
import { eventually, temporaryFolder } from "../support/server.js";
import { tell, trialSize } from "../support/trial-size.js";
import { DOZEN, Workload } from "../support/workload.js";

/** Runs that are recorded, and cuts in each. */
const RUNS = trialSize(1, 10);
const CUTS_PER_RUN = trialSize(15, 20);
/** Acks of one recorded run: every byte written is in its trace. */
const ACKS = 400;
/** Cuts of the careless program: each alone almost always shows it. */
const CARELESS_CUTS = trialSize(5, 20);

const missing = noStrace();
if (missing !== undefined) tell(`power: NOT TRIED: ${missing}`);

/** A run of all kinds of writers, recorded, and ended by a kill in the middle of it. */
async function record(program: string): Promise<{ workload: Workload; events: DiskEvent[]; fromMs: number }> {
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
  return { workload, events: recorded, fromMs };
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
      const { workload, events, fromMs } = await record(program);
      acks += workload.acks;
      writes += events.filter(({ kind }) => kind === "write").length;
      for (let cut = 0; cut < CUTS_PER_RUN; cut++, cuts++) {
        const atMs = randomMoment(events, fromMs);
        const { violations, records } = await auditAfterReboot(
          program,
          cutPower(events, atMs),
          workload.ledger,
          atMs,
        );
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
    const { workload, events, fromMs } = await record(careless);
    let noticed = 0;
    for (let cut = 0; cut < CARELESS_CUTS; cut++) {
      const atMs = randomMoment(events, fromMs);
      const { violations } = await auditAfterReboot(careless, cutPower(events, atMs), workload.ledger, atMs);
      if (violations.length > 0) noticed++;
    }
    tell(`power: without syncs, ${noticed} of ${CARELESS_CUTS} cuts lost something`);
    expect(noticed).toBeGreaterThan(CARELESS_CUTS / 2);
  });
});
