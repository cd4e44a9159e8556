import { type SessionDetail, sessionStartMs, type WindowId } from "@reeltime/recorder/protocol";
import { ApiError } from "../client/api-error.js";
import { createSubject, type Subject } from "../client/observable.js";
import { DECODE_AHEAD_MS, FEED_AHEAD_MS, LIVE_JUMP_MS, PLAYBACK_RATES, REJOIN_MS } from "./limits.js";
import { LiveEdge } from "./live-edge.js";
import { Opener } from "./opener.js";
import type { PlayerStoreOptions } from "./player-store-options.js";
import { Playhead } from "./playhead.js";
import { problemOf } from "./problem.js";
import { type Prepared, Reel } from "./reel.js";
import type { SceneGroup } from "./scene-group.js";
import { SessionIndex } from "./session-index.js";
import type { PlayerFact, PlayerPhase, PlayerProblem, PlayerState } from "./state.js";
import { StateView } from "./state-view.js";
import type { SurfaceKind, SurfacePort } from "./surface-port.js";
import { Ticker } from "./ticker.js";
import { ALL_DISPLAYS, type WindowChoice, WindowChooser, windowOf } from "./window-choice.js";

/** Facts nearer than this behind the playhead are the one it is at. */
const AT_FACT_MS = 500;

/**
 * Playback of one session, free of the DOM: requests go in, a {@link PlayerState} comes out, and whatever is
 * attached as {@link SurfacePort} is driven. Nothing is fetched before {@link PlayerStore.start}.
 */
export class PlayerStore {
  readonly #options: PlayerStoreOptions;
  readonly #index: SessionIndex;
  readonly #reel: Reel;
  readonly #view: StateView;
  readonly #opener: Opener;
  readonly #ticker: Ticker;
  readonly #state: Subject<PlayerState>;
  #port: SurfacePort | undefined;
  #scene: SceneGroup | undefined;
  #phase: PlayerPhase = "loading";
  #error: PlayerProblem | undefined;
  readonly #head: Playhead;
  readonly #edge: LiveEdge;
  readonly #chooser = new WindowChooser();
  #closed = false;

  constructor(options: PlayerStoreOptions) {
    this.#options = options;
    this.#index = new SessionIndex(sessionStartMs(options.session));
    this.#head = new Playhead(this.#index.startMs, options.autoplay !== true);
    this.#edge = new LiveEdge(this.#index, options, () => this.#ticker.wake());
    this.#reel = new Reel({
      api: options.api,
      live: options.live,
      session: options.session,
      index: this.#index,
      now: () => options.clock.now(),
      changed: () => {
        // At the edge what has come is decoded at once, to be at hand for the next picture.
        if (this.#head.following) this.#scene?.advance(Number.POSITIVE_INFINITY);
        this.#ticker.wake();
      },
      failed: (error) => this.#fail(error),
      ...(options.maxBufferBytes === undefined ? {} : { maxBufferBytes: options.maxBufferBytes }),
    });
    this.#opener = new Opener({
      prepare: (at, signal) =>
        this.#reel.prepare(
          at,
          this.#chooser.chosen,
          signal,
          this.#head.goesOnTo(at) ? this.#scene : undefined,
        ),
      show: (prepared, at) => this.#show(prepared, at),
      failed: (error) => this.#fail(error),
      done: () => {
        this.#head.waiting = false;
        this.#asked();
      },
    });
    this.#view = new StateView(this.#index, this.#reel.buffer);
    this.#ticker = new Ticker(options.clock, (stepMs) => this.#tick(stepMs));
    this.#state = createSubject(this.#draw());
  }

  /** As of the last change. */
  get state(): PlayerState {
    return this.#state.value;
  }

  /** Calls back with each new state; the answer stops it. */
  subscribe(listener: (state: PlayerState) => void): () => void {
    return this.#state.subscribe(listener);
  }

  /** Asks for the session and opens it. Once. */
  async start(): Promise<void> {
    const { detail, startAtMs, api, session } = this.#options;
    this.#edge.watch();
    if (detail !== undefined) this.#index.learn(detail);
    if (startAtMs !== undefined) this.#openFirst();
    if (detail === undefined) {
      try {
        this.#index.learn(await api.session(session));
      } catch (error) {
        this.#fail(error);
        return;
      }
    }
    if (this.#closed) return;
    if (startAtMs === undefined) this.#openFirst();
    if (this.#index.closed) this.#head.following = false;
    this.#followTail();
    this.#ticker.wake();
  }

  /** Drives a surface from now on, and no longer the one before. */
  attach(port: SurfacePort): void {
    this.#port = port;
    this.#head.pictureMs = Number.POSITIVE_INFINITY;
    if (this.#scene !== undefined) this.#open(this.#head.atMs);
  }

  /** Plays; from the start when it had ended. */
  play(): void {
    if (this.state.mode === "ended") this.seek(0);
    this.#head.paused = false;
    this.#asked();
  }

  /** Pauses. At the live edge the playhead stays where it was and falls behind. */
  pause(): void {
    this.#head.atMs = this.#index.startMs + this.state.currentTimeMs;
    this.#head.following = false;
    this.#head.paused = true;
    this.#asked();
  }

  /** Goes to a time, in ms since the session's start, within its bounds. */
  seek(toMs: number): void {
    const { startMs } = this.#index;
    const before = this.#head.atMs;
    const ends = Math.max(startMs, this.#edge.atMs());
    this.#head.following = false;
    this.#head.atMs = Math.min(Math.max(startMs + (Number.isFinite(toMs) ? toMs : 0), startMs), ends);
    const scene = this.#scene;
    const near = this.#head.atMs >= before && this.#head.atMs - before <= FEED_AHEAD_MS;
    // A small step ahead is playback in one go; everything else opens anew from the nearest checkout.
    if (!near || scene === undefined || this.#opener.busy || scene.readyUntilMs < this.#head.atMs)
      this.#open(this.#head.atMs);
    this.#asked();
  }

  /** Goes to the live edge and follows it. In a closed session: to its end. */
  toLive(): void {
    if (this.#index.closed) {
      this.seek(this.state.durationMs);
      return;
    }
    this.#head.rate = 1;
    this.#head.paused = false;
    this.#head.following = true;
    this.#open(this.#reel.loader.growing !== undefined && this.#edge.caughtUp ? this.#index.lastMs : "end");
    this.#asked();
  }

  /** Sets the speed: one of `PLAYBACK_RATES`, the nearest to what is asked for. */
  setRate(rate: number): void {
    const wanted = Number.isFinite(rate) ? rate : 1;
    const nearest = [...PLAYBACK_RATES].sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0];
    this.#head.rate = nearest ?? 1;
    if (this.#head.rate !== 1) this.#head.following = false;
    this.#asked();
  }

  /** Whether idle stretches are gone through fast. */
  setSkipInactive(skip: boolean): void {
    this.#head.skipInactive = skip;
    this.#asked();
  }

  /** Shows a window, or all displays; `undefined` follows the window its user is in. */
  selectWindow(choice: WindowChoice): void {
    this.#chooser.choose(choice);
    const window = choice === ALL_DISPLAYS ? undefined : choice;
    const firstMs = window === undefined ? undefined : this.#index.windows.get(window)?.firstMs;
    // A window that opened later is shown where it begins.
    if (firstMs !== undefined && firstMs > this.#head.atMs) this.seek(firstMs - this.#index.startMs);
    this.#asked();
  }

  /** Goes to the next fact after the playhead. */
  nextFact(): void {
    const fact = this.#index.factAfter(this.#head.atMs);
    if (fact !== undefined) this.seekToFact(fact);
  }

  /** Goes to the fact before the one the playhead is at. */
  prevFact(): void {
    const fact = this.#index.factBefore(this.#head.atMs - AT_FACT_MS);
    if (fact !== undefined) this.seekToFact(fact);
  }

  /** Goes to a fact. */
  seekToFact(fact: PlayerFact): void {
    this.seek(fact.atMs - this.#index.startMs);
  }

  /** Tries again after an error. */
  retry(): void {
    this.#error = undefined;
    this.#head.pictureMs = Number.POSITIVE_INFINITY;
    this.#reel.retry();
    if (this.#phase === "error") this.#phase = this.#scene === undefined ? "loading" : "ready";
    if (this.#index.item === undefined) void this.start();
    else if (this.#scene === undefined) this.#openFirst();
    else this.#open(this.#head.atMs);
    this.#ticker.wake();
  }

  /** Ends: fetches nothing more, watches nothing, drives nothing. */
  close(): void {
    this.#closed = true;
    this.#ticker.close();
    this.#opener.close();
    this.#edge.close();
    this.#reel.close();
    this.#port?.clear();
    this.#port = undefined;
  }

  /** Something was done: who asks next sees it. */
  #asked(): void {
    this.#state.set(this.#draw());
    this.#ticker.wake();
  }

  #openFirst(): void {
    const { startAtMs } = this.#options;
    const { startMs, closed, item } = this.#index;
    const toEdge = startAtMs === "live" || (startAtMs === undefined && item !== undefined && !closed);
    this.#head.following = toEdge && !closed;
    if (this.#head.following) this.#head.paused = false;
    if (typeof startAtMs === "number") this.#head.atMs = startMs + Math.max(0, startAtMs);
    this.#open(toEdge ? "end" : this.#head.atMs);
  }

  #followTail(): void {
    const { item, closed } = this.#index;
    if (closed) return;
    this.#reel.loader.follow((item as Partial<SessionDetail> | undefined)?.tail ?? 0, {
      caughtUp: () => {
        this.#edge.caughtUp = true;
        this.#ticker.wake();
      },
      session: (item) => {
        this.#index.update(item);
        if (item.status === "closed") {
          this.#head.following = false;
          this.#reel.loader.close();
        }
        this.#ticker.wake();
      },
      refused: (code) => this.#fail(new ApiError(code, "the session cannot be watched")),
    });
  }

  #open(at: number | "end"): void {
    this.#head.waiting = true;
    this.#opener.open(at);
    // Once all that has to be asked for is under way; while it comes the surface gets ready.
    queueMicrotask(() => this.#port?.prepare(this.#expectedKind(at)));
  }

  #expectedKind(at: number | "end"): SurfaceKind | undefined {
    const index = this.#index;
    const window = windowOf(this.#chooser.chosen, index, at === "end" ? index.lastMs : at);
    const known = window === undefined ? undefined : index.pictures.kindOf(window);
    return known ?? (index.hasPictures ? "screen" : undefined);
  }

  #show(prepared: Prepared | undefined, at: number | "end"): void {
    if (prepared === undefined) {
      if (this.#scene === undefined) this.#phase = "empty";
      return;
    }
    const { scene, atMs, goesOn } = prepared;
    // The surface it would go on with is another by now: the opening that follows is whole.
    if (goesOn && !Number.isFinite(this.#head.pictureMs)) return;
    this.#phase = "ready";
    this.#error = undefined;
    this.#scene = scene;
    this.#head.opened(atMs);
    if (at === "end" || this.#head.following) this.#head.atMs = atMs;
    const opening = scene.openingAt(atMs);
    if (goesOn) this.#port?.forward(opening);
    else this.#port?.open(opening);
  }

  #fail(error: unknown): void {
    const problem = problemOf(error);
    if (this.#closed || problem === undefined) return;
    this.#error = problem;
    this.#phase = "error";
    this.#ticker.wake();
  }

  /** One step before a picture; `true` while there is more to come by itself. */
  #tick(stepMs: number): boolean {
    const scene = this.#scene;
    const fresh = this.#head.takeFresh();
    if (scene !== undefined && !this.#opener.busy && !fresh) this.#step(scene, stepMs);
    else if (scene === undefined && this.#phase === "empty" && !this.#opener.busy) this.#tryEmpty();
    this.#state.set(this.#draw());
    const grows = !this.#index.closed && this.#options.live !== undefined;
    return fresh || !this.#head.paused || this.#head.following || grows;
  }

  /** A session that had nothing to show is opened as soon as a checkout comes. */
  #tryEmpty(): void {
    if (this.#reel.buffer.ranges.some((range) => range.firstCheckout() !== undefined)) {
      this.#open(this.#head.following ? this.#index.lastMs : this.#head.atMs);
    }
  }

  #step(scene: SceneGroup, stepMs: number): void {
    const head = this.#head;
    let rate = 0;
    if (head.following) {
      const { due, lagMs } = head.follow(scene, stepMs);
      if (due.length > 0) this.#port?.feed(due);
      if (lagMs > LIVE_JUMP_MS) {
        this.#open(this.#index.lastMs);
        return;
      }
      rate = 1;
    } else if (head.paused) head.skipping = false;
    else rate = this.#advance(scene, stepMs);
    const ahead = Math.max(1, rate);
    scene.advance(head.atMs + DECODE_AHEAD_MS * ahead);
    const due = scene.takeDue(head.atMs + FEED_AHEAD_MS * ahead);
    if (due.length > 0) this.#port?.feed(due);
    this.#port?.clock(head.atMs, rate);
    head.pictureMs = head.atMs;
    this.#reel.keepAhead(scene.range, head.atMs, ahead);
    this.#changeWindow(scene);
  }

  #advance(scene: SceneGroup, stepMs: number): number {
    const head = this.#head;
    const endMs = this.#edge.atMs();
    const rate = head.advance(scene, this.#index, stepMs, endMs);
    if (this.#index.closed) {
      if (head.atMs >= endMs && scene.range.complete) head.paused = true;
    } else if (endMs - head.atMs <= REJOIN_MS && this.#edge.connected && this.#edge.caughtUp) {
      head.following = true;
      head.rate = 1;
    }
    return rate;
  }

  /** Follows the window its user is in, or goes to what the viewer chose. */
  #changeWindow(scene: SceneGroup): void {
    const atMs = this.#head.following ? this.#index.lastMs : this.#head.atMs;
    const canShow = (window: WindowId): boolean => this.#reel.canShow(window, atMs);
    if (this.#chooser.wantsOther(scene, this.#index, atMs, canShow)) this.#open(atMs);
  }

  #draw(): PlayerState {
    const { connection, connected, caughtUp } = this.#edge;
    const ready = this.#phase === "ready" && !this.#opener.busy;
    return this.#view.draw({
      phase: this.#phase,
      error: this.#error,
      connection,
      atMs: this.#head.atMs,
      edgeMs: this.#edge.atMs(),
      presence: this.#index.presence(this.#options.clock.now(), caughtUp),
      atEdge: this.#head.following && ready && caughtUp && connected,
      paused: this.#head.paused,
      waiting: this.#head.waiting,
      playbackRate: this.#head.rate,
      skipInactive: this.#head.skipInactive,
      skipping: this.#head.skipping,
      shown: this.#scene,
      windowChosen: this.#chooser.chosen !== undefined,
      damaged: this.#reel.damaged,
    });
  }
}
