import { type DisplayEvent, MAX_PICTURE_PIXELS, type PicturePart } from "@reeltime/recorder/protocol";
import { boundsOf, CanvasPicture, type DecodedRectangle } from "./canvas-picture.js";
import type { ImageDecoder } from "./image-decoder.js";
import { MAX_AHEAD_PIXELS, MAX_BATCH_PIXELS } from "./limits.js";
import {
  chunksOf,
  type PaintPlan,
  type PictureChange,
  type PictureSize,
  pixelsOf,
  pixelsOfChange,
  planPaint,
  type RefusedRectangle,
  type TimedRectangle,
} from "./paint-plan.js";

/** What a painter tells. */
export interface PainterHandlers {
  /** The picture is another: what it is, if that changed, and which part of it, all of it where its size is new. */
  painted(change: Painted): void;
  /** Rectangles that cannot be painted. */
  refused(rectangles: readonly RefusedRectangle[]): void;
}

/** A change of the picture that has just been made, at once. */
export interface Painted {
  readonly display: DisplayEvent | undefined;
  readonly part: PicturePart | undefined;
  /** Something was painted since the opening. */
  readonly filled: boolean;
  /** It has more pixels than can be shown. */
  readonly tooLarge: boolean;
  /** It is what an opening asked for. */
  readonly opening: boolean;
}

/** A plan whose images are decoded, waiting for its time. */
interface Ready {
  readonly plan: PaintPlan;
  readonly opening: boolean;
  readonly decoded: readonly DecodedRectangle[];
  /** Everything of a picture that clears what was before, where it was too much to hold. */
  readonly whole: CanvasPicture | undefined;
  readonly pixels: number;
}

/**
 * Paints one picture: takes its changes, has their images decoded ahead of their time, and makes each change at once and
 * in order when the playhead is at it, however long its decoding takes. Where decoding falls behind, the changes that
 * are due are made as one, without what they hide of each other.
 */
export class Painter {
  readonly #picture: CanvasPicture;
  readonly #decoder: ImageDecoder;
  readonly #handlers: PainterHandlers;
  #queue: PictureChange[] = [];
  #ready: Ready[] = [];
  /** Grows with each opening: what was begun before it comes to nothing. */
  #generation = 0;
  #decoding = false;
  #opening = false;
  #atMs = Number.NEGATIVE_INFINITY;
  /** As it will be once all that is ready is painted. */
  #plannedSize: PictureSize | undefined;
  #filled = false;
  #maxPixels = MAX_PICTURE_PIXELS;

  /** @param canvas takes the picture's exact pixels */
  constructor(canvas: HTMLCanvasElement, decoder: ImageDecoder, handlers: PainterHandlers) {
    this.#picture = new CanvasPicture(canvas);
    this.#decoder = decoder;
    this.#handlers = handlers;
  }

  /** Nothing that should be seen by now is still being decoded. */
  get settled(): boolean {
    const next = this.#queue[0];
    return (
      !this.#opening && !(this.#decoding && this.#dueMs <= this.#atMs) && !(next && next.atMs <= this.#atMs)
    );
  }
  #dueMs = Number.NEGATIVE_INFINITY;

  /**
   * Shows the picture that these changes make, instead of what was shown, which stays until it is there.
   * @param maxPixels it may have until the next opening
   */
  open(changes: readonly PictureChange[], atMs: number, maxPixels = MAX_PICTURE_PIXELS): void {
    this.#drop();
    this.#maxPixels = maxPixels;
    this.#atMs = atMs;
    this.#plannedSize = undefined;
    this.#opening = true;
    this.#begin(planPaint(changes, undefined, maxPixels), true);
  }

  /** Takes further changes; those behind the playhead are made as soon as can be. */
  add(changes: readonly PictureChange[]): void {
    for (const change of changes) {
      let index = this.#queue.length;
      while (index > 0 && (this.#queue[index - 1]?.atMs ?? 0) > change.atMs) index -= 1;
      this.#queue.splice(index, 0, change);
    }
    this.#pump();
  }

  /** The playhead is there: what is due and decoded is made. */
  clock(atMs: number): void {
    this.#atMs = atMs;
    this.#pump();
  }

  /** Lets everything go. */
  close(): void {
    this.#drop();
    this.#opening = false;
  }

  #drop(): void {
    this.#generation += 1;
    this.#decoding = false;
    for (const { decoded } of this.#ready) for (const { bitmap } of decoded) bitmap.close();
    this.#ready = [];
    this.#queue = [];
  }

  #pump(): void {
    this.#makeDue();
    while (!this.#decoding) {
      const changes = this.#takeNext();
      if (changes.length === 0) return;
      this.#begin(planPaint(changes, this.#plannedSize, this.#maxPixels), false);
      this.#makeDue();
    }
  }

  #makeDue(): void {
    for (let next = this.#ready[0]; next !== undefined; next = this.#ready[0]) {
      if (!next.opening && next.plan.atMs > this.#atMs) return;
      this.#ready.shift();
      this.#make(next);
    }
  }

  /**
   * What to decode next: all that is due, up to a bound; else one time ahead, as long as there is room for it. What is of one
   * time is not taken apart, as long as a picture could hold it: a picture's new size comes with what is painted in it.
   */
  #takeNext(): readonly PictureChange[] {
    const [first] = this.#queue;
    if (first === undefined) return [];
    const untilMs = Math.max(first.atMs, this.#atMs);
    let count = 0;
    let pixels = 0;
    let beforeMs = first.atMs;
    for (const change of this.#queue) {
      pixels += pixelsOfChange(change);
      const most = change.atMs === beforeMs ? MAX_PICTURE_PIXELS : MAX_BATCH_PIXELS;
      if (change.atMs > untilMs || (count > 0 && pixels > most)) break;
      count += 1;
      beforeMs = change.atMs;
    }
    const taken = this.#queue.slice(0, count);
    if (first.atMs > this.#atMs) {
      const held = this.#ready.reduce((sum, ready) => sum + ready.pixels, 0);
      const own = taken.reduce((sum, change) => sum + pixelsOfChange(change), 0);
      if (held > 0 && held + own > MAX_AHEAD_PIXELS) return [];
    }
    return this.#queue.splice(0, count);
  }

  #begin(plan: PaintPlan, opening: boolean): void {
    this.#plannedSize = plan.size;
    this.#dueMs = opening ? Number.NEGATIVE_INFINITY : plan.atMs;
    if (plan.refused.length > 0) this.#handlers.refused(plan.refused);
    const chunks = chunksOf(plan.rectangles);
    if (chunks.length === 0) this.#done({ plan, opening, decoded: [], whole: undefined, pixels: 0 });
    else {
      this.#decoding = true;
      void this.#decode(plan, chunks, opening);
    }
  }

  async #decode(
    plan: PaintPlan,
    chunks: readonly (readonly TimedRectangle[])[],
    opening: boolean,
  ): Promise<void> {
    const generation = this.#generation;
    const held: DecodedRectangle[] = [];
    const whole =
      chunks.length > 1 && plan.clears && plan.size !== undefined ? newPicture(plan.size) : undefined;
    let next = this.#ask(chunks[0] ?? []);
    for (const [index, chunk] of chunks.entries()) {
      const bitmaps = await next;
      if (generation !== this.#generation) {
        for (const bitmap of [...bitmaps, ...held.map((one) => one.bitmap)]) bitmap?.close();
        return;
      }
      const following = chunks[index + 1];
      if (following !== undefined) next = this.#ask(following);
      const decoded = this.#sort(chunk, bitmaps);
      if (whole === undefined) held.push(...decoded);
      else whole.paint(decoded);
    }
    this.#decoding = false;
    const pixels = plan.rectangles.reduce((sum, rectangle) => sum + pixelsOf(rectangle), 0);
    this.#done({ plan, opening, decoded: held, whole, pixels });
    this.#pump();
  }

  #ask(chunk: readonly TimedRectangle[]): Promise<readonly (ImageBitmap | undefined)[]> {
    // A copy of its own bytes: a message would take with it the whole frame that they lie in.
    const images = chunk.map(({ image, width, height }) => ({ bytes: image.slice(), width, height }));
    return this.#decoder.decode(images);
  }

  #sort(
    chunk: readonly TimedRectangle[],
    bitmaps: readonly (ImageBitmap | undefined)[],
  ): readonly DecodedRectangle[] {
    const decoded: DecodedRectangle[] = [];
    const refused: RefusedRectangle[] = [];
    for (const [index, rectangle] of chunk.entries()) {
      const bitmap = bitmaps[index];
      if (bitmap === undefined) refused.push({ atMs: rectangle.paintedMs, rectangle });
      else decoded.push({ rectangle, bitmap });
    }
    if (refused.length > 0) this.#handlers.refused(refused);
    return decoded;
  }

  #done(ready: Ready): void {
    this.#ready.push(ready);
    this.#makeDue();
  }

  /** Makes a change, all of it before the browser draws again. */
  #make({ plan, opening, decoded, whole }: Ready): void {
    if (opening) {
      this.#filled = false;
      this.#opening = false;
    }
    if (whole !== undefined) this.#picture.copy(whole);
    else {
      if (plan.size !== undefined && plan.clears) this.#picture.clear(plan.tooLarge ? NO_SIZE : plan.size);
      this.#picture.paint(decoded);
    }
    if (plan.clears) this.#filled = false;
    this.#filled ||= plan.paints;
    const all = { x: 0, y: 0, ...this.#picture.size };
    const part = plan.clears ? all : boundsOf(decoded.map(({ rectangle }) => rectangle));
    this.#handlers.painted({
      display: plan.display,
      part,
      filled: this.#filled,
      tooLarge: plan.tooLarge,
      opening,
    });
  }
}

/** Of a picture that is not painted. */
const NO_SIZE: PictureSize = { width: 1, height: 1 };

function newPicture(size: PictureSize): CanvasPicture {
  const picture = new CanvasPicture(new OffscreenCanvas(size.width, size.height));
  picture.clear(size);
  return picture;
}
