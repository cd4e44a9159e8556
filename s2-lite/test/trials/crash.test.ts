import { beforeAll, describe, expect, it } from "vitest";
import { NOW } from "../support/ledger.js";
import { soundness } from "../support/power-cut.js";
import { bundleProgram, startProgram } from "../support/program.js";
import { eventually, temporaryFolder } from "../support/server.js";
import { auditStore } from "../support/store-audit.js";
import { tell, trialSize } from "../support/trial-size.js";
import { FIFTY, Workload } from "../support/workload.js";

const CYCLES = trialSize(6, 200);
/** Acks that each cycle has at least, so that every kill has something to lose. */
const ACKS_PER_CYCLE = 300;
/** The longest that a kill is put off after that, and after a start, in milliseconds. */
const MAX_KILL_DELAY_MS = 300;
/** One in so many starts is killed too, at any moment of it. */
const KILLED_STARTS = 4;

let program: string;
beforeAll(async () => {
  program = await bundleProgram();
});

const atAnyMoment = () => new Promise((resolve) => setTimeout(resolve, Math.random() * MAX_KILL_DELAY_MS));

/** Starts the program, sometimes after starts that did not live long. */
async function start(dir: string): Promise<ReturnType<typeof startProgram>> {
  while (Math.random() * KILLED_STARTS < 1) {
    const shortLived = startProgram(program, ["--dir", dir, "--port", "0"]);
    await atAnyMoment();
    shortLived.child.kill("SIGKILL");
    await shortLived.exited;
  }
  return startProgram(program, ["--dir", dir, "--port", "0"]);
}

describe("a kill at any moment, with 50 writers", () => {
  it(
    "loses nothing that was acknowledged, and leaves nothing torn, twice or out of order",
    async () => {
      const dir = await temporaryFolder();
      const workload = new Workload(FIFTY);
      let audited = 0;
      for (let cycle = 0; cycle <= CYCLES; cycle++) {
        const running = await start(dir);
        const endpoint = await running.listening;
        if (cycle === 0) await workload.prepare(endpoint);
        const audit = await auditStore(endpoint, workload.ledger, NOW);
        expect({ cycle, violations: audit.violations }).toEqual({ cycle, violations: [] });
        audited += audit.records;
        workload.settle(audit);
        if (cycle === CYCLES) {
          running.child.kill("SIGTERM");
          expect(await running.exited).toBe(0);
          break;
        }
        await workload.trimShared(endpoint);
        const before = workload.acks;
        const writing = workload.run(endpoint);
        await eventually(async () => expect(workload.acks).toBeGreaterThan(before + ACKS_PER_CYCLE), 60_000);
        await atAnyMoment();
        workload.expectFall();
        running.child.kill("SIGKILL");
        await running.exited;
        await writing;
        expect(workload.unexpected).toEqual([]);
        expect(await soundness(dir)).toEqual([]);
      }
      const lives = workload.ledger.streams.reduce((sum, { lives: { length } }) => sum + length, 0);
      tell(
        `crash: ${CYCLES} kills, ${workload.acks} acknowledged appends, ${audited} records read back, ${lives} streams`,
      );
    },
    trialSize(180_000, 7_200_000),
  );
});
