import type { PictureArea, Rectangle } from "../geometry.js";
import { covers, hull, sameRectangle } from "../windows/rectangles.js";
import { AUDIT_MS, MAX_PARTS_READ } from "./limits.js";
import { blacken } from "./masking.js";
import { blackImage, copyImage, copyPart, type RawImage } from "./raw-image.js";
import { mergeTiles } from "./rectangles.js";
import type { OpenChanges, ScreenChanges } from "./screen-changes.js";
import type { Captured, Screens } from "./screens.js";
import { tileGrid, tilesIn } from "./tiles.js";

/** What is kept, what is held, and what is being made. */
const IMAGES_AT_ONCE = 3;

/** What a {@link DisplayView} needs. */
export interface DisplayViewOptions {
  readonly screens: Pick<Screens, "captureDisplay">;
  /** Opens what tells the changes of the screen. */
  readonly openChanges: OpenChanges;
  /** Told when the screen was drawn in, once after each capture at the most. */
  readonly onDrawn?: () => void;
  /** Milliseconds, as `monotonicMs`. */
  readonly clock: () => number;
}

/** A display as it was captured last: with everything black that had to be. */
interface Kept {
  readonly area: PictureArea;
  readonly image: RawImage;
  /** What was made black, in its pixels. */
  readonly black: readonly Rectangle[];
}

/** A capture that has not been masked yet. */
interface Pending {
  readonly area: PictureArea;
  /** What it was made from, or is to be compared with. */
  readonly kept: Kept | undefined;
  readonly made: "whole" | "of-parts" | "nothing-read";
  /** Parts of a whole one that may differ from what is kept. */
  readonly doubtful: readonly Rectangle[];
  /** Was not read, and so must be black. */
  readonly unread: readonly Rectangle[];
}

/**
 * One display, captured whole or only where it was drawn in since the last time. The rest is kept from that capture, in
 * which all that is denied is black: no pixel of it is ever kept. Every so often the display is captured whole all the same,
 * and compared: once something changed that was not told of, nothing that is told is trusted any more.
 */
export class DisplayView {
  readonly #options: DisplayViewOptions;
  /** `undefined`: not opened yet; `null`: nothing tells what changes, or it cannot be trusted. */
  #changes: ScreenChanges | null | undefined;
  #kept: Kept | undefined;
  #pending: Pending | undefined;
  /** Drawn in while the last capture was made: it may show this or not. */
  #drawnMeanwhile: readonly Rectangle[] = [];
  #auditMs = Number.NEGATIVE_INFINITY;
  /** Where what is read was seen to be what a whole capture is. */
  #proven: PictureArea | undefined;
  /** Pixels of images that were made here, the newest first. Memory that is fresh costs 2 ms an image: the system clears it. */
  #memory: readonly Buffer[] = [];
  /** Perhaps while what tells the changes is being opened. */
  #isClosed = false;

  constructor(options: DisplayViewOptions) {
    this.#options = options;
  }

  /**
   * The display as it is now, with what is denied: only {@link mask} may be done with it. What was given before is written
   * over, now or later.
   * @param black what will be black in any case, in the picture's pixels: it need not be read
   * @param held what was given before and is still needed as it is
   */
  async capture(area: PictureArea, black: readonly Rectangle[], held?: RawImage): Promise<Captured> {
    const kept = this.#kept;
    // Unless this one ends well, the next begins anew.
    this.#kept = undefined;
    this.#pending = undefined;
    const changes = await this.#opened(area);
    if (changes === null) return await this.#whole(area);
    try {
      const drawn = [...this.#drawnMeanwhile, ...(await changes.take(area))];
      this.#drawnMeanwhile = [];
      const now = this.#options.clock();
      if (kept === undefined || !sameArea(kept.area, area)) {
        this.#auditMs = now + AUDIT_MS;
        return await this.#first(changes, area);
      }
      if (now < this.#auditMs) return await this.#parts({ changes, kept, area, drawn, black, held });
      this.#auditMs = now + AUDIT_MS;
      const whole = await this.#whole(area);
      this.#drawnMeanwhile = await changes.take(area);
      this.#pending = pending(area, "whole", kept, [...drawn, ...this.#drawnMeanwhile, ...kept.black]);
      return whole;
    } catch {
      // The screen is gone, which the capture of all of it tells; or it does not answer as it should.
      this.close();
      return await this.#whole(area);
    }
  }

  /**
   * The captured image with these areas black: what may be shown, and is kept. Not to be changed.
   * @param image as `capture` gave it, or made to fit its area
   * @param areas in the picture's pixels, within it
   */
  mask(image: RawImage, areas: readonly Rectangle[]): RawImage {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === undefined) {
      blacken(image, areas);
      return image;
    }
    const { area, kept, made, doubtful, unread } = pending;
    const black = [...areas, ...outside(unread, areas)];
    if (made === "nothing-read" && kept !== undefined && sameRectangles(black, kept.black)) {
      this.#kept = kept;
      return kept.image;
    }
    const masked = made === "nothing-read" ? copyImage(image) : image;
    blacken(masked, black);
    if (made === "whole" && kept !== undefined && !agree(kept.image, masked, [...doubtful, ...black]))
      this.close();
    else if (this.#changes !== null) this.#kept = { area, image: masked, black };
    return masked;
  }

  /** From now on the display is captured whole. */
  close(): void {
    this.#isClosed = true;
    this.#changes?.close();
    this.#changes = null;
    this.#kept = undefined;
  }

  async #opened({ scale }: PictureArea): Promise<ScreenChanges | null> {
    if (this.#changes !== undefined) return this.#changes;
    const { openChanges, onDrawn = () => undefined } = this.#options;
    const opened = scale === 1 ? await openChanges(onDrawn) : undefined;
    if (this.#isClosed) opened?.close();
    else this.#changes = opened ?? null;
    return this.#changes ?? null;
  }

  async #whole(area: PictureArea): Promise<Captured> {
    this.#pending = pending(area, "whole");
    return await this.#options.screens.captureDisplay(area.id);
  }

  /**
   * Whole; and where nothing has been read yet, all of it is, and must be the same. It is not where the place of a display is
   * known but for a pixel, since the native part rounded it.
   */
  async #first(changes: ScreenChanges, area: PictureArea): Promise<Captured> {
    const whole = await this.#whole(area);
    if ("failed" in whole || (this.#proven !== undefined && sameArea(this.#proven, area))) return whole;
    const { width, height } = area;
    const read = blackImage(width, height);
    const isThere = await changes.read(area, { x: 0, y: 0, width, height }, read);
    this.#drawnMeanwhile = await changes.take(area);
    if (isThere && agree(whole, read, this.#drawnMeanwhile)) this.#proven = area;
    else this.close();
    return whole;
  }

  async #parts({ changes, kept, area, drawn, black, held }: PartsToRead): Promise<Captured> {
    const parts = fewParts(outside([...drawn, ...kept.black], black), area);
    if (parts.length === 0) {
      this.#pending = pending(area, "nothing-read", kept, [], black);
      return kept.image;
    }
    const image = this.#copyOf(kept.image, held);
    const read = await Promise.all(parts.map((part) => changes.read(area, part, image)));
    // The screen got smaller meanwhile.
    if (read.includes(false)) return await this.#whole(area);
    this.#pending = pending(area, "of-parts", kept, [], black);
    return image;
  }

  /** A copy, in memory that nobody needs any more, if there is any. */
  #copyOf(image: RawImage, held: RawImage | undefined): RawImage {
    const isFree = (memory: Buffer): boolean =>
      memory.length === image.pixels.length && memory !== image.pixels && memory !== held?.pixels;
    const copy = copyImage(image, this.#memory.find(isFree));
    const others = this.#memory.filter((memory) => memory !== copy.pixels);
    this.#memory = [copy.pixels, ...others].slice(0, IMAGES_AT_ONCE);
    return copy;
  }
}

/** What of a display is to be read, and put into what is kept. */
interface PartsToRead {
  readonly changes: ScreenChanges;
  readonly kept: Kept;
  readonly area: PictureArea;
  readonly drawn: readonly Rectangle[];
  readonly black: readonly Rectangle[];
  readonly held: RawImage | undefined;
}

const pending = (
  area: PictureArea,
  made: Pending["made"],
  kept?: Kept,
  doubtful: readonly Rectangle[] = [],
  unread: readonly Rectangle[] = [],
): Pending => ({ area, made, kept, doubtful, unread });

/** The parts that no one area covers whole. */
const outside = (parts: readonly Rectangle[], areas: readonly Rectangle[]): readonly Rectangle[] =>
  parts.filter((part) => !areas.some((area) => covers(area, part)));

/** Whole tiles that cover these parts of a display, put together; all in one where they would be many. */
function fewParts(parts: readonly Rectangle[], { width, height }: PictureArea): readonly Rectangle[] {
  const grid = tileGrid(width, height);
  const merged = mergeTiles(tilesIn(parts, grid), grid, grid.columns * grid.rows);
  return merged.length > MAX_PARTS_READ ? [merged.reduce(hull)] : merged;
}

/** Whether two images of one display are the same but for some parts. */
function agree(before: RawImage, after: RawImage, but: readonly Rectangle[]): boolean {
  if (before.width !== after.width || before.height !== after.height) return false;
  const expected = copyImage(before);
  for (const part of but) copyPart(after, part, expected, part.x, part.y);
  return expected.pixels.equals(after.pixels);
}

const sameArea = (one: PictureArea, other: PictureArea): boolean =>
  one.id === other.id && sameRectangle(one, other) && one.scale === other.scale;

const sameRectangles = (some: readonly Rectangle[], others: readonly Rectangle[]): boolean =>
  some.length === others.length &&
  some.every((one, at) => {
    const other = others[at];
    return other !== undefined && sameRectangle(one, other);
  });
