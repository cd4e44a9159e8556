import {
  type SessionDetail,
  type SessionId,
  sessionStartMs,
  type WindowId,
} from "@reeltime/recorder/protocol";
import type { Api } from "../client/api.js";
import { ApiError } from "../client/api-error.js";
import type { LiveConnection, LiveStatus } from "../client/live-connection.js";
import type { PlayerClock } from "./clock.js";
import {
  DECODE_AHEAD_MS,
  FEED_AHEAD_MS,
  LIVE_JUMP_MS,
  MAX_STEP_MS,
  PLAYBACK_RATES,
  REJOIN_MS,
} from "./limits.js";
import { Playhead } from "./playhead.js";
import { type Prepared, Reel } from "./reel.js";
import type { Scene } from "./scene.js";
import { SessionIndex } from "./session-index.js";
import { countUpTo } from "./sorted.js";
import type { PlayerFact, PlayerPhase, PlayerProblem, PlayerState } from "./state.js";
import { StateView } from "./state-view.js";
import type { SurfacePort } from "./surface-port.js";

/** Options of {@link PlayerStore}. */
export interface PlayerStoreOptions {
  readonly api: Api;
  /** Without it a running session is played as far as it had got. */
  readonly live?: LiveConnection;
  readonly session: SessionId;
  /** What is already known of the session; asked for when missing. */
  readonly detail?: SessionDetail;
  /** Where to start: ms since the session's start, or its live edge. Default: the edge while it runs, else the start. */
  readonly startAtMs?: number | "live";
  /** Default false; a session opened at its live edge always plays. */
  readonly autoplay?: boolean;
  readonly clock: PlayerClock;
  /** Bytes of encoded frames kept; default `MAX_BUFFER_BYTES`. */
  readonly maxBufferBytes?: number;
}

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
  readonly #listeners = new Set<(state: PlayerState) => void>();
  #state: PlayerState;
  #port: SurfacePort | undefined;
  #scene: Scene | undefined;
  #phase: PlayerPhase = "loading";
  #error: PlayerProblem | undefined;
  readonly #head: Playhead;
  #caughtUp = false;
  #edgeSeenMs = 0;
  #chosen: WindowId | undefined;
  /** What is to be opened next; the newest request wins. */
  #target: number | "end" | undefined;
  #opening = false;
  #openAbort = new AbortController();
  /** The change of window last tried, so that one that cannot be shown is asked for once. */
  #tried: string | undefined;
  #cancelFrame: (() => void) | undefined;
  #tickedAt = 0;
  #closed = false;
  #stopStatus = (): void => {};

  constructor(options: PlayerStoreOptions) {
    this.#options = options;
    this.#index = new SessionIndex(sessionStartMs(options.session));
    this.#head = new Playhead(this.#index.startMs, options.autoplay !== true);
    this.#reel = new Reel({
      api: options.api,
      live: options.live,
      session: options.session,
      index: this.#index,
      now: () => options.clock.now(),
      changed: () => this.#wake(),
      failed: (error) => this.#fail(error),
      ...(options.maxBufferBytes === undefined ? {} : { maxBufferBytes: options.maxBufferBytes }),
    });
    this.#view = new StateView(this.#index, this.#reel.buffer);
    this.#state = this.#draw();
  }

  /** As of the last change. */
  get state(): PlayerState {
    return this.#state;
  }

  /** Calls back with each new state; the answer stops it. */
  subscribe(listener: (state: PlayerState) => void): () => void {
    const own = (state: PlayerState): void => listener(state);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** Asks for the session and opens it. Once. */
  async start(): Promise<void> {
    const { detail, startAtMs, api, session, live } = this.#options;
    this.#stopStatus =
      live?.status.subscribe(({ state }) => {
        if (state !== "open") this.#caughtUp = false;
        this.#wake();
      }) ?? this.#stopStatus;
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
    this.#followTail();
    this.#wake();
  }

  /** Drives a surface from now on, and no longer the one before. */
  attach(port: SurfacePort): void {
    this.#port = port;
    if (this.#scene !== undefined) this.#open(this.#head.atMs);
  }

  /** Drives no surface any more. */
  detach(port: SurfacePort): void {
    if (this.#port === port) this.#port = undefined;
  }

  /** Plays; from the start when it had ended. */
  play(): void {
    if (this.#state.mode === "ended") this.seek(0);
    this.#head.paused = false;
    this.#wake();
  }

  /** Pauses. At the live edge the playhead stays where it was and falls behind. */
  pause(): void {
    this.#head.atMs = this.#index.startMs + this.#state.currentTimeMs;
    this.#head.following = false;
    this.#head.paused = true;
    this.#wake();
  }

  /** Goes to a time, in ms since the session's start, within its bounds. */
  seek(toMs: number): void {
    const { startMs } = this.#index;
    const before = this.#head.atMs;
    const ends = Math.max(startMs, this.#edgeMs());
    this.#head.following = false;
    this.#head.atMs = Math.min(Math.max(startMs + (Number.isFinite(toMs) ? toMs : 0), startMs), ends);
    const scene = this.#scene;
    const near = this.#head.atMs >= before && this.#head.atMs - before <= FEED_AHEAD_MS;
    // A small step ahead is playback in one go; everything else opens anew from the nearest checkout.
    if (!near || scene === undefined || this.#opening || scene.readyUntilMs < this.#head.atMs)
      this.#open(this.#head.atMs);
    this.#wake();
  }

  /** Goes to the live edge and follows it. In a closed session: to its end. */
  toLive(): void {
    if (this.#index.closed) {
      this.seek(this.#state.durationMs);
      return;
    }
    this.#head.rate = 1;
    this.#head.paused = false;
    this.#head.following = true;
    this.#open(this.#reel.loader.growing !== undefined && this.#caughtUp ? this.#index.lastMs : "end");
    this.#wake();
  }

  /** Sets the speed: one of `PLAYBACK_RATES`, the nearest to what is asked for. */
  setRate(rate: number): void {
    const nearest = [...PLAYBACK_RATES].sort((a, b) => Math.abs(a - rate) - Math.abs(b - rate))[0];
    this.#head.rate = nearest ?? 1;
    if (this.#head.rate !== 1) this.#head.following = false;
    this.#wake();
  }

  /** Whether idle stretches are gone through fast. */
  setSkipInactive(skip: boolean): void {
    this.#head.skipInactive = skip;
    this.#wake();
  }

  /** Shows a window; `undefined` follows the one its user is in. */
  selectWindow(window: WindowId | undefined): void {
    this.#chosen = window;
    this.#tried = undefined;
    this.#wake();
  }

  /** Goes to the next fact after the playhead. */
  nextFact(): void {
    const { facts } = this.#index;
    const fact = facts[countUpTo(facts, this.#head.atMs, atOf)];
    if (fact !== undefined) this.seekToFact(fact);
  }

  /** Goes to the fact before the one the playhead is at. */
  prevFact(): void {
    const { facts } = this.#index;
    const fact = facts[countUpTo(facts, this.#head.atMs - AT_FACT_MS, atOf) - 1];
    if (fact !== undefined) this.seekToFact(fact);
  }

  /** Goes to a fact. */
  seekToFact(fact: PlayerFact): void {
    this.seek(fact.atMs - this.#index.startMs);
  }

  /** Tries again after an error. */
  retry(): void {
    this.#error = undefined;
    this.#reel.retry();
    if (this.#phase === "error") this.#phase = this.#scene === undefined ? "loading" : "ready";
    if (this.#index.item === undefined) void this.start();
    else if (this.#scene === undefined) this.#openFirst();
    else this.#open(this.#head.atMs);
    this.#wake();
  }

  /** Ends: fetches nothing more, watches nothing, drives nothing. */
  close(): void {
    this.#closed = true;
    this.#cancelFrame?.();
    this.#openAbort.abort();
    this.#stopStatus();
    this.#reel.close();
    this.#port?.clear();
    this.#port = undefined;
    this.#listeners.clear();
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
    if (this.#index.closed) return;
    this.#reel.loader.follow(this.#index.item === undefined ? 0 : this.#tailOf(), {
      caughtUp: () => {
        this.#caughtUp = true;
        this.#wake();
      },
      session: (item) => {
        this.#index.update(item);
        if (item.status === "closed") this.#sessionClosed();
        this.#wake();
      },
      refused: (code) => this.#fail(new ApiError(code, "the session cannot be watched")),
    });
  }

  #tailOf(): number {
    const { item } = this.#index;
    const tail = (item as Partial<SessionDetail> | undefined)?.tail ?? 0;
    // What an opening at the end has read already need not come again.
    return Math.max(tail, ...this.#reel.buffer.ranges.map(({ to }) => to));
  }

  #sessionClosed(): void {
    this.#head.following = false;
    this.#reel.loader.close();
  }

  #open(at: number | "end"): void {
    this.#target = at;
    this.#openAbort.abort();
    this.#head.waiting = true;
    if (!this.#opening) void this.#openTargets();
  }

  /** Opens what was asked for last, until nothing new is. One at a time: what is being built is shown. */
  async #openTargets(): Promise<void> {
    this.#opening = true;
    while (this.#target !== undefined && !this.#closed) {
      const at = this.#target;
      const abort = new AbortController();
      this.#target = undefined;
      this.#openAbort = abort;
      try {
        const prepared = await this.#reel.prepare(at, this.#chosen, abort.signal);
        if (!this.#closed) this.#show(prepared, at);
      } catch (error) {
        if (!abort.signal.aborted) this.#fail(error);
      }
    }
    this.#opening = false;
    this.#head.waiting = false;
    this.#wake();
  }

  #show(prepared: Prepared | undefined, at: number | "end"): void {
    if (prepared === undefined) {
      if (this.#scene === undefined) this.#phase = "empty";
      return;
    }
    this.#phase = "ready";
    this.#error = undefined;
    this.#scene = prepared.scene;
    this.#head.opened(prepared.atMs);
    if (at === "end") this.#head.atMs = prepared.atMs;
    const events = prepared.scene.takeHappened(prepared.atMs);
    this.#port?.open({ window: prepared.scene.window, events, atMs: prepared.atMs });
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    const known =
      error instanceof ApiError
        ? error
        : new ApiError("bad_answer", "the session cannot be read", { cause: error });
    if (known.code === "aborted") return;
    this.#error = { code: known.code, message: known.message };
    this.#phase = "error";
    this.#wake();
  }

  /** Something changed: it is acted on and told before the next picture. */
  #wake(): void {
    if (this.#closed || this.#cancelFrame !== undefined) return;
    this.#tickedAt = this.#options.clock.now();
    this.#nextFrame();
  }

  #nextFrame(): void {
    this.#cancelFrame = this.#options.clock.frame(() => {
      this.#cancelFrame = undefined;
      this.#tick();
    });
  }

  #moves(): boolean {
    return (
      !this.#head.paused || this.#head.following || (!this.#index.closed && this.#options.live !== undefined)
    );
  }

  #tick(): void {
    const { clock } = this.#options;
    const nowMs = clock.now();
    const stepMs = Math.min(MAX_STEP_MS, Math.max(0, nowMs - this.#tickedAt));
    this.#tickedAt = nowMs;
    if (this.#scene !== undefined && !this.#opening) this.#step(this.#scene, stepMs);
    else if (this.#scene === undefined && this.#phase === "empty" && !this.#opening) this.#tryEmpty();
    this.#publish();
    if (this.#moves() && !this.#closed && this.#cancelFrame === undefined) this.#nextFrame();
  }

  /** A session that had nothing to show is opened as soon as a checkout comes. */
  #tryEmpty(): void {
    if (this.#reel.buffer.ranges.some((range) => range.firstCheckout() !== undefined)) {
      this.#open(this.#head.following ? this.#index.lastMs : this.#head.atMs);
    }
  }

  #step(scene: Scene, stepMs: number): void {
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
    this.#reel.keepAhead(scene.range, head.atMs, ahead);
    this.#changeWindow(scene);
  }

  #advance(scene: Scene, stepMs: number): number {
    const head = this.#head;
    const endMs = this.#edgeMs();
    const rate = head.advance(scene, this.#index, stepMs, endMs);
    if (this.#index.closed) {
      if (head.atMs >= endMs) head.paused = true;
    } else if (endMs - head.atMs <= REJOIN_MS && this.#connected() && this.#caughtUp) {
      head.following = true;
      head.rate = 1;
    }
    return rate;
  }

  /** Follows the window its user is in, or goes to the one the viewer chose. */
  #changeWindow(scene: Scene): void {
    const atMs = this.#head.following ? this.#index.lastMs : this.#head.atMs;
    const wanted = this.#chosen ?? this.#index.windowAt(atMs);
    if (wanted === undefined || wanted === scene.window) {
      this.#tried = undefined;
      return;
    }
    const attempt = `${wanted} ${this.#reel.canShow(wanted, atMs)}`;
    if (attempt === this.#tried) return;
    this.#tried = attempt;
    this.#open(atMs);
  }

  #connected(): boolean {
    return this.#options.live?.status.value.state === "open";
  }

  /** The session's end as far as it is known; while it runs it never goes back. */
  #edgeMs(): number {
    if (this.#index.closed) return this.#index.lastMs;
    const edgeMs = this.#index.edgeMs(this.#options.clock.now(), this.#connected());
    this.#edgeSeenMs = Math.max(this.#edgeSeenMs, edgeMs);
    return this.#edgeSeenMs;
  }

  #publish(): void {
    this.#state = this.#draw();
    for (const listener of [...this.#listeners]) listener(this.#state);
  }

  #draw(): PlayerState {
    const connection: LiveStatus["state"] = this.#options.live?.status.value.state ?? "idle";
    const ready = this.#phase === "ready" && !this.#opening;
    return this.#view.draw({
      phase: this.#phase,
      error: this.#error,
      connection,
      atMs: this.#head.atMs,
      edgeMs: this.#edgeMs(),
      nowMs: this.#options.clock.now(),
      atEdge: this.#head.following && ready && this.#caughtUp && connection === "open",
      paused: this.#head.paused,
      waiting: this.#head.waiting,
      playbackRate: this.#head.rate,
      skipInactive: this.#head.skipInactive,
      skipping: this.#head.skipping,
      activeWindow: this.#scene?.window,
      windowChosen: this.#chosen !== undefined,
      damaged: this.#reel.damaged,
    });
  }
}

const atOf = ({ atMs }: PlayerFact): number => atMs;
