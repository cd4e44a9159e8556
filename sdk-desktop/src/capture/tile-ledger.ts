import { STILL_MS } from "./limits.js";

/** How a tile was sent last. `coarse-since-whole`: with the last whole paint, and it has not changed since. */
const EXACT = 0;
const COARSE = 1;
const COARSE_SINCE_WHOLE = 2;

/** Captures in a row are counted up to here: more is as hot. */
const MOST_RUN = 255;

/** What one paint means for the tiles of its picture, once it is accepted. */
export interface TileChanges {
  readonly atMs: number;
  /** All tiles were sent. */
  readonly whole: boolean;
  /** What differed from what was accepted before. */
  readonly changed: readonly number[];
  /** What was sent coarser than it is, of all that was sent. */
  readonly coarse: readonly number[];
  /** What was sent again exactly. */
  readonly refined: readonly number[];
}

/** What is known of each tile of a picture: how long it has moved, since when it is still, and how it was sent. */
export class TileLedger {
  /** Captures on end that changed it. */
  readonly #run: Uint8Array;
  readonly #changedMs: Float64Array;
  readonly #sent: Uint8Array;

  constructor(tiles: number) {
    this.#run = new Uint8Array(tiles);
    this.#changedMs = new Float64Array(tiles);
    this.#sent = new Uint8Array(tiles);
  }

  /** Captures on end that changed this tile, without the one that is looked at now. */
  run(tile: number): number {
    return this.#run[tile] ?? 0;
  }

  /** When this tile changed last; 0 when it never did. */
  changedMs(tile: number): number {
    return this.#changedMs[tile] ?? 0;
  }

  /** Whether this tile was coarse in the last whole paint, and has not changed since. */
  isCoarseSinceWhole(tile: number): boolean {
    return this.#sent[tile] === COARSE_SINCE_WHOLE;
  }

  /** Tiles that were sent coarser than they are and have been still long enough, at this time, to be sent exactly; ascending. */
  refinable(atMs: number): readonly number[] {
    const tiles: number[] = [];
    this.#sent.forEach((sent, tile) => {
      if (sent !== EXACT && atMs - (this.#changedMs[tile] ?? 0) >= STILL_MS) tiles.push(tile);
    });
    return tiles;
  }

  /** Notes a paint that was accepted. */
  commit({ atMs, whole, changed, coarse, refined }: TileChanges): void {
    if (whole) this.#sent.fill(EXACT);
    const moving = new Set(changed);
    for (let tile = 0; tile < this.#run.length; tile++) if (!moving.has(tile)) this.#run[tile] = 0;
    for (const tile of changed) {
      this.#run[tile] = Math.min(this.run(tile) + 1, MOST_RUN);
      this.#changedMs[tile] = atMs;
      this.#sent[tile] = EXACT;
    }
    for (const tile of refined) this.#sent[tile] = EXACT;
    for (const tile of coarse) this.#sent[tile] = whole ? COARSE_SINCE_WHOLE : COARSE;
  }

  /** Notes a capture that changed nothing. */
  still(): void {
    this.#run.fill(0);
  }
}
