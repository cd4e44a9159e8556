import { MAX_RECTANGLES_PER_PAINT } from "@reeltime/recorder/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ColourCounter } from "../../src/capture/colours.js";
import {
  HOT_CAPTURES,
  REFINED_TILES_WHEN_BUSY,
  REFINED_TILES_WHEN_STILL,
  SELDOM_MS,
  SMALL_CHANGE_TILES,
  STILL_MS,
} from "../../src/capture/limits.js";
import { type PaintPlan, type PlanInputs, planPaint } from "../../src/capture/plan.js";
import { wordsOf } from "../../src/capture/raw-image.js";
import { TileLedger } from "../../src/capture/tile-ledger.js";
import { allTiles, tileAt, tileGrid } from "../../src/capture/tiles.js";
import { fillWith, plain } from "./synthetic.js";

/** Ten by ten tiles; in each, as many colours as `colours` says of it. */
function inputs(colours: (tile: number) => number, more: Partial<PlanInputs> = {}): PlanInputs {
  const image = plain(640, 640);
  const grid = tileGrid(640, 640);
  for (const tile of allTiles(grid)) fillWith(image, tileAt(grid, tile), colours(tile));
  return {
    grid,
    words: wordsOf(image),
    atMs: 0,
    changed: [],
    whole: false,
    ledger: new TileLedger(100),
    colours: new ColourCounter(),
    level: "plenty",
    spareBytes: 1e9,
    refinedTileBytes: 8_192,
    quality: 75,
    ...more,
  };
}

/** Tiles that a plan sends, with whether each is exact. */
function sent(plan: PaintPlan | undefined): ReadonlyMap<number, boolean> {
  const grid = tileGrid(640, 640);
  const tiles = new Map<number, boolean>();
  for (const part of plan?.rectangles ?? [])
    for (const tile of allTiles(grid)) {
      const { x, y } = tileAt(grid, tile);
      if (x < part.x || x >= part.x + part.width || y < part.y || y >= part.y + part.height) continue;
      expect(tiles.has(tile)).toBe(false);
      tiles.set(tile, part.exact);
    }
  return tiles;
}

const move = (ledger: TileLedger, changed: readonly number[], times: number): void => {
  for (let at = 0; at < times; at++)
    ledger.commit({ atMs: at, whole: false, changed, coarse: [], refined: [] });
};

describe("what is sent of a capture", () => {
  it("is nothing when nothing changed and nothing was coarse", () => {
    expect(planPaint(inputs(() => 10))).toBeUndefined();
  });

  it("is exactly what changed, each tile once, those of up to 512 colours exactly", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(99), { minLength: 1 }), (picks) => {
        const changed = picks.sort((one, other) => one - other);
        const plan = planPaint(inputs((tile) => (tile % 3 === 0 ? 513 : 512), { changed }));
        expect([...sent(plan)].sort(([one], [other]) => one - other)).toEqual(
          changed.map((tile) => [tile, tile % 3 !== 0]),
        );
      }),
      { numRuns: 15 },
    );
  });

  it("is exact at once where few tiles change seldom, however many colours they have", () => {
    const ledger = new TileLedger(100);
    const many = (): number => 2_000;
    const changed = [0, 1, 2, 3];
    const blink = (atMs: number, more: Partial<PlanInputs> = {}): readonly boolean[] => [
      ...sent(planPaint(inputs(many, { changed, ledger, atMs, ...more }))).values(),
    ];
    ledger.commit({ atMs: 1_000, whole: false, changed, coarse: changed, refined: [] });
    expect(blink(1_000 + SELDOM_MS)).toEqual([true, true, true, true]);
    // What moves, what is more than a few, and what cannot be paid for is coarse.
    expect(blink(1_000 + SELDOM_MS - 1)).toEqual([false, false, false, false]);
    expect(blink(5_000, { changed: [0, 1, 2, 3, 4] })).not.toContain(true);
    expect(blink(5_000, { level: "short" })).not.toContain(true);
  });

  it("is everything, when it is a whole one", () => {
    const plan = planPaint(inputs((tile) => (tile < 50 ? 20 : 2_000), { whole: true, changed: [3] }));
    expect(sent(plan).size).toBe(100);
    expect(plan).toMatchObject({ whole: true, changed: [3], coarse: allTiles(tileGrid(640, 640)).slice(50) });
  });

  it("is exact up to 512 colours however long something moves, while bytes are plenty", () => {
    const ledger = new TileLedger(100);
    const changed = [0, 1, 2];
    const colours = (tile: number): number => [256, 512, 513][tile] ?? 1;
    move(ledger, changed, 200);
    expect([...sent(planPaint(inputs(colours, { changed, ledger }))).values()]).toEqual([true, true, false]);
  });

  it("is coarser where something moved for several captures once bytes run short, unless it has few colours", () => {
    const ledger = new TileLedger(100);
    const changed = [0, 1, 2];
    const colours = (tile: number): number => [64, 65, 512][tile] ?? 1;
    const short = { changed, ledger, level: "short" } as const;
    expect([...sent(planPaint(inputs(colours, short))).values()]).toEqual([true, true, true]);
    move(ledger, changed, HOT_CAPTURES - 1);
    expect(sent(planPaint(inputs(colours, short)))).toEqual(
      new Map([
        [0, true],
        [1, false],
        [2, false],
      ]),
    );
    ledger.still();
    expect([...sent(planPaint(inputs(colours, short))).values()]).toEqual([true, true, true]);
  });

  it("is exact again where something moved and then kept still for a capture, though others moved on", () => {
    const ledger = new TileLedger(100);
    move(ledger, [0, 1], HOT_CAPTURES);
    move(ledger, [1], 1);
    const plan = planPaint(inputs(() => 300, { changed: [0, 1], ledger, level: "short" }));
    expect(plan?.coarse).toEqual([1]);
  });

  it("is fewer parts than a body may hold, however chequered the picture", () => {
    const grid = tileGrid(64 * 128, 64 * 72);
    let count = 0;
    const chequered = { count: () => ((count++ + Math.floor(count / 128)) % 2 === 0 ? 1 : 513) };
    const plan = planPaint({
      ...inputs(() => 1, { whole: true, colours: chequered as unknown as ColourCounter }),
      grid,
      ledger: new TileLedger(grid.columns * grid.rows),
    });
    expect(plan?.rectangles.length).toBeLessThanOrEqual(MAX_RECTANGLES_PER_PAINT);
    expect(plan?.coarse.length).toBe(grid.columns * grid.rows);
    expect(plan?.rectangles.reduce((sum, { width, height }) => sum + width * height, 0)).toBe(
      grid.width * grid.height,
    );
  });
});

describe("when all bytes are spent", () => {
  it("a few tiles that are new stay exact, beside others that move", () => {
    const ledger = new TileLedger(100);
    const moving = Array.from({ length: 60 }, (_, at) => at + 40);
    move(ledger, moving, 9);
    const letters = Array.from({ length: SMALL_CHANGE_TILES }, (_, at) => at);
    const plan = planPaint(inputs(() => 300, { changed: [...letters, ...moving], ledger, level: "spent" }));
    expect(plan?.coarse).toEqual(moving);
  });

  it("many tiles that are new go coarser, and everything coarse at a lower quality", () => {
    const changed = Array.from({ length: SMALL_CHANGE_TILES + 1 }, (_, at) => at);
    const plan = planPaint(inputs(() => 300, { changed, level: "spent" }));
    expect(plan?.coarse).toEqual(changed);
    expect(plan?.rectangles.map(({ quality }) => quality)).toEqual(plan?.rectangles.map(() => 45));
  });

  it("tiles that are flat stay exact, since they weigh less so", () => {
    const changed = allTiles(tileGrid(640, 640));
    expect(planPaint(inputs(() => 64, { changed, level: "spent" }))?.coarse).toEqual([]);
  });

  it("a quality that is low already is not raised", () => {
    const changed = [0];
    const plan = planPaint(inputs(() => 2_000, { changed, level: "spent", quality: 10 }));
    expect(plan?.rectangles[0]?.quality).toBe(10);
  });
});

describe("what was sent coarser", () => {
  const coarse = Array.from({ length: 90 }, (_, at) => at + 10);
  const ledgerOf = (): TileLedger => {
    const ledger = new TileLedger(100);
    ledger.commit({ atMs: 5_000, whole: false, changed: coarse, coarse, refined: [] });
    return ledger;
  };

  it("is sent exactly once it has been still for a second, and not again", () => {
    const ledger = ledgerOf();
    expect(planPaint(inputs(() => 2_000, { ledger, atMs: 5_000 + STILL_MS - 1 }))).toBeUndefined();
    const refined: number[] = [];
    for (let times = 0; times < 2; times++) {
      const plan = planPaint(inputs(() => 2_000, { ledger, atMs: 5_000 + STILL_MS }));
      for (const [tile, exact] of sent(plan)) {
        expect(exact).toBe(true);
        refined.push(tile);
      }
      expect(plan?.refined.length).toBeLessThanOrEqual(REFINED_TILES_WHEN_STILL);
      if (plan !== undefined) ledger.commit(plan);
    }
    expect(refined.sort((one, other) => one - other)).toEqual(coarse);
    expect(planPaint(inputs(() => 2_000, { ledger, atMs: 99_000 }))).toBeUndefined();
  });

  it("keeps what is new waiting by a few tiles only", () => {
    const changed = [0, 1, 2, 3, 12];
    const plan = planPaint(inputs(() => 2_000, { ledger: ledgerOf(), atMs: 9_000, changed }));
    expect(plan?.refined).toHaveLength(REFINED_TILES_WHEN_BUSY);
    expect(plan?.refined).not.toContain(12);
    expect(plan?.coarse).toEqual(changed);
  });

  it("waits for bytes to spare", () => {
    const ledger = ledgerOf();
    expect(planPaint(inputs(() => 2_000, { ledger, atMs: 9_000, spareBytes: 8_191 }))).toBeUndefined();
    expect(planPaint(inputs(() => 2_000, { ledger, atMs: 9_000, spareBytes: 3 * 8_192 }))?.refined).toEqual([
      10, 11, 12,
    ]);
  });

  it("waits anew when it changed", () => {
    const ledger = ledgerOf();
    ledger.commit({ atMs: 5_900, whole: false, changed: [10], coarse: [10], refined: [] });
    expect(ledger.refinable(6_000)).not.toContain(10);
    expect(ledger.refinable(6_900)).toContain(10);
  });

  it("is not sent again when a whole paint had it exactly", () => {
    const ledger = new TileLedger(100);
    ledger.commit({ atMs: 0, whole: false, changed: [4, 5], coarse: [4, 5], refined: [] });
    ledger.commit({ atMs: 10, whole: true, changed: [], coarse: [5], refined: [] });
    expect(ledger.refinable(9_000)).toEqual([5]);
  });

  it("by a whole paint is told apart, until it changes", () => {
    const ledger = new TileLedger(100);
    ledger.commit({ atMs: 0, whole: true, changed: [], coarse: [4, 5], refined: [] });
    expect([4, 5].map((tile) => ledger.isCoarseSinceWhole(tile))).toEqual([true, true]);
    ledger.commit({ atMs: 10, whole: false, changed: [5], coarse: [5], refined: [] });
    expect([4, 5].map((tile) => ledger.isCoarseSinceWhole(tile))).toEqual([true, false]);
    const plan = planPaint(inputs(() => 2_000, { ledger, atMs: 9_000 }));
    expect(plan?.rectangles.map(({ x, purpose }) => [x, purpose])).toEqual([
      [4 * 64, "refine-whole"],
      [5 * 64, "refine"],
    ]);
  });
});
