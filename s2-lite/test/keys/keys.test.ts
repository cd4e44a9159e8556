import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { S2LiteError } from "../../src/errors.js";
import { decodeBasinKey, encodeBasinKey } from "../../src/keys/basin.js";
import { decodeBatchKey, encodeBatchKey } from "../../src/keys/batch.js";
import {
  decodeEmptyCheckKey,
  decodeEmptyCheckOfKey,
  encodeEmptyCheckKey,
  encodeEmptyCheckOfKey,
} from "../../src/keys/empty-check.js";
import {
  decodeExpiryKey,
  decodeExpiryOfKey,
  encodeExpiryKey,
  encodeExpiryOfKey,
} from "../../src/keys/expiry.js";
import { decodeJsonRow, encodeJsonRow } from "../../src/keys/json-row.js";
import { afterPrefix, Kind } from "../../src/keys/kind.js";
import { decodeMarkKey, decodeMarkRow, encodeMarkKey, encodeMarkRow } from "../../src/keys/mark.js";
import { META_KEY } from "../../src/keys/meta.js";
import { decodeOwnerKey, encodeOwnerKey } from "../../src/keys/owner.js";
import { decodeStreamKey, encodeStreamKey } from "../../src/keys/stream.js";
import { decodeTaskKey, encodeTaskKey, TaskKind } from "../../src/keys/task.js";

const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const seqNum = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const name = fc
  .string({ unit: "binary", minLength: 1, maxLength: 20 })
  .filter((text) => !text.includes("\0"));

const sign = (value: number) => Math.sign(value);

describe("keys", () => {
  it("of batches round-trip and sort by stream, then by number", () => {
    fc.assert(
      fc.property(id, seqNum, id, seqNum, (idA, seqA, idB, seqB) => {
        const a = encodeBatchKey(idA, seqA);
        const b = encodeBatchKey(idB, seqB);
        expect(decodeBatchKey(a)).toEqual({ streamId: idA, seqNum: seqA });
        expect(sign(Buffer.compare(a, b))).toBe(sign(idA - idB || seqA - seqB));
      }),
    );
  });

  it("of streams round-trip and sort by basin, then by the bytes of the name", () => {
    fc.assert(
      fc.property(id, name, id, name, (idA, nameA, idB, nameB) => {
        const a = encodeStreamKey(idA, nameA);
        const b = encodeStreamKey(idB, nameB);
        expect(decodeStreamKey(a)).toEqual({ basinId: idA, name: Buffer.from(nameA).toString() });
        const byName = Buffer.compare(Buffer.from(nameA), Buffer.from(nameB));
        expect(sign(Buffer.compare(a, b))).toBe(sign(idA - idB || byName));
      }),
    );
  });

  it("of basins, marks and tasks round-trip and sort by their values", () => {
    fc.assert(
      fc.property(id, id, fc.constantFrom(...Object.values(TaskKind)), (idA, idB, kind) => {
        expect(decodeMarkKey(encodeMarkKey(idA))).toBe(idA);
        expect(decodeOwnerKey(encodeOwnerKey(idA))).toBe(idA);
        expect(decodeTaskKey(encodeTaskKey(kind, idA))).toEqual({ kind, id: idA });
        expect(sign(Buffer.compare(encodeMarkKey(idA), encodeMarkKey(idB)))).toBe(sign(idA - idB));
        const tasks = Buffer.compare(encodeTaskKey(kind, idA), encodeTaskKey(kind, idB));
        expect(sign(tasks)).toBe(sign(idA - idB));
      }),
    );
    expect(decodeBasinKey(encodeBasinKey("basin-one"))).toBe("basin-one");
    expect(Buffer.compare(encodeBasinKey("basin-a"), encodeBasinKey("basin-b"))).toBe(-1);
  });

  it("of what is due round-trip and sort by when", () => {
    fc.assert(
      fc.property(seqNum, id, seqNum, seqNum, id, seqNum, (atA, idA, firstA, atB, idB, firstB) => {
        const a = { expiresAtMs: atA, streamId: idA, first: firstA };
        const b = { expiresAtMs: atB, streamId: idB, first: firstB };
        expect(decodeExpiryKey(encodeExpiryKey(a))).toEqual(a);
        const groups = Buffer.compare(encodeExpiryKey(a), encodeExpiryKey(b));
        expect(sign(groups)).toBe(sign(atA - atB || idA - idB || firstA - firstB));
        expect(decodeEmptyCheckKey(encodeEmptyCheckKey(atA, idA))).toEqual({ dueMs: atA, streamId: idA });
        const checks = Buffer.compare(encodeEmptyCheckKey(atA, idA), encodeEmptyCheckKey(atB, idB));
        expect(sign(checks)).toBe(sign(atA - atB || idA - idB));
        expect(decodeExpiryOfKey(encodeExpiryOfKey(idA, firstA))).toEqual({ streamId: idA, first: firstA });
        expect(decodeEmptyCheckOfKey(encodeEmptyCheckOfKey(idA))).toBe(idA);
      }),
    );
  });

  it("of different kinds never mix", () => {
    const kinds = [
      META_KEY,
      encodeBasinKey("x"),
      encodeStreamKey(1, "x"),
      encodeMarkKey(1),
      encodeBatchKey(1, 0),
      encodeTaskKey(TaskKind.trim, 1),
      encodeOwnerKey(1),
      encodeExpiryKey({ expiresAtMs: 1, streamId: 1, first: 0 }),
      encodeEmptyCheckKey(1, 1),
      encodeEmptyCheckOfKey(1),
      encodeExpiryOfKey(1, 0),
    ].map((key) => key[0]);
    expect(kinds).toEqual(Object.values(Kind));
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  it("that begin with a prefix are all below what follows the prefix, and no others", () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 6 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, bytes, (prefix, key) => {
        fc.pre(prefix.some((byte) => byte < 0xff));
        const begins = Buffer.compare(key.subarray(0, prefix.length), prefix) === 0;
        const within = Buffer.compare(key, prefix) >= 0 && Buffer.compare(key, afterPrefix(prefix)) < 0;
        expect(within).toBe(begins);
      }),
    );
  });
});

describe("marks", () => {
  const key = encodeMarkKey(7);
  const mark = {
    fence: "é…",
    trimPoint: 3,
    floor: 2,
    tailSeqNum: 9,
    tailTimestamp: 2n ** 64n - 1n,
    writtenAtMs: 5,
  };

  it("round-trip", () => {
    expect(decodeMarkRow(key, encodeMarkRow(key, mark))).toEqual(mark);
  });

  it("are refused when any byte changed, when cut, or under another key", () => {
    const row = encodeMarkRow(key, mark);
    for (let at = 0; at < row.length; at++) {
      const damaged = Buffer.from(row);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      expect(() => decodeMarkRow(key, damaged)).toThrow(S2LiteError);
      expect(() => decodeMarkRow(key, row.subarray(0, at))).toThrow(S2LiteError);
    }
    expect(() => decodeMarkRow(encodeMarkKey(8), row)).toThrow(S2LiteError);
  });
});

describe("small rows", () => {
  const key = encodeMarkKey(7);

  it("round-trip", () => {
    const value = { fence: "é", trimPoint: 3, nested: { nothing: null } };
    expect(decodeJsonRow(key, encodeJsonRow(key, value))).toEqual(value);
  });

  it("are refused when any byte changed, or under another key", () => {
    const row = encodeJsonRow(key, { fence: "token", trimPoint: 12 });
    for (let at = 0; at < row.length; at++) {
      const damaged = Buffer.from(row);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      expect(() => decodeJsonRow(key, damaged)).toThrow(S2LiteError);
    }
    expect(() => decodeJsonRow(encodeMarkKey(8), row)).toThrow(S2LiteError);
  });
});
