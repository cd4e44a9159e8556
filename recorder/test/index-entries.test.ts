import { describe, expect, it } from "vitest";
import { backoffMs } from "../src/backoff.js";
import { splitBatches } from "../src/batches.js";
import { decodeIndexEntry, encodeIndexEntry } from "../src/index-entries.js";
import { MAX_GREW_SESSIONS } from "../src/limits.js";
import {
  createSessionId,
  MAX_S2_BATCH_BYTES,
  MAX_S2_BATCH_RECORDS,
  packValue,
  type SessionRef,
} from "../src/protocol/index.js";
import { meteredBytes } from "../src/s2-metering.js";
import type { NewRecord } from "../src/s2-port.js";
import type { IndexEntry } from "../src/types.js";
import { upTo } from "./support/reading.js";
import { PROJECT } from "./support/s2.js";

const ref = (index: number): SessionRef => ({
  project: PROJECT,
  sessionId: createSessionId(1_700_000_000_000 + index, new Uint8Array(10)),
});
const record = (bytes: number): NewRecord => ({
  timestampMs: 1,
  headers: [["", "fence"]],
  body: new Uint8Array(bytes),
});

describe("index entries", () => {
  it("read back as they were written", () => {
    const server = "s1";
    const entries: IndexEntry[] = [
      { type: "opened", session: ref(1), server },
      { type: "closed", session: ref(2), reason: "idle", server },
      { type: "erased", session: ref(3), server },
      { type: "grew", sessions: upTo(5).map((tail) => ({ session: ref(tail), tail })), server },
    ];
    for (const entry of entries) expect(decodeIndexEntry(encodeIndexEntry(entry))).toEqual(entry);
  });

  it("fit a record at their largest, and are refused one past it", () => {
    const sessions = upTo(MAX_GREW_SESSIONS).map((index) => ({
      session: ref(index),
      tail: 1_000_000 + index,
    }));
    const body = encodeIndexEntry({ type: "grew", sessions, server: "s1" });
    expect(body.length).toBeLessThan(MAX_S2_BATCH_BYTES);
    expect(decodeIndexEntry(body)).toMatchObject({ type: "grew" });
    const one = [...sessions, { session: ref(0), tail: 1 }];
    expect(() => decodeIndexEntry(encodeIndexEntry({ type: "grew", sessions: one, server: "s1" }))).toThrow(
      expect.objectContaining({ code: "corrupt" }),
    );
  });

  it("are `corrupt` when they are none, and passed over when they are of a later version", () => {
    expect(decodeIndexEntry(packValue([2, "whatever"]))).toBeUndefined();
    for (const bytes of [
      new Uint8Array([193]),
      packValue({}),
      packValue([1, 9, "s"]),
      packValue([1, 0, "s", "A", 1]),
    ]) {
      expect(() => decodeIndexEntry(bytes)).toThrow(expect.objectContaining({ code: "corrupt" }));
    }
  });
});

describe("batches", () => {
  it("take as many records and bytes as S2 does, and not one more", () => {
    expect(splitBatches(upTo(MAX_S2_BATCH_RECORDS).map(() => record(1))).map(({ length }) => length)).toEqual(
      [1000],
    );
    expect(
      splitBatches(upTo(MAX_S2_BATCH_RECORDS + 1).map(() => record(1))).map(({ length }) => length),
    ).toEqual([1000, 1]);
    const overhead = meteredBytes(record(0));
    expect(overhead).toBe(15);
    const half = MAX_S2_BATCH_BYTES / 2 - overhead;
    expect(splitBatches([record(half), record(half)]).length).toBe(1);
    expect(splitBatches([record(half), record(half + 1)]).length).toBe(2);
  });
});

describe("pauses", () => {
  it("double up to their longest, and are never all the same", () => {
    expect(backoffMs(0, 1_000, () => 1)).toBe(10);
    expect(backoffMs(3, 1_000, () => 1)).toBe(80);
    expect(backoffMs(50, 1_000, () => 1)).toBe(1_000);
    expect(backoffMs(50, 1_000, () => 0)).toBe(500);
  });
});
