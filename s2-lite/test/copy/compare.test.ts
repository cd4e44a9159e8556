import { describe, expect, it } from "vitest";
import { type Comparison, compareStreams } from "../../src/copy/compare.js";
import { Endpoint } from "../../src/copy/endpoint.js";
import { RecordReader } from "../../src/copy/record-reader.js";
import { type ReadFrom, S2Client, type StreamRef } from "../../src/copy/s2-client.js";
import type { SequencedRecord } from "../../src/stream/records.js";

/** A record as one letter: its body. `T3` trims what is below 3. */
const recordOf = (letter: string, seqNum: number): SequencedRecord => {
  if (!letter.startsWith("T")) return { seqNum, timestamp: 1, headers: [], body: Buffer.from(letter) };
  const body = Buffer.alloc(8);
  body.writeBigUInt64BE(BigInt(letter.slice(1)));
  return { seqNum, timestamp: 1, headers: [{ name: Buffer.alloc(0), value: Buffer.from("trim") }], body };
};

/** A stream that holds records as they are written here: a dot for each that is gone. Two a page. */
class WrittenStream extends S2Client {
  readonly #records: readonly SequencedRecord[];
  readonly tailSeqNum: number;

  constructor(text: string) {
    super(new Endpoint({ url: "http://127.0.0.1:9", token: undefined }));
    const letters = text === "" ? [] : text.split(" ");
    this.tailSeqNum = letters.length;
    this.#records = letters.flatMap((letter, seqNum) => (letter === "." ? [] : [recordOf(letter, seqNum)]));
  }

  override async read(_ref: StreamRef, from: ReadFrom): Promise<readonly SequencedRecord[]> {
    const first = "seqNum" in from ? from.seqNum : 0;
    return this.#records.filter(({ seqNum }) => seqNum >= first).slice(0, 2);
  }
}

const REF = { basin: "b", stream: "s" };

function compare(source: string, target: string, offset = 0): Promise<Comparison> {
  const there = new WrittenStream(source);
  const here = new WrittenStream(target);
  return compareStreams({
    source: new RecordReader(there, REF),
    target: new RecordReader(here, REF),
    targetTail: here.tailSeqNum,
    offset,
  });
}

describe("two streams", () => {
  it.each([
    ["a b c", "a b c", 0, { nextInSource: undefined, nextInTarget: 3, compared: 3 }],
    ["a b c d e", "a b", 0, { nextInSource: 2, nextInTarget: 2, compared: 2 }],
    ["a b c", "", 0, { nextInSource: 0, nextInTarget: 0, compared: 0 }],
    ["", "", 0, { nextInSource: undefined, nextInTarget: 0, compared: 0 }],
    [". . . d e f", "d e", 3, { nextInSource: 5, nextInTarget: 2, compared: 2, offset: 3 }],
  ] as const)("agree as far as they go: %j and %j", async (source, target, offset, expected) => {
    const found = await compare(source, target, offset);
    expect(found).toMatchObject({ differs: false, offset, missingBelow: 0, ...expected });
  });

  it("differ where a record does, or has no place", async () => {
    expect(await compare("a b c", "a X c")).toEqual({ differs: true, at: 1, compared: 1 });
    expect(await compare(". . c", "a", 0)).toEqual({ differs: true, at: 2, compared: 0 });
    expect(await compare(". . c d", "c X", 2)).toEqual({ differs: true, at: 3, compared: 1 });
  });

  it("agree when the source has lost records since they were copied", async () => {
    expect(await compare(". . c d", "a b c")).toMatchObject({ differs: false, nextInSource: 3, compared: 1 });
  });

  it("agree when the target has carried out the source's trim, and it is told how far that goes", async () => {
    expect(await compare("a b c T2 d", ". . c T2 d")).toMatchObject({
      differs: false,
      missingBelow: 2,
      trimPoint: 2,
      compared: 3,
    });
    expect(await compare("a b T9 d", ". . . d")).toMatchObject({
      missingBelow: 3,
      trimPoint: 3,
      compared: 1,
    });
    expect(await compare("a b T9", ". . .")).toMatchObject({
      missingBelow: 3,
      trimPoint: 3,
      nextInTarget: 3,
    });
  });

  it("tell of records that the target lacks and no trim let go", async () => {
    const found = await compare("a b c T1 d", ". . c T1 d");
    expect(found).toMatchObject({ differs: false, missingBelow: 2, trimPoint: 1 });
  });

  it("agree over a hole in the source that its copy does not have, and the offset grows by it", async () => {
    expect(await compare("a b . . e f", "a b e f")).toMatchObject({ differs: false, offset: 2, compared: 4 });
    expect(await compare("a . c . e", "a c")).toMatchObject({ nextInSource: 4, nextInTarget: 2, offset: 2 });
  });

  it("agree over a hole that came to be in the source after it was copied", async () => {
    expect(await compare("a . . d", "a b c d")).toMatchObject({ differs: false, offset: 0, compared: 2 });
  });

  it("agree about a trim under new numbers when it names the same record", async () => {
    expect(await compare(". . c d T3", "c d T1", 2)).toMatchObject({ differs: false, trimPoint: 1 });
    expect(await compare(". . c d T3", "c d T3", 2)).toMatchObject({ differs: true, at: 4 });
  });
});
