import type { SessionId, WindowId } from "@reeltime/recorder/protocol";
import type { Api } from "../client/api.js";
import { ApiError } from "../client/api-error.js";
import type { LiveConnection } from "../client/live-connection.js";
import { BodyDecoder, type DecodedBody } from "./body-decoder.js";
import type { BufferedFrame } from "./buffered-frame.js";
import { FrameBuffer } from "./frame-buffer.js";
import { FrameLoader } from "./frame-loader.js";
import type { FrameRange } from "./frame-range.js";
import { LOAD_AHEAD_MS, MAX_FORWARD_EVENTS, MAX_OPENING_PAGES } from "./limits.js";
import { Scene } from "./scene.js";
import { SceneGroup } from "./scene-group.js";
import type { SessionIndex } from "./session-index.js";
import { displaysBeside, type WindowChoice, windowOf } from "./window-choice.js";

/** Attempts to read on before it is a problem a viewer is told of. */
const MAX_AHEAD_FAILURES = 5;
/** How often an opening looks further back because a checkout held no snapshot. */
const MAX_CHECKOUT_TRIES = 4;
const FIRST_AHEAD_RETRY_MS = 1_000;

/** What a reel needs. */
export interface ReelOptions {
  readonly api: Api;
  readonly live: LiveConnection | undefined;
  readonly session: SessionId;
  readonly index: SessionIndex;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Told when something was read. */
  readonly changed: () => void;
  /** Told when reading ahead failed for good. */
  readonly failed: (error: ApiError) => void;
  readonly maxBufferBytes?: number;
}

/** Scenes made ready to open, and the time they open at. */
export interface Prepared {
  readonly scene: SceneGroup;
  readonly atMs: number;
  /** They are the ones that were playing: what it has not given yet, which is little, is all that is missing. */
  readonly goesOn: boolean;
}

/** A session's frames as playback needs them: at hand for a time, loaded on ahead of the playhead, bounded behind it. */
export class Reel {
  readonly buffer: FrameBuffer;
  readonly loader: FrameLoader;
  readonly #options: ReelOptions;
  readonly #decoder = new BodyDecoder();
  readonly #damaged = new Set<number>();
  #droppedParts = 0;
  #ahead: AbortController | undefined;
  #failures = 0;
  #notBeforeMs = 0;
  /** Something was read since the buffer was last brought within its bound. */
  #grown = false;

  constructor(options: ReelOptions) {
    const { api, live, session } = options;
    this.#options = options;
    this.buffer = new FrameBuffer(options.maxBufferBytes);
    this.loader = new FrameLoader({
      api,
      live,
      session,
      buffer: this.buffer,
      pictures: () => options.index.hasPictures,
      read: (frame, fresh) => this.#read(frame, fresh ? options.now() : undefined),
      dropped: (parts) => {
        this.#droppedParts += parts;
      },
    });
  }

  /** Frames that could not be read so far. */
  get damaged(): number {
    return this.#damaged.size + this.#droppedParts;
  }

  /**
   * Makes playback at a time (or at the end) ready: out of the buffer, or by asking the server for the nearest
   * checkout. `chosen` is what the viewer wants to see; `playing`, scenes that are not yet past the time, go on
   * where new ones would begin as they did. `undefined`: there is nothing that can be shown.
   * Throws {@link ApiError}.
   */
  async prepare(
    at: number | "end",
    chosen: WindowChoice,
    signal: AbortSignal,
    playing?: SceneGroup,
  ): Promise<Prepared | undefined> {
    const { index } = this.#options;
    const known = at === "end" ? undefined : windowOf(chosen, index, at);
    let range = at === "end" || known === undefined ? undefined : this.buffer.playableAt(known, at);
    if (range === undefined) {
      // What was being loaded on is of no use elsewhere, and in the way.
      this.#ahead?.abort();
      range = await this.loader.open(at, signal);
    }
    const atMs = at === "end" ? index.lastMs : at;
    for (let tries = 0; tries < MAX_CHECKOUT_TRIES; tries++) {
      const last = tries === MAX_CHECKOUT_TRIES - 1;
      const prepared = await this.#sceneIn(range, chosen, atMs, { last, playing });
      if (typeof prepared !== "number") return prepared;
      range = await this.#readFrom(prepared, atMs, signal);
    }
    return undefined;
  }

  /**
   * Makes the scenes of what was chosen at a time. A checkout without a snapshot is passed over; when there is no other
   * in the range, the answer is the time before which to look for one.
   */
  async #sceneIn(
    range: FrameRange,
    chosen: WindowChoice,
    atMs: number,
    { last, playing }: { readonly last: boolean; readonly playing: SceneGroup | undefined },
  ): Promise<Prepared | number | undefined> {
    let brokenMs: number | undefined;
    for (;;) {
      const found = findCheckout(range.current, windowOf(chosen, this.#options.index, atMs), atMs);
      if (found?.frame === undefined) return last ? undefined : brokenMs;
      // A later picture is better than none, but not than an earlier one.
      if (brokenMs !== undefined && found.firstMs > atMs && !last) return brokenMs;
      const beside = displaysBeside(chosen, found.frame.window, this.#options.index, atMs)
        .map((window) => range.current.checkoutAt(window, atMs))
        .filter((checkout) => checkout !== undefined);
      const goesOn =
        playing !== undefined && isFrom(playing, [found, ...beside], range) && (await isNear(playing, atMs));
      const scene = goesOn ? playing : await this.#group(found, beside, range.current, atMs);
      const snapshotMs = scene?.scenes[0]?.snapshotMs;
      if (scene !== undefined && snapshotMs !== undefined) {
        const openMs = Math.max(atMs, snapshotMs);
        await scene.settle(openMs);
        return { scene, atMs: openMs, goesOn };
      }
      found.broken = true;
      brokenMs = found.firstMs;
    }
  }

  /** Scenes from checkouts on; beside the first only those that turn out to be displays as it is. `undefined` when it holds no snapshot. */
  async #group(
    first: BufferedFrame,
    beside: readonly BufferedFrame[],
    range: FrameRange,
    atMs: number,
  ): Promise<SceneGroup | undefined> {
    const { pictures } = this.#options.index;
    const scenes = [first, ...beside].flatMap((checkout) =>
      checkout.frame === undefined
        ? []
        : [new Scene(checkout.frame.window, range, checkout, this.#decoder, this.#bodyRead)],
    );
    await Promise.all(scenes.map((scene) => scene.settle(atMs)));
    const [main, ...others] = scenes;
    if (main?.snapshotMs === undefined) return undefined;
    const isDisplay = ({ window }: Scene): boolean => pictures.sourceOf(window) === "display";
    for (const { snapshotMs, checkout } of others) if (snapshotMs === undefined) checkout.broken = true;
    const shown = others.filter((scene) => scene.snapshotMs !== undefined && isDisplay(scene));
    return new SceneGroup(main, isDisplay(main) ? shown : []);
  }

  readonly #bodyRead = (frame: BufferedFrame, body: DecodedBody): void => {
    if (body.damaged || body.malformed > 0) this.#damaged.add(frame.seqNum);
    if (frame.frame?.kind === "screen") this.#options.index.learnPicture(frame.frame.window, body.events);
  };

  /** Reads from the checkout before a time, on to another. */
  async #readFrom(beforeMs: number, untilMs: number, signal: AbortSignal): Promise<FrameRange> {
    let range = await this.loader.open(beforeMs - 1, signal);
    for (let pages = 0; pages < MAX_OPENING_PAGES && range.coversUntilMs < untilMs; pages++) {
      const { to } = range;
      range = await this.loader.readOn(range, signal);
      if (range.to <= to) break;
    }
    return range;
  }

  /** A scene for another window at a time, when the buffer has it. */
  canShow(window: WindowId, atMs: number): boolean {
    return this.buffer.playableAt(window, atMs) !== undefined;
  }

  /** Drops what is far from the playhead where there is too much, and loads on ahead of it, one page at a time. Before each picture. */
  keepAhead(range: FrameRange, atMs: number, rate: number): void {
    if (this.#grown) this.buffer.trim(range, atMs, this.loader.growing);
    this.#grown = false;
    const wanted = atMs + LOAD_AHEAD_MS * Math.max(1, rate);
    if (range.complete || range.coversUntilMs >= wanted || this.#ahead !== undefined) return;
    if (range.coversUntilMs >= atMs + LOAD_AHEAD_MS && this.buffer.full) return;
    if (this.#failures > MAX_AHEAD_FAILURES || this.#options.now() < this.#notBeforeMs) return;
    void this.#readOn(range);
  }

  /** Forgets failures, so that loading on is tried again. */
  retry(): void {
    this.#failures = 0;
    this.#notBeforeMs = 0;
  }

  /** Lets go of everything that is under way. */
  close(): void {
    this.#ahead?.abort();
    this.loader.close();
  }

  async #readOn(range: FrameRange): Promise<void> {
    const abort = new AbortController();
    this.#ahead = abort;
    try {
      const before = range.to;
      const whole = await this.loader.readOn(range, abort.signal);
      this.#failures = 0;
      // At the tail of a session that is not followed there is nothing to read for now.
      this.#notBeforeMs = whole.to > before ? 0 : this.#options.now() + FIRST_AHEAD_RETRY_MS;
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#failures += 1;
      this.#notBeforeMs = this.#options.now() + FIRST_AHEAD_RETRY_MS * 2 ** (this.#failures - 1);
      if (this.#failures > MAX_AHEAD_FAILURES) {
        this.#options.failed(
          error instanceof ApiError ? error : new ApiError("bad_answer", "cannot be read", { cause: error }),
        );
      }
    } finally {
      this.#ahead = undefined;
    }
    this.#options.changed();
  }

  #read(frame: BufferedFrame, nowMs: number | undefined): void {
    this.#grown = true;
    if (frame.frame === undefined) this.#damaged.add(frame.seqNum);
    this.#options.index.add(frame, nowMs);
    if (nowMs !== undefined) this.#options.changed();
  }
}

/** Whether scenes made now from checkouts of a range would be those that play, so that they may go on instead. */
function isFrom(playing: SceneGroup, checkouts: readonly BufferedFrame[], range: FrameRange): boolean {
  const { scenes } = playing;
  return (
    scenes.length === checkouts.length &&
    scenes.every((scene) => {
      const checkout = checkouts.find(({ frame }) => frame?.window === scene.window);
      return checkout !== undefined && scene.isFrom(checkout, range);
    })
  );
}

/** Whether scenes can go on to a time by what little they have not given yet; to build them anew takes less than much. */
async function isNear(scene: SceneGroup, atMs: number): Promise<boolean> {
  await scene.settle(atMs);
  return scene.kind === "screen" || scene.countHappened(atMs) <= MAX_FORWARD_EVENTS;
}

function findCheckout(
  range: FrameRange,
  window: WindowId | undefined,
  atMs: number,
): BufferedFrame | undefined {
  const wanted = window === undefined ? undefined : range.checkoutAt(window, atMs);
  return wanted ?? range.lastCheckout(atMs) ?? range.firstCheckout(window) ?? range.firstCheckout();
}
