import fc from "fast-check";
import { expect, it } from "vitest";
import type { RetentionPolicy } from "../../src/catalog/stream-config.js";
import { checkStore } from "../../src/check/check-store.js";
import { afterPrefix, Kind } from "../../src/keys/kind.js";
import { encodeTaskKey, TaskKind } from "../../src/keys/task.js";
import { readBatches, seqNumAtTimestamp } from "../../src/stream/batches.js";
import { checkInput } from "../../src/stream/check-input.js";
import { expiryOf } from "../../src/stream/expiry-groups.js";
import { type InputRecord, NO_HEADERS } from "../../src/stream/records.js";
import type { StreamState } from "../../src/stream/stream-state.js";
import { walkRecords } from "../../src/wire/proto-records.js";
import { type Engine, openEngine, streamConfig } from "../support/engine.js";
import { BASIN, eventually, temporaryFolder } from "../support/server.js";

type Step =
  | { readonly do: "append"; readonly count: number }
  | { readonly do: "wait"; readonly secs: number }
  | { readonly do: "retain"; readonly policy: RetentionPolicy }
  | { readonly do: "trim"; readonly back: number }
  | { readonly do: "reopen" };

const policy: fc.Arbitrary<RetentionPolicy> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ age: fc.integer({ min: 1, max: 200 }) }) },
  { weight: 1, arbitrary: fc.constant({ infinite: {} } as const) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("append" as const), count: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("wait" as const), secs: fc.integer({ min: 1, max: 150 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("retain" as const), policy }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("trim" as const), back: fc.integer({ min: 0, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "reopen" as const }) },
);

interface Kept {
  readonly seqNum: number;
  readonly timestamp: number;
  readonly expiresAtMs: number;
}

class Run {
  nowMs = 1_700_000_000_000;
  engine!: Engine;
  policy: RetentionPolicy = { age: 100 };
  kept: Kept[] = [];
  tail = 0;
  lastTimestamp = 0;
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  async open(): Promise<void> {
    this.engine = await openEngine(this.#dir, () => this.nowMs);
    await this.engine.streams.ensure(BASIN, "s", streamConfig({ retention_policy: this.policy }));
  }

  state(): Promise<StreamState> {
    return this.engine.streams.open(BASIN, "s", "append", undefined);
  }

  async do(step: Step): Promise<void> {
    if (step.do === "wait") this.nowMs += step.secs * 1_000;
    else if (step.do === "append")
      await this.#append(
        Array.from({ length: step.count }, () => ({ headers: NO_HEADERS, body: Buffer.from("r") })),
      );
    else if (step.do === "retain") {
      this.policy = step.policy;
      await this.engine.streams.ensure(BASIN, "s", streamConfig({ retention_policy: this.policy }));
    } else if (step.do === "trim") await this.#trim(Math.max(0, this.tail - step.back));
    else {
      await this.engine.close();
      await this.open();
    }
  }

  async #append(records: readonly Omit<InputRecord, "timestamp">[]): Promise<void> {
    const state = await this.state();
    const input = records.map((record) => ({ ...record, timestamp: undefined }));
    const checked = checkInput({ records: input, matchSeqNum: undefined, fencingToken: undefined });
    await new Promise<void>((resolve, reject) => {
      state.append(checked, (error) => (error === undefined ? resolve() : reject(error)));
    });
    const expiresAtMs = expiryOf(this.policy, this.nowMs);
    for (const _ of records) this.kept.push({ seqNum: this.tail++, timestamp: this.nowMs, expiresAtMs });
    this.lastTimestamp = this.nowMs;
  }

  async #trim(before: number): Promise<void> {
    const body = Buffer.alloc(8);
    body.writeBigUInt64BE(BigInt(before));
    const headers = [{ name: Buffer.alloc(0), value: Buffer.from("trim") }];
    await this.#append([{ headers, body }]);
    this.kept = this.kept.filter(({ seqNum }) => seqNum >= before);
    const { identity } = await this.state();
    const task = encodeTaskKey(TaskKind.trim, identity.id);
    await eventually(async () => expect(this.engine.store.get(task)).toBeUndefined());
  }

  /** Sweeps, and holds what is there against what must be. */
  async compare(): Promise<void> {
    await this.engine.retention.sweep();
    this.kept = this.kept.filter(({ expiresAtMs }) => expiresAtMs > this.nowMs);
    const state = await this.state();
    const { id } = state.identity;
    const { store } = this.engine;
    expect(state.tail).toEqual({ seqNum: this.tail, timestamp: this.lastTimestamp });
    const seen: number[] = [];
    for (const batch of readBatches(store, id, state.floor, this.tail, 1e9))
      walkRecords(batch.run, ({ seqNum }) => {
        if (seqNum >= state.floor) seen.push(seqNum);
        return true;
      });
    expect(seen).toEqual(this.kept.map(({ seqNum }) => seqNum));
    for (const at of [0, this.nowMs - 60_000, this.nowMs]) {
      const wanted = this.kept.find(({ timestamp }) => timestamp >= at)?.seqNum ?? this.tail;
      expect(seqNumAtTimestamp(store, id, at, state.floor, this.tail)).toBe(wanted);
    }
    expect(this.engine.logged).toEqual([]);
  }

  /** When all that ever expires has expired, no group is left, and the store is sound. */
  async end(): Promise<void> {
    this.nowMs += 400_000; // longer than any age there is
    await this.compare();
    const prefix = Buffer.from([Kind.expiry]);
    const of = Buffer.from([Kind.expiryOf]);
    expect(this.engine.store.countKeys(prefix, afterPrefix(prefix))).toBe(0);
    expect(this.engine.store.countKeys(of, afterPrefix(of))).toBe(0);
    await this.engine.close();
    expect(await checkStore(this.#dir)).toMatchObject({ outcome: "sound" });
  }
}

it("keeps exactly what has not expired and is not trimmed, whatever comes in between", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      const run = new Run(await temporaryFolder());
      await run.open();
      for (const each of steps) {
        await run.do(each);
        await run.compare();
      }
      await run.end();
    }),
    { numRuns: 40 },
  );
}, 120_000);
