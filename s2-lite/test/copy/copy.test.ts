import { beforeAll, describe, expect, it } from "vitest";
import { EMPTY_BASIN_CONFIG } from "../../src/catalog/basin-config.js";
import { SYSTEM_STREAM_CONFIG } from "../../src/catalog/stream-config.js";
import type { S2Client } from "../../src/copy/s2-client.js";
import { bundleProgram, startProgram } from "../support/program.js";
import { eventually } from "../support/server.js";
import { clientOf, sdkOf, THEIRS, useSide, WAYS } from "./endpoints.js";
import { command, contents, EXACT_TIMES, fill, lines, record } from "./filling.js";

let program: string;
beforeAll(async () => {
  program = await bundleProgram();
});

/** Runs the copy command; gives its exit code, what it says, and its summary. */
async function runCopy(...args: readonly string[]) {
  const running = startProgram(program, ["copy", ...args]);
  const code = await running.exited;
  const summary = JSON.parse(running.lines[0] ?? "{}") as Record<string, number>;
  return { code, summary, said: running.errors() };
}

describe.each(WAYS)("a copy from $from.name to $to.name", ({ from, to }) => {
  const source = useSide(from);
  const target = useSide(to);
  let there: S2Client;
  let here: S2Client;
  let names = 0;
  beforeAll(() => {
    there = clientOf(source());
    here = clientOf(target());
  });

  /** A new basin in the source, and the flags that copy it. */
  async function newBasin(config = EMPTY_BASIN_CONFIG) {
    const basin = `copy-basin-${names++}`;
    await there.createBasin(basin, config);
    return { basin, flags: ["--from", source(), "--to", target(), "--basin", basin] };
  }

  it("keeps numbers, timestamps, headers and bodies, whatever they are", async () => {
    const { basin, flags } = await newBasin();
    const ref = { basin, stream: "every/kind of + record%ü" };
    const large = 2n ** 64n - 3n;
    const records = [
      record(""),
      record(Buffer.from([0, 255, 128, 10]), 1_000, { k: "v", other: "" }),
      ...Array.from({ length: 2_500 }, (_, index) =>
        record(`number ${index}`, 1_000 + Math.floor(index / 7)),
      ),
      record("x".repeat(1_000_000), 5_000),
      record("far away", Date.now() + 10 ** 12),
      record("beyond doubles", large),
      record("again", large),
    ];
    await fill(there, ref, records);
    const { code, summary, said } = await runCopy(...flags);
    expect([code, said.split("\n").length]).toEqual([0, 2]);
    expect(summary).toMatchObject({ copied: 1, equal: 0, renumbered: 0, records: records.length });
    const copied = await lines(here, ref);
    expect(copied.length).toBe(records.length);
    expect(copied).toEqual(await lines(there, ref));
    expect((await contents(here, ref)).at(-1)?.timestamp).toBe(large);
    expect(await here.streamConfig(ref)).toEqual(await there.streamConfig(ref));
  });

  it("is what the official SDK reads: the same records and fences", async () => {
    const { basin, flags } = await newBasin();
    await fill(there, { basin, stream: "s" }, [
      command("fence", "writer-1"),
      record("one", 1_000, { a: "b" }),
      command("fence", "writer-2"),
      record("two", 2_000),
      command("fence", "closed"),
    ]);
    expect((await runCopy(...flags)).code).toBe(0);
    const read = async (endpoint: string) => {
      const stream = sdkOf(endpoint).basin(basin).stream("s");
      return (await stream.read({ start: { from: { seqNum: 0 } } }, { as: "bytes" })).records;
    };
    const copied = await read(target());
    expect(copied).toHaveLength(5);
    expect(copied).toEqual(await read(source()));
    const stale = fetch(`${target()}/v1/streams/s/records`, {
      method: "POST",
      headers: { "s2-basin": basin, "content-type": "application/json" },
      body: JSON.stringify({ records: [{ body: "late" }], fencing_token: "writer-2" }),
    });
    expect(await (await stale).json()).toEqual({ fencing_token_mismatch: "closed" });
  });

  it("keeps the configs of basins and streams, and those of empty streams", async () => {
    const defaults = { ...EXACT_TIMES, delete_on_empty: { min_age_secs: 7_200 } };
    const { basin, flags } = await newBasin({
      default_stream_config: { ...defaults, storage_class: null },
      stream_cipher: null,
      create_stream_on_append: true,
      create_stream_on_read: false,
    });
    const configs = {
      infinite: { ...SYSTEM_STREAM_CONFIG, retention_policy: { infinite: {} } },
      aged: { ...SYSTEM_STREAM_CONFIG, retention_policy: { age: 86_400 } },
      arrival: { ...SYSTEM_STREAM_CONFIG, timestamping: { mode: "arrival", uncapped: false } },
      fleeting: { ...SYSTEM_STREAM_CONFIG, delete_on_empty: { min_age_secs: 3_600 } },
      standard: { ...SYSTEM_STREAM_CONFIG, storage_class: "standard" },
    } as const;
    for (const [stream, config] of Object.entries(configs)) {
      await there.createStream({ basin, stream }, config);
      if (stream !== "fleeting") await fill(there, { basin, stream }, [record("x", 5_000)]);
    }
    expect(await runCopy(...flags)).toMatchObject({ code: 0, summary: { copied: 5 } });
    expect(await here.basinConfig(basin)).toEqual(await there.basinConfig(basin));
    for (const [stream, config] of Object.entries(configs)) {
      expect(await here.streamConfig({ basin, stream })).toEqual(config);
      expect(await lines(here, { basin, stream })).toEqual(await lines(there, { basin, stream }));
    }
  });

  it("copies only what is new the second time, and nothing the third", async () => {
    const { basin, flags } = await newBasin();
    const ref = { basin, stream: "s" };
    await fill(there, ref, [record("one"), record("two")]);
    await fill(there, { basin, stream: "other" }, [record("one")]);
    expect((await runCopy(...flags)).summary).toMatchObject({ copied: 2, records: 3 });
    await fill(there, ref, [record("three", 2_000)]);
    expect((await runCopy(...flags)).summary).toMatchObject({ copied: 1, equal: 1, records: 1 });
    expect((await runCopy(...flags)).summary).toMatchObject({ copied: 0, equal: 2, records: 0 });
    expect(await lines(here, ref)).toEqual(await lines(there, ref));
    expect(await here.streamConfig(ref)).toEqual(await there.streamConfig(ref));
  });

  it("refuses a stream that is another one there, says where it differs, and leaves it as it is", async () => {
    const { basin, flags } = await newBasin();
    await here.createBasin(basin, EMPTY_BASIN_CONFIG);
    const variants = {
      otherBody: [record("one"), record("TWO")],
      otherTime: [record("one"), record("two", 1_001)],
      otherHeaders: [record("one"), record("two", 1_000, { h: "" })],
      longer: [record("one"), record("two"), record("three")],
    };
    for (const [stream, records] of Object.entries(variants)) {
      await fill(there, { basin, stream }, [record("one"), record("two")]);
      await fill(here, { basin, stream }, records);
    }
    const before = await Promise.all(
      Object.keys(variants).map((stream) => contents(here, { basin, stream })),
    );
    const { code, summary, said } = await runCopy(...flags);
    expect([code, summary.refused, summary.copied, summary.records]).toEqual([1, 4, 0, 0]);
    expect(said).toContain(
      `${basin}/otherBody is not copied: the target has a stream of that name with other records; they differ from the source's record 1 on`,
    );
    const after = await Promise.all(Object.keys(variants).map((stream) => contents(here, { basin, stream })));
    expect(after).toEqual(before);
  });

  it("refuses a basin that has another config there", async () => {
    const { basin, flags } = await newBasin();
    await fill(there, { basin, stream: "s" }, [record("one")]);
    await here.createBasin(basin, { ...EMPTY_BASIN_CONFIG, create_stream_on_read: true });
    const { code, said } = await runCopy(...flags);
    expect(code).toBe(1);
    expect(said).toContain(`${basin} is not copied: the target has a basin of that name with another config`);
  });

  it.runIf(from === THEIRS)(
    "refuses a basin whose streams S2 encrypts, and goes on with the others",
    async () => {
      for (const [basin, cipher] of [
        ["secret-basin", "aes-256-gcm"],
        ["secret-basin-not", null],
      ] as const) {
        const config = { ...EMPTY_BASIN_CONFIG, stream_cipher: cipher };
        const made = await fetch(`${source()}/v1/basins`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ basin, config }),
        });
        expect(made.status).toBe(201);
      }
      await fill(there, { basin: "secret-basin-not", stream: "s" }, [record("one")]);
      const { code, said } = await runCopy("--from", source(), "--to", target());
      expect(code).toBe(1);
      expect(said).toContain("secret-basin is not copied: S2 encrypts its streams, and a copy has no keys");
      expect(await here.basinConfig("secret-basin")).toBeUndefined();
      expect(await contents(here, { basin: "secret-basin-not", stream: "s" })).toHaveLength(1);
    },
  );

  it("gives a trimmed stream new numbers, says so, and trims no more there than here", async () => {
    const { basin, flags } = await newBasin();
    const ref = { basin, stream: "s" };
    const numbered = (first: number, last: number) =>
      Array.from({ length: last - first }, (_, index) =>
        record(`number ${first + index}`, 1_000 + first + index),
      );
    await fill(there, ref, [...numbered(0, 300), command("trim", 100n, 1_300), ...numbered(301, 400)]);
    await eventually(async () => expect((await contents(there, ref))[0]?.seqNum).toBe(100), 90_000);
    const first = await runCopy(...flags);
    expect([first.code, first.summary.renumbered]).toEqual([0, 1]);
    expect(first.said).toContain(`${basin}/s was trimmed or has expired records: its numbers are 100 less`);
    const withoutTrims = async (client: S2Client, offset: number) =>
      (await lines(client, ref, offset)).filter((line) => !line.includes(" =7472696d "));
    expect(await withoutTrims(here, 0)).toEqual(await withoutTrims(there, 100));
    expect((await contents(here, ref))[200]?.body).toEqual(Buffer.alloc(8)); // the trim, of nothing here
    // it goes on from there, also when the source has been trimmed again
    await fill(there, ref, [command("trim", 250n, 1_400), ...numbered(401, 410)]);
    await eventually(async () => expect((await contents(there, ref))[0]?.seqNum).toBe(250), 90_000);
    const second = await runCopy(...flags);
    expect([second.code, second.summary.copied, second.summary.records]).toEqual([0, 1, 10]);
    await eventually(
      async () => expect(await withoutTrims(here, 0)).toEqual(await withoutTrims(there, 100)),
      90_000,
    );
    expect((await runCopy(...flags)).summary).toMatchObject({ equal: 1, records: 0 });
  }, 300_000);

  it("keeps the numbers of what was copied before its source was trimmed", async () => {
    const { basin, flags } = await newBasin();
    const ref = { basin, stream: "s" };
    await fill(there, ref, [record("one"), record("two"), record("three")]);
    expect((await runCopy(...flags)).code).toBe(0);
    await fill(there, ref, [command("trim", 2n), record("five")]);
    await eventually(async () => expect((await contents(there, ref))[0]?.seqNum).toBe(2), 90_000);
    expect(await runCopy(...flags)).toMatchObject({ code: 0, summary: { renumbered: 0, records: 2 } });
    await eventually(async () => expect(await lines(here, ref)).toEqual(await lines(there, ref)), 90_000);
  }, 200_000);

  it("copies streams of a prefix, into a basin of another name", async () => {
    const { basin, flags } = await newBasin();
    for (const stream of ["a/1", "a/2", "b/1"]) await fill(there, { basin, stream }, [record(stream)]);
    const { code, summary } = await runCopy(...flags, "--to-basin", `${basin}-moved`, "--prefix", "a/");
    expect([code, summary.copied]).toEqual([0, 2]);
    const moved = [];
    for await (const { name } of here.streams(`${basin}-moved`, "")) moved.push(name);
    expect(moved).toEqual(["a/1", "a/2"]);
    expect(await here.basinConfig(basin)).toBeUndefined();
  });

  it("goes on after it was killed, without a record twice", async () => {
    const { basin, flags } = await newBasin();
    const bodies = Array.from({ length: 60 }, (_, index) =>
      record(`${index} `.padEnd(100_000, "x"), 1_000 + index),
    );
    const streams = ["s-1", "s-2", "s-3"];
    for (const stream of streams) await fill(there, { basin, stream }, bodies);
    const tailOf = async (stream: string) =>
      (await here.streamConfig({ basin, stream })) === undefined ? 0 : here.tail({ basin, stream });
    const inTarget = async () => {
      if ((await here.basinConfig(basin)) === undefined) return 0;
      return (await Promise.all(streams.map(tailOf))).reduce((total, tail) => total + tail, 0);
    };
    for (let kill = 0; kill < 2; kill++) {
      const before = await inTarget();
      const running = startProgram(program, ["copy", ...flags]);
      await eventually(async () => expect(await inTarget()).toBeGreaterThanOrEqual(before + 15), 60_000);
      running.child.kill("SIGKILL");
      expect(await running.exited).toBe("SIGKILL");
    }
    const before = await inTarget();
    expect(before).toBeLessThan(180);
    const last = await runCopy(...flags);
    expect([last.code, last.summary.copied]).toEqual([0, 3]);
    expect(last.summary.records).toBeLessThanOrEqual(180 - before); // what was on its way when it was killed may come
    for (const stream of streams) {
      const copied = await lines(here, { basin, stream });
      expect(copied).toHaveLength(bodies.length);
      expect(copied).toEqual(await lines(there, { basin, stream }));
    }
  }, 120_000);
});
