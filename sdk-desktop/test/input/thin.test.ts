import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MOVE_EVERY_MS } from "../../src/input/limits.js";
import { MoveThinner, type Place } from "../../src/input/thin.js";

/** What is told of these moves, with a clock that asks for what is due when it is. */
function told(moves: readonly Place[]): readonly Place[] {
  const thinner = new MoveThinner();
  const places: Place[] = [];
  const due = (untilMs: number) => {
    while (thinner.dueMs !== undefined && thinner.dueMs <= untilMs) {
      const place = thinner.take();
      if (place !== undefined) places.push(place);
    }
  };
  for (const move of moves) {
    due(move.atMs);
    const place = thinner.move(move);
    if (place !== undefined) places.push(place);
  }
  due(Number.POSITIVE_INFINITY);
  return places;
}

const moves = fc
  .array(fc.record({ after: fc.integer({ min: 0, max: 120 }), x: fc.nat(1_000), y: fc.nat(1_000) }), {
    minLength: 1,
  })
  .map((steps) => {
    let atMs = 5_000;
    return steps.map(({ after, x, y }) => {
      atMs += after;
      return { atMs, x, y };
    });
  });

describe("thinned moves", () => {
  it("begin with the first and end with the last", () => {
    fc.assert(
      fc.property(moves, (places) => {
        expect(told(places)[0]).toEqual(places[0]);
        expect(told(places).at(-1)).toEqual(places.at(-1));
      }),
    );
  });

  it("are places that were, in order, and about one each 50 ms at the most", () => {
    fc.assert(
      fc.property(moves, (places) => {
        const left = told(places);
        expect(places).toEqual(expect.arrayContaining([...left]));
        expect(left.map(({ atMs }) => atMs)).toEqual(left.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
        const spanMs = (places.at(-1)?.atMs ?? 0) - (places[0]?.atMs ?? 0);
        expect(left.length).toBeLessThanOrEqual(2 * (spanMs / MOVE_EVERY_MS) + 2);
      }),
    );
  });

  it("are 20 a second of a fast mouse", () => {
    const second = Array.from({ length: 1_000 }, (_, ms) => ({ atMs: ms, x: ms, y: 0 }));
    expect(told(second).length).toBeGreaterThanOrEqual(20);
    expect(told(second).length).toBeLessThanOrEqual(22);
  });

  it("tell what is held when a click follows, and nothing twice", () => {
    const thinner = new MoveThinner();
    thinner.move({ atMs: 0, x: 1, y: 1 });
    expect(thinner.move({ atMs: 10, x: 2, y: 2 })).toBeUndefined();
    expect(thinner.take()).toEqual({ atMs: 10, x: 2, y: 2 });
    expect(thinner.take()).toBeUndefined();
    expect(thinner.dueMs).toBeUndefined();
  });
});
