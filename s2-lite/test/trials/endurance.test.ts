import { statSync } from "node:fs";
import { join } from "node:path";
import { AppendInput, AppendRecord, type S2Basin } from "@s2-dev/streamstore";
import { expect, it } from "vitest";
import { checkStore } from "../../src/check/check-store.js";
import { anonymousBytes } from "../support/clocked.js";
import { bundleProgram, startProgram } from "../support/program.js";
import { BASIN, sdk, temporaryFolder } from "../support/server.js";
import { tell, trialSize } from "../support/trial-size.js";

const MB = 1_048_576;
const LENGTH_MS = trialSize(10_000, 3_600_000);
const SAMPLE_MS = trialSize(250, 5_000);
const TELL_EVERY = trialSize(20, 60);
/** Short, so that several times as much is written as is kept. */
const AGE_SECS = trialSize(2, 300);
const WRITERS = 24;
const PAUSE_MS = trialSize(8, 100);

const mb = (bytes: number) => `${(bytes / MB).toFixed(1)} MB`;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Counts what the load did, and says when it is over. */
class Load {
  readonly basin: S2Basin;
  readonly endMs = performance.now() + LENGTH_MS;
  appended = 0;
  read = 0;
  created = 0;

  constructor(basin: S2Basin) {
    this.basin = basin;
  }

  get over(): boolean {
    return performance.now() > this.endMs;
  }

  /** Sessions that come and go, as recordings do: a new stream each, some trimmed, some deleted, the others left. */
  async write(which: number): Promise<void> {
    for (let turn = 0; !this.over; turn++) {
      const name = `w${which}/${turn}`;
      const deleteOnEmpty = { minAgeSecs: 1 };
      await this.basin.streams.create({ stream: name, config: { deleteOnEmpty } });
      this.created++;
      const stream = this.basin.stream(name);
      const session = await stream.appendSession();
      const batches = 20 + ((which * 7 + turn * 13) % 180);
      for (let left = batches; left > 0 && !this.over; left--) {
        const bytes = 200 + ((left * 2_654_435) % 6_000);
        const records: AppendRecord[] = Array.from({ length: 1 + (left % 5) }, () =>
          AppendRecord.string({ body: "x".repeat(bytes) }),
        );
        if (left % 50 === 0) records.push(AppendRecord.trim(Math.max(0, (batches - left) * 2)));
        await (await session.submit(AppendInput.create(records))).ack();
        this.appended += records.length;
        await pause(PAUSE_MS);
      }
      await session.close();
      if (turn % 3 === 0) await this.basin.streams.delete({ stream: name });
    }
  }

  /** Readers of one stream that never ends: from its beginning, and then live for a while. */
  async follow(): Promise<void> {
    const stream = this.basin.stream("endless");
    while (!this.over) {
      const session = await stream.readSession({ start: { from: { seqNum: 0 } }, stop: { waitSecs: 1 } });
      const untilMs = Math.min(this.endMs, performance.now() + 20_000);
      for await (const _ of session) {
        this.read++;
        if (performance.now() > untilMs) break;
      }
    }
  }

  async endless(): Promise<void> {
    const input = AppendInput.create([AppendRecord.string({ body: "endless ".repeat(64) })]);
    while (!this.over) {
      await this.basin.stream("endless").append(input);
      this.appended++;
      await pause(PAUSE_MS);
    }
  }
}

it(
  "memory and file are level under mixed load with retention",
  async () => {
    const dir = await temporaryFolder();
    const program = startProgram(await bundleProgram(), ["--dir", dir, "--port", "0"]);
    const s2 = sdk(await program.listening, { retry: { maxAttempts: 3 } });
    const defaultStreamConfig = { retentionPolicy: { ageSecs: AGE_SECS } };
    await s2.basins.create({ basin: BASIN, config: { createStreamOnAppend: true, defaultStreamConfig } });
    const load = new Load(s2.basin(BASIN));
    await s2.basin(BASIN).streams.create({ stream: "endless" });
    const pid = program.child.pid ?? 0;
    const samples: { readonly memory: number; readonly file: number }[] = [];
    const watch = (async () => {
      while (!load.over) {
        await pause(SAMPLE_MS);
        samples.push({ memory: anonymousBytes(pid), file: statSync(join(dir, "data.mdb")).size });
        const last = samples.at(-1);
        if (last !== undefined && samples.length % TELL_EVERY === 0)
          tell(
            `${((samples.length * SAMPLE_MS) / 1_000).toFixed(0)} s: memory ${mb(last.memory)}, file ${mb(last.file)}, ` +
              `${load.appended} records, ${load.created} streams, ${load.read} read`,
          );
      }
    })();
    const writers = Array.from({ length: WRITERS }, (_, which) => load.write(which));
    await Promise.all([watch, load.endless(), load.follow(), load.follow(), ...writers]);

    const half = samples.slice(samples.length / 2);
    for (const what of ["memory", "file"] as const) {
      const values = half.map((sample) => sample[what]);
      const third = Math.floor(values.length / 3);
      const early = mean(values.slice(0, third));
      const late = mean(values.slice(-third));
      tell(
        `${what} over the last half: ${mb(early)} in its first third, ${mb(late)} in its last, most ${mb(Math.max(...values))}`,
      );
      expect(late).toBeLessThan(early * 1.1 + trialSize(16, 4) * MB);
    }
    expect(program.errors()).not.toContain("failed");
    program.child.kill("SIGTERM");
    expect(await program.exited).toBe(0);
    expect(await checkStore(dir)).toMatchObject({ outcome: "sound" });
  },
  LENGTH_MS + 120_000,
);
