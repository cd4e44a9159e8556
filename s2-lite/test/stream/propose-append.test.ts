import { describe, expect, it } from "vitest";
import { MAX_ENCODED_BATCH_BYTES } from "../../src/limits.js";
import { checkInput } from "../../src/stream/check-input.js";
import { type AppendBasis, proposeAppend } from "../../src/stream/propose-append.js";
import { type AppendInput, type InputRecord, NO_HEADERS } from "../../src/stream/records.js";
import { encodeRecords } from "../../src/wire/proto-records.js";
import type { U64 } from "../../src/wire/u64.js";

const NOW = 1_000;

function record(
  timestamp?: U64,
  headers: InputRecord["headers"] = NO_HEADERS,
  body: Buffer = Buffer.from("x"),
) {
  return { timestamp, headers, body };
}

function command(op: string, body: Buffer): InputRecord {
  return record(undefined, [{ name: Buffer.alloc(0), value: Buffer.from(op) }], body);
}

function trim(before: bigint): InputRecord {
  const body = Buffer.alloc(8);
  body.writeBigUInt64BE(before);
  return command("trim", body);
}

function input(records: InputRecord[], conditions: Partial<AppendInput> = {}): AppendInput {
  return { records, matchSeqNum: undefined, fencingToken: undefined, ...conditions };
}

const BASIS: AppendBasis = {
  next: { seqNum: 10, timestamp: 500 },
  fence: "",
  trimPoint: 0,
  timestamping: { mode: "client-prefer", uncapped: false },
};

function propose(appended: AppendInput, basis: Partial<AppendBasis> = {}) {
  return proposeAppend({ ...BASIS, ...basis }, checkInput(appended), NOW);
}

function accepted(appended: AppendInput, basis: Partial<AppendBasis> = {}) {
  const decided = propose(appended, basis);
  if ("refused" in decided) throw decided.refused;
  return decided.accepted;
}

function refused(appended: AppendInput, basis: Partial<AppendBasis> = {}): unknown {
  const decided = propose(appended, basis);
  return "refused" in decided ? (decided.refused.detail ?? decided.refused.code) : "accepted";
}

describe("conditions", () => {
  it("check the fence before the sequence number", () => {
    const both = input([record()], { fencingToken: "stale", matchSeqNum: 3 });
    expect(refused(both, { fence: "current" })).toEqual({ fencing_token_mismatch: "current" });
    expect(refused(input([record()], { matchSeqNum: 3 }))).toEqual({ seq_num_mismatch: 10 });
  });

  it("hold only when given", () => {
    expect(refused(input([record()]), { fence: "current" })).toBe("accepted");
    expect(refused(input([record()], { fencingToken: "", matchSeqNum: 10 }))).toBe("accepted");
    expect(refused(input([record()], { fencingToken: "" }), { fence: "current" })).toEqual({
      fencing_token_mismatch: "current",
    });
  });

  it("are not those of a fence in the same batch", () => {
    const batch = input([command("fence", Buffer.from("new")), record()], { fencingToken: "old" });
    expect(accepted(batch, { fence: "old" }).fence).toBe("new");
  });
});

describe("timestamps", () => {
  it("are the client's or now, capped at now, and never go back", () => {
    const batch = input([record(600), record(), record(9_999), record(550)]);
    expect(accepted(batch).timestamps).toEqual([600, 1_000, 1_000, 1_000]);
    expect(accepted(input([record(100)])).timestamps).toEqual([500]);
  });

  it("in the future pass when uncapped", () => {
    const timestamping = { mode: "client-prefer", uncapped: true } as const;
    expect(accepted(input([record(9_999), record()]), { timestamping }).timestamps).toEqual([9_999, 9_999]);
  });

  it("are exact above 2^53, and never go back there either", () => {
    const timestamping = { mode: "client-require", uncapped: true } as const;
    const large = 2n ** 53n + 1n;
    const batch = input([record(7), record(large), record(large - 1n), record(2n ** 64n - 1n), record(8)]);
    const { timestamps, end } = accepted(batch, { timestamping });
    expect(timestamps).toEqual([500, large, large, 2n ** 64n - 1n, 2n ** 64n - 1n]);
    expect(end.timestamp).toBe(2n ** 64n - 1n);
    const next = { seqNum: 10, timestamp: large };
    expect(accepted(input([record(large - 1n)]), { timestamping, next }).timestamps).toEqual([large]);
  });

  it("above 2^53 are capped like others", () => {
    expect(accepted(input([record(2n ** 64n - 1n)])).timestamps).toEqual([NOW]);
  });

  it("of arrival ignore the client's", () => {
    const timestamping = { mode: "arrival", uncapped: false } as const;
    expect(accepted(input([record(600)]), { timestamping }).timestamps).toEqual([NOW]);
  });

  it("that are required refuse a whole batch when one is missing", () => {
    const timestamping = { mode: "client-require", uncapped: false } as const;
    expect(refused(input([record(600), record()]), { timestamping })).toBe("invalid");
    expect(refused(input([record(600)]), { timestamping })).toBe("accepted");
  });
});

describe("trimming", () => {
  it("moves up only, and never past the trim's own record", () => {
    expect(accepted(input([trim(4n)])).trimPoint).toBe(4);
    expect(accepted(input([trim(4n)]), { trimPoint: 6 }).trimPoint).toBe(6);
    expect(accepted(input([record(), trim(2n ** 64n - 1n), record()])).trimPoint).toBe(12);
  });
});

describe("an input", () => {
  it("has 1 to 1,000 records", () => {
    expect(() => checkInput(input([]))).toThrow("at least one");
    const thousand = Array.from({ length: 1_000 }, () => record());
    expect(checkInput(input(thousand)).metered).toBe(9_000);
    expect(() => checkInput(input([...thousand, record()]))).toThrow("at most 1000");
  });

  it("has records, and in all, of at most 1 MiB metered", () => {
    const exact = record(undefined, NO_HEADERS, Buffer.alloc(1_048_568));
    expect(checkInput(input([exact])).metered).toBe(1_048_576);
    expect(() => checkInput(input([record(undefined, NO_HEADERS, Buffer.alloc(1_048_569))]))).toThrow();
    expect(() => checkInput(input([exact, record()]))).toThrow("a batch");
  });

  it("fits into a frame, however many headers it has", () => {
    const headers = (count: number) => {
      const one = { name: Buffer.from("a"), value: Buffer.from("b") };
      return record(undefined, Array<typeof one>(count).fill(one), Buffer.alloc(0));
    };
    const most = 262_100; // each is metered at 4 bytes, and takes 8
    const { metered } = checkInput(input([headers(most)]));
    expect(metered).toBe(8 + 4 * most);
    const { length } = encodeRecords([headers(most)], 2 ** 53 - 1, [2n ** 64n - 1n], 0);
    expect(length).toBeLessThanOrEqual(MAX_ENCODED_BATCH_BYTES);
    expect(() => checkInput(input([headers(262_140)]))).toThrow("as protobuf");
  });

  it("has well-formed commands only", () => {
    expect(() => checkInput(input([command("fly", Buffer.alloc(0))]))).toThrow("unknown command");
    expect(() => checkInput(input([command("trim", Buffer.alloc(7))]))).toThrow("8 bytes");
    expect(() => checkInput(input([command("fence", Buffer.alloc(37, 65))]))).toThrow("36 bytes");
    expect(() => checkInput(input([command("fence", Buffer.from([0xff]))]))).toThrow("UTF-8");
    const named = { name: Buffer.from("a"), value: Buffer.alloc(0) };
    const empty = { name: Buffer.alloc(0), value: Buffer.from("fence") };
    expect(() => checkInput(input([record(undefined, [named, empty])]))).toThrow("empty header name");
    expect(checkInput(input([command("fence", Buffer.alloc(36, 65))])).commands).toHaveLength(1);
  });

  it("has a fencing token of at most 36 bytes", () => {
    expect(() => checkInput(input([record()], { fencingToken: "é".repeat(19) }))).toThrow("36 bytes");
    expect(() => checkInput(input([record()], { fencingToken: "é".repeat(18) }))).not.toThrow();
  });
});
