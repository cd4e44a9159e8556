import type { ByteBudget } from "./budget.js";
import { CheckoutLedger } from "./checkouts.js";
import type { ColourCounter } from "./colours.js";
import type { EncodedPaint } from "./encode.js";
import { REFINED_TILE_BYTES } from "./limits.js";
import { type PaintPlan, planPaint } from "./plan.js";
import { type RawImage, wordsOf } from "./raw-image.js";
import { TileLedger } from "./tile-ledger.js";
import { changedTiles, type TileGrid, tileGrid } from "./tiles.js";

/** Share of the newest weight in what a refined tile is taken to cost. */
const EXPERIENCE_SHARE = 0.3;

/** A paint of a capture that awaits its answer. */
interface Proposal {
  readonly image: RawImage;
  readonly plan: PaintPlan;
  readonly paint: EncodedPaint;
}

/** What was accepted of a picture. */
interface Accepted {
  readonly image: RawImage;
  readonly grid: TileGrid;
  readonly tiles: TileLedger;
}

/**
 * What is known of one picture: what was accepted last, and what awaits its answer. Captures are compared with what was
 * accepted, so that a paint that was refused is neither lost nor sent twice.
 */
export class Picture {
  readonly #checkouts = new CheckoutLedger();
  #accepted: Accepted | undefined;
  #proposal: Proposal | undefined;
  #refinedTileBytes = REFINED_TILE_BYTES;

  /** The image that was accepted last. */
  get image(): RawImage | undefined {
    return this.#accepted?.image;
  }

  /** The next paint is to be a whole one. */
  askCheckout(): void {
    this.#checkouts.ask();
  }

  /** What is to be sent of a capture; `undefined` when it changed nothing. */
  plan(
    image: RawImage,
    atMs: number,
    { budget, colours, quality }: { budget: ByteBudget; colours: ColourCounter; quality: number },
  ): PaintPlan | undefined {
    const before = this.#accepted;
    const fits = before?.image.width === image.width && before.image.height === image.height;
    const { grid, tiles } = fits ? before : fresh(image);
    const whole = !fits || this.#checkouts.due;
    const changed =
      fits && before.image !== image ? changedTiles(before.image.pixels, image.pixels, grid) : [];
    const plan = planPaint({
      grid,
      words: wordsOf(image),
      atMs,
      changed,
      whole,
      ledger: tiles,
      colours,
      level: budget.level(atMs),
      spareBytes: budget.spareBytes(atMs),
      refinedTileBytes: this.#refinedTileBytes,
      quality,
    });
    if (plan === undefined) tiles.still();
    return plan;
  }

  /** A paint of this capture was sent: it is what `accept` or `refuse` speak of. */
  propose(image: RawImage, plan: PaintPlan, paint: EncodedPaint): void {
    this.#proposal = { image, plan, paint };
    const refined = plan.refined.length;
    if (refined > 0)
      this.#refinedTileBytes += (paint.refinedBytes / refined - this.#refinedTileBytes) * EXPERIENCE_SHARE;
  }

  /** The paint was accepted: captures are compared with it from now on. */
  accept(): void {
    const proposal = this.#takeProposal();
    if (proposal === undefined) return;
    const { image, plan, paint } = proposal;
    const before = this.#accepted;
    const fits = before?.image.width === image.width && before.image.height === image.height;
    const { grid, tiles } = fits ? before : fresh(image);
    tiles.commit(plan);
    this.#checkouts.paid({ ...paint, whole: plan.whole });
    this.#accepted = { image, grid, tiles };
  }

  /** The paint was refused; what it weighed, in bytes. */
  refuse(): number {
    const paint = this.#takeProposal()?.paint;
    return paint === undefined ? 0 : paint.bytes + paint.wholeRefinedBytes;
  }

  #takeProposal(): Proposal | undefined {
    const proposal = this.#proposal;
    this.#proposal = undefined;
    return proposal;
  }
}

/** A picture of which nothing was accepted: all of it is new. */
function fresh(image: RawImage): Accepted {
  const grid = tileGrid(image.width, image.height);
  return { image, grid, tiles: new TileLedger(grid.columns * grid.rows) };
}
