import { describe, expect, it } from "vitest";
import { Ring, type RingBudget } from "../../src/live/ring.js";
import { frame } from "../catalog/support/frames.js";

const budget = (maxBytes = 1_000_000): RingBudget => ({ usedBytes: 0, maxBytes });
const stored = (seqNum: number, size = 30, records = 1) => ({
  ...frame({ number: seqNum }),
  bytes: new Uint8Array(size),
  seqNum,
  nextSeqNum: seqNum + records,
  timestampMs: 0,
  offsetMs: 0,
});
const seqNums = (ring: Ring, from: number, maxBytes = 1_000_000) =>
  ring.from(from, maxBytes)?.map((each) => each.seqNum);

describe("a ring", () => {
  it("holds the newest frames without a gap, and says when older ones are asked for", () => {
    const ring = new Ring(2, { frames: 3, bytes: 1_000_000 }, budget());
    expect([ring.floor, ring.next, seqNums(ring, 2)]).toEqual([2, 2, []]);
    for (const seqNum of [2, 3, 4]) ring.add(stored(seqNum));
    expect([ring.floor, ring.next]).toEqual([2, 5]);
    expect(seqNums(ring, 3)).toEqual([3, 4]);
    ring.add(stored(5));
    expect([ring.floor, ring.next]).toEqual([3, 6]);
    expect(seqNums(ring, 2)).toBeUndefined();
    expect(seqNums(ring, 6)).toEqual([]);
    expect(seqNums(ring, 99)).toEqual([]);
  });

  it("passes over what it has: a follow that begins again repeats nothing", () => {
    const ring = new Ring(2, { frames: 9, bytes: 1_000_000 }, budget());
    for (const seqNum of [2, 3, 2, 3, 4]) ring.add(stored(seqNum));
    expect(seqNums(ring, 0)).toBeUndefined();
    expect(seqNums(ring, 2)).toEqual([2, 3, 4]);
  });

  it("gives as many as fit, and at least one", () => {
    const ring = new Ring(0, { frames: 9, bytes: 1_000_000 }, budget());
    for (const seqNum of [0, 1, 2]) ring.add(stored(seqNum, 300));
    const [first] = ring.from(0, 1) ?? [];
    const size = first?.json.length ?? 0;
    expect(size).toBeGreaterThan(400);
    expect(seqNums(ring, 0, 1)).toEqual([0]);
    expect(seqNums(ring, 0, size * 2)).toEqual([0, 1]);
    expect(seqNums(ring, 0, size * 2 - 1)).toEqual([0]);
  });

  it("keeps within its bytes, but for one frame that is larger by itself", () => {
    const shared = budget();
    const ring = new Ring(0, { frames: 9, bytes: 1_000 }, shared);
    for (const seqNum of [0, 1, 2]) ring.add(stored(seqNum, 300));
    expect(seqNums(ring, 1)).toEqual([1, 2]);
    expect(ring.floor).toBe(1);
    ring.add(stored(3, 5_000));
    expect([ring.floor, seqNums(ring, 3)]).toEqual([3, [3]]);
    ring.add(stored(4, 300));
    expect([ring.floor, seqNums(ring, 4)]).toEqual([4, [4]]);
    ring.clear();
    expect(shared.usedBytes).toBe(0);
    expect(seqNums(ring, 4)).toBeUndefined();
    expect(seqNums(ring, 5)).toEqual([]);
  });

  it("holds less when all rings together hold too much", () => {
    const shared = budget(1_500);
    const [one, two] = [
      new Ring(0, { frames: 9, bytes: 9_000 }, shared),
      new Ring(0, { frames: 9, bytes: 9_000 }, shared),
    ];
    for (const seqNum of [0, 1]) one.add(stored(seqNum, 300));
    for (const seqNum of [0, 1]) two.add(stored(seqNum, 300));
    expect(shared.usedBytes).toBeLessThanOrEqual(1_500);
    expect(seqNums(one, 0)).toEqual([0, 1]);
    expect(seqNums(two, 0)).toBeUndefined();
    expect(seqNums(two, 1)).toEqual([1]);
  });

  it("ends where the stream ends", () => {
    const ring = new Ring(2, { frames: 9, bytes: 1_000 }, budget());
    ring.add(stored(2));
    ring.end(6);
    expect([ring.next, seqNums(ring, 2), seqNums(ring, 3)]).toEqual([6, [2], []]);
  });
});
