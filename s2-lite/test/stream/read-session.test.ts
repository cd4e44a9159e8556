import { describe, expect, it } from "vitest";
import { SYSTEM_STREAM_CONFIG } from "../../src/catalog/stream-config.js";
import { type Position, S2LiteError } from "../../src/errors.js";
import { encodeStreamKey, encodeStreamRow } from "../../src/keys/stream.js";
import { Committer } from "../../src/store/committer.js";
import { LmdbStore } from "../../src/store/lmdb-store.js";
import type { Piece } from "../../src/stream/budget.js";
import { checkInput } from "../../src/stream/check-input.js";
import { ExpiryGroups } from "../../src/stream/expiry-groups.js";
import { openRead, type ReadQuery } from "../../src/stream/read-query.js";
import { ReadSession, type ReadSink } from "../../src/stream/read-session.js";
import { NO_HEADERS } from "../../src/stream/records.js";
import { StreamRegistry } from "../../src/stream/registry.js";
import { StreamState } from "../../src/stream/stream-state.js";
import { decodeRecords } from "../../src/wire/proto-records.js";
import { EVERYTHING } from "../support/everything.js";
import { temporaryFolder } from "../support/server.js";

/** A sink that writes down what it gets, and is blocked when the test says so. */
class TestSink implements ReadSink {
  readonly seen: string[] = [];
  blocked = false;
  closed = false;
  #ready: (() => void)[] = [];
  #changed: (() => void)[] = [];
  #closed: (() => void) | undefined;

  #note(what: string): void {
    this.seen.push(what);
    for (const wake of this.#changed.splice(0)) wake();
  }
  batch(pieces: readonly Piece[], tail: Position | undefined): void {
    const numbers = pieces.flatMap((piece) => decodeRecords(piece.run).map((record) => record.seqNum));
    this.#note(`${numbers.join(" ")}${tail === undefined ? "" : ` of ${tail.seqNum}`}`);
  }
  heartbeat(tail: Position): void {
    this.#note(`beat ${tail.seqNum}`);
  }
  end(): void {
    this.#note("end");
  }
  fail(error: S2LiteError): void {
    this.#note(error.code);
  }
  ready(): Promise<void> {
    return this.blocked ? new Promise((resolve) => this.#ready.push(resolve)) : Promise.resolve();
  }
  onClosed(listener: () => void): void {
    this.#closed = listener;
  }
  unblock(): void {
    this.blocked = false;
    for (const wake of this.#ready.splice(0)) wake();
  }
  close(): void {
    this.closed = true;
    this.#closed?.();
  }
  async until(what: string): Promise<void> {
    while (!this.seen.includes(what)) await new Promise<void>((resolve) => this.#changed.push(resolve));
  }
}

async function startStream() {
  const store = LmdbStore.open(await temporaryFolder());
  const committer = new Committer(store);
  const ports = { committer, now: () => 5, onTrim: () => undefined, onBroken: () => undefined };
  const identity = { id: 3, basin: "test-basin", basinId: 1, name: "s" };
  const state = new StreamState(
    identity,
    SYSTEM_STREAM_CONFIG,
    undefined,
    { seqNum: 0, timestamp: 0 },
    new ExpiryGroups(identity, undefined),
    ports,
  );
  const append = (count = 1) =>
    new Promise<void>((resolve, reject) => {
      const records = Array.from({ length: count }, () => ({
        timestamp: undefined,
        headers: NO_HEADERS,
        body: Buffer.from("x"),
      }));
      const checked = checkInput({ records, matchSeqNum: undefined, fencingToken: undefined });
      state.append(checked, (error) => (error === undefined ? resolve() : reject(error)));
    });
  const follow = (query: Partial<ReadQuery> = {}) => {
    const sink = new TestSink();
    const read = openRead(store, state, { ...EVERYTHING, ...query }, false);
    const session = new ReadSession({ store, heartbeatMs: () => 60_000 }, state, read, sink);
    return { sink, running: session.run() };
  };
  return { store, state, append, follow };
}

describe("a read session", () => {
  it("reads what is stored, beats at the tail, and follows with one batch for each append", async () => {
    const { append, follow, state } = await startStream();
    await append(2);
    await append();
    const { sink, running } = follow();
    await sink.until("beat 3");
    await append(2);
    await append();
    await sink.until("5 of 6");
    expect(sink.seen).toEqual(["0 1 2 of 3", "beat 3", "3 4 of 5", "5 of 6"]);
    sink.close();
    await running;
    expect([state.followers.size, state.holders]).toEqual([0, 0]);
  });

  it("that is slow goes back to storage, misses nothing, and follows again with a new beat", async () => {
    const { append, follow } = await startStream();
    const { sink, running } = follow();
    await sink.until("beat 0");
    sink.blocked = true;
    await append();
    await append(2);
    expect(sink.seen).toEqual(["beat 0"]);
    sink.unblock();
    await sink.until("beat 3");
    await append();
    await sink.until("3 of 4");
    expect(sink.seen).toEqual(["beat 0", "0 1 2 of 3", "beat 3", "3 of 4"]);
    sink.close();
    await running;
  });

  it("holds its limits while following, and delivers the part of a batch that is allowed", async () => {
    const { append, follow } = await startStream();
    const { sink, running } = follow({ count: 3, waitSecs: 30 });
    await sink.until("beat 0");
    await append(2);
    await append(2);
    await running;
    expect(sink.seen).toEqual(["beat 0", "0 1 of 2", "2 of 4", "end"]);
  });

  it("ends without a batch when one is larger than the bytes, or at a timestamp", async () => {
    const { append, follow } = await startStream();
    const small = follow({ bytes: 8, waitSecs: 30 });
    const until = follow({ until: 5, waitSecs: 30 });
    await Promise.all([small.sink.until("beat 0"), until.sink.until("beat 0")]);
    await append();
    await Promise.all([small.running, until.running]);
    expect(small.sink.seen).toEqual(["beat 0", "end"]);
    expect(until.sink.seen).toEqual(["beat 0", "end"]);
  });

  it("ends when it waited long enough since the last batch", async () => {
    const { append, follow } = await startStream();
    await append();
    const { sink, running } = follow({ waitSecs: 1 });
    await sink.until("beat 1");
    const started = performance.now();
    await append();
    await running;
    expect(sink.seen).toEqual(["0 of 1", "beat 1", "1 of 2", "end"]);
    expect(performance.now() - started).toBeGreaterThan(900);
  });

  it("is told when the stream ends", async () => {
    const { append, follow, state } = await startStream();
    await append();
    const { sink, running } = follow();
    await sink.until("beat 1");
    state.releaseFollowers(new S2LiteError("stream_deletion_pending", "gone"));
    await running;
    expect(sink.seen.at(-1)).toBe("stream_deletion_pending");
  });
});

describe("a registry", () => {
  it("forgets quiet streams and loads them as they were", async () => {
    const { store } = await startStream();
    let nowMs = 0;
    const committer = new Committer(store);
    const registry = new StreamRegistry(store, { committer, now: () => nowMs, onTrim: () => undefined });
    const key = encodeStreamKey(1, "s");
    const row = { id: 9, createdAtMs: 0, deletedAtMs: null, config: SYSTEM_STREAM_CONFIG, request: null };
    await store.commit([{ key, value: encodeStreamRow(key, row) }]);
    const state = registry.load("test-basin", 1, "s");
    if (state === undefined) throw new Error("not loaded");
    const records = [{ timestamp: undefined, headers: NO_HEADERS, body: Buffer.from("x") }];
    const checked = checkInput({ records, matchSeqNum: undefined, fencingToken: undefined });
    nowMs = 1_000;
    await new Promise<void>((resolve) => state.append(checked, () => resolve()));
    nowMs = 61_000;
    registry.sweep();
    expect(registry.size).toBe(1); // used a minute ago, not longer
    nowMs = 61_001;
    state.holders++;
    registry.sweep();
    expect(registry.size).toBe(1); // held
    state.holders--;
    registry.sweep();
    expect(registry.size).toBe(0);
    expect(registry.load("test-basin", 1, "s")?.tail).toEqual({ seqNum: 1, timestamp: 1_000 });
    registry.close();
  });
});
