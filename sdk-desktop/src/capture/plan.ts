import { MAX_RECTANGLES_PER_PAINT } from "@reeltime/recorder/protocol";
import type { Rectangle } from "../geometry.js";
import type { BudgetLevel } from "./budget.js";
import type { ColourCounter } from "./colours.js";
import {
  EFFORT,
  EXACT_COLOURS,
  HOT_CAPTURES,
  HOT_COLOURS,
  MIN_QUALITY,
  REFINED_TILES_WHEN_BUSY,
  REFINED_TILES_WHEN_STILL,
  SELDOM_MS,
  SELDOM_TILES,
  SHORT_QUALITY_SHARE,
  SMALL_CHANGE_TILES,
  THOROUGH_EFFORT,
  THOROUGH_TILES,
  TILE_PIXELS,
} from "./limits.js";
import { mergeTiles } from "./rectangles.js";
import type { TileChanges, TileLedger } from "./tile-ledger.js";
import { allTiles, type TileGrid, tileAt } from "./tiles.js";

/** A part of a picture that is to be encoded. */
export interface PlannedRectangle extends Rectangle {
  readonly exact: boolean;
  /** 1 to 100, of what is not exact. */
  readonly quality: number;
  /** As libwebp counts, 0 to 6. */
  readonly effort: number;
  /** `new`: it changed, or belongs to a whole paint. The others were sent before, coarser. */
  readonly purpose: "new" | "refine" | "refine-whole";
}

/** What is to be sent of a capture. */
export interface PaintPlan extends TileChanges {
  readonly rectangles: readonly PlannedRectangle[];
}

/** What {@link planPaint} decides from. */
export interface PlanInputs {
  readonly grid: TileGrid;
  /** The picture's pixels. */
  readonly words: Uint32Array;
  readonly atMs: number;
  readonly changed: readonly number[];
  /** All tiles are to be sent. */
  readonly whole: boolean;
  readonly ledger: TileLedger;
  readonly colours: ColourCounter;
  readonly level: BudgetLevel;
  /** Bytes that refinement may cost. */
  readonly spareBytes: number;
  /** Bytes that a refined tile costs, by experience. */
  readonly refinedTileBytes: number;
  /** 1 to 100. */
  readonly quality: number;
}

/**
 * What is sent of a capture, and how: tiles of few colours exactly, others coarser; fewer exactly when the bytes run short,
 * beginning with what moves; and, as far as the bytes reach, what was sent coarser and has been still, exactly. `undefined`: nothing.
 */
export function planPaint(inputs: PlanInputs): PaintPlan | undefined {
  const { grid, atMs, changed, ledger } = inputs;
  const painted = inputs.whole ? allTiles(grid) : changed;
  const refined = inputs.whole ? [] : tilesToRefine(inputs);
  if (painted.length === 0 && refined.length === 0) return undefined;
  const coarse = painted.filter(coarseness(inputs));
  const rectangles = [
    ...planRectangles(inputs, without(painted, coarse), true, "new"),
    ...planRectangles(inputs, coarse, false, "new"),
    ...planRectangles(
      inputs,
      refined.filter((tile) => ledger.isCoarseSinceWhole(tile)),
      true,
      "refine-whole",
    ),
    ...planRectangles(
      inputs,
      refined.filter((tile) => !ledger.isCoarseSinceWhole(tile)),
      true,
      "refine",
    ),
  ];
  if (rectangles.length <= MAX_RECTANGLES_PER_PAINT)
    return { atMs, whole: inputs.whole, changed, coarse, refined, rectangles };
  // A chequered wall of displays: too many parts to tell, but its whole is few.
  const all = allTiles(grid);
  const parts = planRectangles(inputs, all, false, "new");
  return { atMs, whole: true, changed, coarse: all, refined: [], rectangles: parts };
}

/** Tiles as parts to encode, all in the same way. */
function planRectangles(
  { grid, whole, level, quality }: PlanInputs,
  tiles: readonly number[],
  exact: boolean,
  purpose: PlannedRectangle["purpose"],
): readonly PlannedRectangle[] {
  const isShort = level !== "plenty";
  return mergeTiles(tiles, grid).map((part) => {
    const isSmall = part.width * part.height <= THOROUGH_TILES * TILE_PIXELS ** 2;
    return {
      ...part,
      exact,
      quality: isShort ? shortQuality(quality) : quality,
      effort: exact && (whole || isShort || isSmall) ? THOROUGH_EFFORT : EFFORT,
      purpose,
    };
  });
}

/** Both ascending. */
const without = (tiles: readonly number[], others: readonly number[]): readonly number[] => {
  const out = new Set(others);
  return tiles.filter((tile) => !out.has(tile));
};

const shortQuality = (quality: number): number =>
  Math.min(quality, Math.max(Math.round(quality * SHORT_QUALITY_SHARE), MIN_QUALITY));

/** Whether a tile goes coarser, by its colours, how long it has moved, and what is left to spend. */
function coarseness({
  grid,
  words,
  atMs,
  changed,
  whole,
  ledger,
  colours,
  level,
}: PlanInputs): (tile: number) => boolean {
  // This capture counts too, for a tile that it changed.
  const isMoving = (tile: number): boolean => level !== "plenty" && ledger.run(tile) + 1 >= HOT_CAPTURES;
  const moving = new Set(changed.filter(isMoving));
  // When all is spent, a few tiles that are new stay exact beside whatever moves: a letter, a checkbox.
  const allHot = level === "spent" && changed.length - moving.size > SMALL_CHANGE_TILES;
  const fewChange = level === "plenty" && !whole && changed.length <= SELDOM_TILES;
  return (tile) => {
    if (fewChange && atMs - ledger.changedMs(tile) >= SELDOM_MS) return false;
    const limit = allHot || moving.has(tile) ? HOT_COLOURS : EXACT_COLOURS;
    return colours.count(words, grid.width, tileAt(grid, tile), limit) > limit;
  };
}

/** Tiles to send again exactly: a few where something else changed, more in a still picture, as many as the bytes reach for. */
function tilesToRefine({
  ledger,
  atMs,
  changed,
  spareBytes,
  refinedTileBytes,
}: PlanInputs): readonly number[] {
  const most = changed.length === 0 ? REFINED_TILES_WHEN_STILL : REFINED_TILES_WHEN_BUSY;
  const affordable = Math.floor(spareBytes / Math.max(refinedTileBytes, 1));
  if (affordable < 1) return [];
  const moving = new Set(changed);
  return ledger
    .refinable(atMs)
    .filter((tile) => !moving.has(tile))
    .slice(0, Math.min(most, affordable));
}
