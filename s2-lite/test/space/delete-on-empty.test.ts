import { describe, expect, it } from "vitest";
import { NEVER_MS } from "../../src/keys/batch.js";
import { afterPrefix, Kind } from "../../src/keys/kind.js";
import { checkInput } from "../../src/stream/check-input.js";
import { decideEmptyCheck, type EmptyFacts } from "../../src/stream/empty-checks.js";
import { NO_HEADERS } from "../../src/stream/records.js";
import { type Engine, openEngine, streamConfig } from "../support/engine.js";
import { BASIN, eventually, temporaryFolder } from "../support/server.js";

const SECOND = 1_000;

describe("a check for an empty stream", () => {
  const facts: EmptyFacts = {
    nowMs: 1_000 * SECOND,
    minAgeMs: 60 * SECOND,
    writtenAtMs: 900 * SECOND,
    busy: false,
    newestExpiresAtMs: undefined,
  };

  it.each<[string, Partial<EmptyFacts>, ReturnType<typeof decideEmptyCheck>]>([
    ["deletes one that is empty and old enough", {}, "delete"],
    ["deletes one that is just old enough", { writtenAtMs: 940 * SECOND }, "delete"],
    [
      "comes again in ten minutes when it is too young",
      { writtenAtMs: 941 * SECOND },
      { retryAtMs: 1_600_000 },
    ],
    [
      "comes again when it is old enough, if that is later",
      { minAgeMs: 5_000 * SECOND },
      { retryAtMs: 5_900_000 },
    ],
    ["comes again in ten minutes when an append is under way", { busy: true }, { retryAtMs: 1_600_000 }],
    [
      "comes again when the newest record expires",
      { newestExpiresAtMs: 9_000_000 },
      { retryAtMs: 9_000_000 },
    ],
    [
      "comes again in ten minutes when that is sooner",
      { newestExpiresAtMs: 1_000_001 },
      { retryAtMs: 1_600_000 },
    ],
    ["waits for a trim or a change when that never expires", { newestExpiresAtMs: NEVER_MS }, "wait"],
    ["waits so for a time no clock reaches", { minAgeMs: 2 ** 60 }, { retryAtMs: NEVER_MS }],
  ])("%s", (_name, change, outcome) => {
    expect(decideEmptyCheck({ ...facts, ...change })).toEqual(outcome);
  });
});

describe("delete-on-empty", () => {
  let nowMs = 1_700_000_000_000;
  const secs = (count: number) => {
    nowMs += count * SECOND;
  };
  const minAge = (count: number) => ({ delete_on_empty: { min_age_secs: count } });
  const gone = (engine: Engine, name = "s") =>
    eventually(async () => expect(engine.streams.find(basinId(engine), name)).toBeUndefined());
  const there = (engine: Engine, name = "s") =>
    expect(engine.streams.find(basinId(engine), name)).toMatchObject({ deletedAtMs: null });
  const basinId = (engine: Engine) => engine.basins.get(BASIN).id;
  const append = async (engine: Engine, name = "s", headers = NO_HEADERS, body = Buffer.from("x")) => {
    const state = await engine.streams.open(BASIN, name, "append", undefined);
    const records = [{ timestamp: undefined, headers, body }];
    await new Promise<void>((resolve, reject) => {
      const checked = checkInput({ records, matchSeqNum: undefined, fencingToken: undefined });
      state.append(checked, (error) => (error === undefined ? resolve() : reject(error)));
    });
    return state;
  };
  const trimAll = (engine: Engine) =>
    append(engine, "s", [{ name: Buffer.alloc(0), value: Buffer.from("trim") }], Buffer.alloc(8, 0x1f));
  const checksLeft = (engine: Engine) => {
    const start = Buffer.from([Kind.emptyCheck]);
    return engine.store.countKeys(start, afterPrefix(start));
  };
  const withEngine = async (work: (engine: Engine, dir: string) => Promise<void>) => {
    const dir = await temporaryFolder();
    const engine = await openEngine(dir, () => nowMs);
    await work(engine, dir);
    await engine.close();
    expect(engine.logged).toEqual([]);
  };

  it("deletes a stream that was never written to once it is old enough, and not before", () =>
    withEngine(async (engine) => {
      await engine.streams.ensure(BASIN, "s", streamConfig(minAge(100)));
      secs(99);
      await engine.emptyChecks.sweep();
      there(engine);
      secs(1);
      await engine.emptyChecks.sweep();
      await gone(engine);
      expect(checksLeft(engine)).toBe(0);
    }));

  it("leaves a stream alone that has records, until they expired and it is old enough", () =>
    withEngine(async (engine) => {
      await engine.streams.ensure(
        BASIN,
        "s",
        streamConfig({ ...minAge(50), retention_policy: { age: 1_000 } }),
      );
      await append(engine);
      secs(60);
      await engine.emptyChecks.sweep();
      there(engine);
      secs(1_100);
      await engine.emptyChecks.sweep(); // also before what expired is deleted
      await gone(engine);
    }));

  it("goes on after a restart", async () => {
    const dir = await temporaryFolder();
    const first = await openEngine(dir, () => nowMs);
    await first.streams.ensure(BASIN, "s", streamConfig(minAge(10)));
    await first.close();
    secs(11);
    const second = await openEngine(dir, () => nowMs);
    await second.emptyChecks.sweep();
    await gone(second);
    await second.close();
  });

  it("checks at once when the age is changed or something is trimmed, and not while it is 0", () =>
    withEngine(async (engine) => {
      const forever = { retention_policy: { infinite: {} } } as const;
      await engine.streams.ensure(BASIN, "s", streamConfig({ ...minAge(0), ...forever }));
      await append(engine);
      secs(10_000);
      await engine.emptyChecks.sweep();
      expect(checksLeft(engine)).toBe(0);
      await engine.streams.ensure(BASIN, "s", streamConfig({ ...minAge(5), ...forever }));
      expect(checksLeft(engine)).toBe(1);
      await engine.emptyChecks.sweep(); // its record never expires
      there(engine);
      expect(checksLeft(engine)).toBe(0);
      const state = await trimAll(engine);
      await eventually(async () => expect(checksLeft(engine)).toBe(1));
      await engine.emptyChecks.sweep(); // the trim was an append
      there(engine);
      expect(state.floor).toBe(state.tail.seqNum);
      secs(700);
      await engine.emptyChecks.sweep();
      await gone(engine);
      await engine.streams.ensure(BASIN, "t", streamConfig(minAge(5)));
      await engine.streams.ensure(BASIN, "t", streamConfig(minAge(0)));
      expect(checksLeft(engine)).toBe(0);
    }));

  it("never touches a later stream of the same name", () =>
    withEngine(async (engine) => {
      await engine.streams.ensure(BASIN, "s", streamConfig(minAge(10)));
      secs(11);
      await engine.streams.delete(BASIN, "s");
      await gone(engine);
      await engine.streams.ensure(BASIN, "s", streamConfig({}));
      await engine.emptyChecks.sweep();
      await append(engine);
      there(engine);
    }));

  it("loses to an append that comes while it is decided, and wins over one that comes after", () =>
    withEngine(async (engine) => {
      await engine.streams.ensure(BASIN, "s", streamConfig(minAge(10)));
      await append(engine);
      await trimAll(engine);
      const state = await engine.streams.open(BASIN, "s", "append", undefined);
      await eventually(async () => expect(state.floor).toBe(state.tail.seqNum));
      secs(700);
      const outcomes = await Promise.all([
        engine.emptyChecks.sweep().then(() => "checked"),
        append(engine).then(
          () => "appended",
          (error: unknown) => (error as { code: string }).code,
        ),
      ]);
      const stream = engine.streams.find(basinId(engine), "s");
      if (outcomes[1] === "appended") expect(stream).toMatchObject({ deletedAtMs: null });
      else {
        expect(outcomes[1]).toBe("stream_deletion_pending");
        await gone(engine);
      }
    }));
});
