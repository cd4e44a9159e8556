import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodePart,
  encodePart,
  encodeState,
  HEADER_BACK,
  HEADER_KIND,
  HEADER_OFFSET,
  HEADER_PART,
  HEADER_STATE,
  MAX_FRAME_BYTES,
  MAX_LATE_RUNS,
  MAX_PART_BYTES,
  MAX_PARTS,
  MAX_S2_BATCH_BYTES,
  MAX_SUMMARY_RECORD_BYTES,
  MAX_TIME_MS,
  MAX_WINDOWS,
  MAX_WRITERS,
  PartAssembler,
  ProtocolError,
  splitParts,
  type WindowId,
  type WriterId,
} from "../../src/protocol/index.js";

interface Part {
  readonly frame: number;
  readonly index: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** A frame whose every byte says which frame and which part it is of, so that a wrong join shows. */
const parts = (frame: number, count: number): readonly Part[] =>
  Array.from({ length: count }, (_, index) => ({
    frame,
    index,
    count,
    bytes: Uint8Array.from([frame, index, count, frame]),
  }));
const whole = (frame: number, count: number): number[] =>
  parts(frame, count).flatMap((part) => [...part.bytes]);

describe("a frame in parts", () => {
  it("comes back as it was cut, at any size around a part's", () => {
    const sizes = [0, 1, MAX_PART_BYTES, MAX_PART_BYTES + 1, 2 * MAX_PART_BYTES, 2 * MAX_PART_BYTES + 1];
    for (const size of [...sizes, 2 * MAX_PART_BYTES - 1, MAX_FRAME_BYTES - 1, MAX_FRAME_BYTES]) {
      const frame = new Uint8Array(size).map((_, index) => index * 31 + (index >> 10));
      const cut = splitParts(frame);
      expect(cut).toHaveLength(Math.max(1, Math.ceil(size / MAX_PART_BYTES)));
      expect(cut.length).toBeLessThanOrEqual(MAX_PARTS);
      for (const part of cut) expect(part.length).toBeLessThanOrEqual(MAX_PART_BYTES);
      if (cut.length === 1) {
        expect(cut[0]).toBe(frame);
        continue;
      }
      const assembler = new PartAssembler();
      const outcomes = cut.map((part, index) => assembler.add(100 + index, index, cut.length, part));
      const last = outcomes.pop();
      expect(outcomes.every(({ type, dropped }) => type === "waiting" && dropped === 0)).toBe(true);
      if (last?.type !== "whole") throw new Error("the last part gives the frame");
      expect(last.firstSeqNum).toBe(100);
      expect(Buffer.compare(last.frame, frame)).toBe(0);
    }
  });

  it("is refused one byte over the largest", () => {
    expect(() => splitParts(new Uint8Array(MAX_FRAME_BYTES + 1))).toThrow(ProtocolError);
  });

  it("is never put together wrongly, whatever is missing, doubled, moved or mixed in", () => {
    const stream = fc
      .array(fc.integer({ min: 2, max: 5 }), { minLength: 1, maxLength: 5 })
      .chain((counts) => {
        const all = counts.flatMap((count, frame) => parts(frame, count));
        return fc.array(
          fc.oneof(
            { weight: 5, arbitrary: fc.nat(all.length - 1).map((from) => all.slice(from, from + 3)) },
            { weight: 1, arbitrary: fc.constant([] as readonly Part[]) },
          ),
          { maxLength: 12 },
        );
      });
    fc.assert(
      fc.property(stream, fc.boolean(), (runs, gaps) => {
        const assembler = new PartAssembler();
        let seqNum = 0;
        let given = 0;
        let used = 0;
        let dropped = 0;
        for (const run of runs) {
          // An empty run is a record that is no part.
          if (run.length === 0) {
            dropped += assembler.drop();
            seqNum += 1;
          } else if (gaps) seqNum += 1;
          for (const part of run) {
            given += 1;
            const outcome = assembler.add(seqNum++, part.index, part.count, part.bytes);
            dropped += outcome.dropped;
            if (outcome.type !== "whole") continue;
            used += part.count;
            // All bytes are of parts 0 to count - 1; a mix of frames could only come from parts that were
            // written beside each other, which one batch and `match_seq_num` rule out: here the generator makes it.
            expect([...outcome.frame].filter((_, at) => at % 4 === 1)).toEqual([
              ...new Array(part.count).keys(),
            ]);
            expect(outcome.frame).toHaveLength(4 * part.count);
            expect(outcome.firstSeqNum).toBe(seqNum - part.count);
          }
        }
        dropped += assembler.drop();
        expect(used + dropped).toBe(given);
      }),
      { numRuns: 3000 },
    );
  });

  it("begins again when its first part is written again, as after a takeover", () => {
    const assembler = new PartAssembler();
    const [first, second, third] = parts(7, 3);
    if (first === undefined || second === undefined || third === undefined) throw new Error("three parts");
    const add = (seqNum: number, part: Part) => assembler.add(seqNum, part.index, part.count, part.bytes);
    expect(add(5, first)).toEqual({ type: "waiting", dropped: 0 });
    expect(add(6, second)).toEqual({ type: "waiting", dropped: 0 });
    expect(add(7, first)).toEqual({ type: "waiting", dropped: 2 });
    expect(add(8, second)).toEqual({ type: "waiting", dropped: 0 });
    const last = add(9, third);
    expect(last.type === "whole" && [...last.frame]).toEqual(whole(7, 3));
    expect(last).toMatchObject({ firstSeqNum: 7, dropped: 0 });
  });

  it("is dropped when a record lies between its parts", () => {
    const assembler = new PartAssembler();
    assembler.add(5, 0, 2, new Uint8Array(1));
    expect(assembler.add(7, 1, 2, new Uint8Array(1))).toEqual({ type: "waiting", dropped: 2 });
  });

  it("is dropped when its parts sum to more than a frame may have", () => {
    const assembler = new PartAssembler();
    const large = new Uint8Array(1024 * 1024);
    const outcomes = Array.from({ length: MAX_PARTS }, (_, index) =>
      assembler.add(index, index, MAX_PARTS, large),
    );
    expect(outcomes.every(({ type }) => type === "waiting")).toBe(true);
    expect(outcomes.reduce((sum, { dropped }) => sum + dropped, 0) + assembler.drop()).toBe(MAX_PARTS);
  });
});

describe("a part's header", () => {
  it("comes back as it went, for every place there is", () => {
    for (let count = 2; count <= MAX_PARTS; count++) {
      for (let index = 0; index < count; index++) {
        expect(decodePart(encodePart(index, count))).toEqual({ index, count });
      }
    }
  });

  it.each([
    ...[
      "",
      "/",
      "1",
      "1/",
      "/2",
      "0/1",
      "2/2",
      "3/2",
      "-1/2",
      "0/2 ",
      " 0/2",
      "0/2\n",
      "00/2",
      "0/02",
      "0x0/2",
    ],
    ...["0/2/3", "1e0/2", "0.5/2", `0/${MAX_PARTS + 1}`, "0/99999", "٠/٢"],
  ])("refuses %j", (value) => {
    expect(() => decodePart(value)).toThrow(ProtocolError);
  });
});

describe("a record", () => {
  it("fits S2's largest with the largest part and the largest headers of ours", () => {
    const id = "w".repeat(32);
    const large = Number.MAX_SAFE_INTEGER;
    const state = encodeState({
      writers: new Array(MAX_WRITERS).fill({
        writer: id as WriterId,
        lastNumber: large,
        offsetMs: -MAX_TIME_MS,
        seenMs: MAX_TIME_MS,
      }),
      windows: new Array(MAX_WINDOWS).fill({
        window: id as WindowId,
        checkoutSeqNum: large,
        checkoutMs: MAX_TIME_MS,
        checkoutBytes: large,
        bytesAtCheckout: large,
        seenMs: MAX_TIME_MS,
      }),
      lateRuns: new Array(MAX_LATE_RUNS).fill({
        window: id as WindowId,
        fromSeqNum: large,
        toSeqNum: large,
        firstMs: MAX_TIME_MS,
        lastMs: MAX_TIME_MS,
      }),
      totals: { frames: large, events: large, bytes: large, firstMs: large, lastMs: large, inputMs: large },
    });
    const headers: readonly (readonly [string, number])[] = [
      [HEADER_KIND, 1],
      [HEADER_OFFSET, String(-MAX_TIME_MS).length],
      [HEADER_STATE, state.length],
      [HEADER_BACK, 3],
      [HEADER_PART, encodePart(MAX_PARTS - 1, MAX_PARTS).length],
    ];
    const metered = headers.reduce((sum, [name, value]) => sum + 2 + name.length + value, 8 + MAX_PART_BYTES);
    expect(metered).toBeLessThanOrEqual(MAX_S2_BATCH_BYTES);
    // What is left is less than half: the part could not be made much larger.
    expect(state.length).toBeGreaterThan((MAX_S2_BATCH_BYTES - MAX_PART_BYTES) / 2);
    expect(MAX_SUMMARY_RECORD_BYTES).toBeLessThan(MAX_PART_BYTES);
  });
});
