import { expect, test } from "vitest";
import { NameHistory, PlaceHistory } from "../../src/windows/history.js";
import { MAX_PLACES, MAX_TITLES } from "../../src/windows/limits.js";
import { covers, hull, intersection, simplified } from "../../src/windows/rectangles.js";

const at = (x: number) => ({ x, y: 0, width: 10, height: 10 });

test("a place counts for every time that it was held in, its end included", () => {
  const places = new PlaceHistory();
  places.set(at(1), 100);
  places.set(at(2), 200);
  places.set(undefined, 300);
  expect(places.since(50)).toEqual([at(1), at(2)]);
  expect(places.since(200)).toEqual([at(1), at(2)]);
  expect(places.since(201)).toEqual([at(2)]);
  expect(places.since(301)).toEqual([]);
  places.forget(250);
  expect(places.since(0)).toEqual([at(2)]);
});

test("more places than are kept are covered all the same", () => {
  const places = new PlaceHistory();
  for (let step = 0; step < 5 * MAX_PLACES; step++) places.set(at(step * 100), step);
  const kept = places.since(0);
  expect(kept.length).toBeLessThanOrEqual(MAX_PLACES + 1);
  for (let step = 0; step < 5 * MAX_PLACES; step++)
    expect(kept.some((area) => covers(area, at(step * 100)))).toBe(true);
});

test("a name counts for every time that it was borne in; a name taken up again is no past one", () => {
  const names = new NameHistory();
  names.set(["a"], 100);
  names.set(["b"], 200);
  names.set(["a"], 300);
  expect(names.since(0)).toEqual(["a", "b"]);
  expect(names.since(301)).toEqual(["a"]);
  names.had(["c"], 400);
  expect(names.since(400)).toEqual(["a", "c"]);
  names.forget(401);
  expect(names.since(0)).toEqual(["a"]);
});

test("names beyond those kept are given up from the oldest", () => {
  const names = new NameHistory();
  for (let step = 0; step <= 2 * MAX_TITLES; step++) names.set([`title ${step}`], step);
  expect(names.since(0)).toHaveLength(MAX_TITLES + 1);
  expect(names.since(0)).toContain(`title ${2 * MAX_TITLES - 1}`);
});

test("fewer areas cover whatever more did", () => {
  let seed = 3;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  for (let turn = 0; turn < 200; turn++) {
    const areas = Array.from({ length: random(40) }, () => ({
      x: random(500),
      y: random(500),
      width: 1 + random(200),
      height: 1 + random(200),
    }));
    const max = 1 + random(12);
    const fewer = simplified(areas, max);
    expect(fewer.length).toBeLessThanOrEqual(max);
    for (const area of areas) expect(fewer.some((one) => covers(one, area))).toBe(true);
  }
});

test("areas that only touch share nothing, and are covered by one", () => {
  expect(intersection(at(0), at(10))).toBeUndefined();
  expect(intersection(at(0), at(9))).toEqual({ x: 9, y: 0, width: 1, height: 10 });
  expect(hull(at(0), at(10))).toEqual({ x: 0, y: 0, width: 20, height: 10 });
});
