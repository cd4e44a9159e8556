import type { ProjectId, SessionId } from "@reeltime/recorder/protocol";
import { type ApiOptions, targetOf } from "./api.js";
import { ApiError, type ApiErrorCode } from "./api-error.js";
import { retryDelayMs } from "./backoff.js";
import { readServerEvents } from "./event-stream.js";
import {
  HIDDEN_AFTER_MS,
  MAX_LISTED_PROJECTS,
  MAX_WATCHED_SESSIONS,
  REOPEN_AFTER_MS,
  SILENCE_MS,
} from "./limits.js";
import { readLiveEvent } from "./live-events.js";
import { type ListHandler, LiveWatches, type WatchHandlers } from "./live-watches.js";
import { createSubject, type Observable } from "./observable.js";
import { ask, type Target } from "./request.js";
import { browserSignals, type ClientClock, type PageSignals, systemClock } from "./runtime.js";

/**
 * How the connection is. `idle`: nothing is watched. `resting`: let go because nobody sees the page.
 * `connecting`, `open`. `waiting`: for the next attempt, at `retryAtMs` of the clock. `failed`: the attempts are
 * used up or the server refused; it tries again when the page is seen, online, or {@link LiveConnection.retry} is called.
 */
export type LiveStatus =
  | { readonly state: "idle" | "resting" | "connecting" | "open" }
  | { readonly state: "waiting"; readonly retryAtMs: number; readonly attempt: number }
  | { readonly state: "failed"; readonly code: ApiErrorCode };

/** One connection for all a page shows. */
export interface LiveConnection {
  /** How it is now. */
  readonly status: Observable<LiveStatus>;
  /**
   * Watches a session from a seqNum on, or from its tail; frames come in the order of the stream, once each,
   * whatever the network does. The answer ends it. Throws `RangeError` past {@link MAX_WATCHED_SESSIONS}.
   */
  watch(session: SessionId, fromSeqNum: number | undefined, handlers: WatchHandlers): () => void;
  /** Follows a project's list. The answer ends it. Throws `RangeError` past {@link MAX_LISTED_PROJECTS}. */
  list(project: ProjectId, handler: ListHandler): () => void;
  /** Tries at once, with all its attempts again. */
  retry(): void;
  /** Ends for good. */
  close(): void;
}

/** Options of {@link createLiveConnection}. */
export interface LiveConnectionOptions extends ApiOptions {
  readonly clock?: ClientClock;
  /** 0 (inclusive) to 1. */
  readonly random?: () => number;
  readonly page?: PageSignals;
}

/** Makes the page's live connection. It opens when something is watched and lets go when nothing is. */
export const createLiveConnection = (options: LiveConnectionOptions = {}): LiveConnection =>
  new Connection(options);

const IDLE: LiveStatus = { state: "idle" };
const RESTING: LiveStatus = { state: "resting" };
const CONNECTING: LiveStatus = { state: "connecting" };
const OPEN: LiveStatus = { state: "open" };
/** Refusals that trying again cannot mend. */
const FINAL: ReadonlySet<ApiErrorCode> = new Set([
  "unauthorized",
  "forbidden",
  "bad_request",
  "invalid",
  "not_found",
]);

class Connection implements LiveConnection {
  readonly #status = createSubject<LiveStatus>(IDLE);
  readonly #watches = new LiveWatches();
  readonly #target: Target;
  readonly #clock: ClientClock;
  readonly #random: () => number;
  readonly #page: PageSignals;
  readonly #stopListening: () => void;
  #abort: AbortController | undefined;
  #cancelTimer = (): void => {};
  #cancelHidden: (() => void) | undefined;
  #failures = 0;
  #retryFloorMs = 0;
  /** True when the server may be told `Last-Event-ID`: the last request named the same sessions. */
  #resumes = false;
  #closed = false;

  constructor(options: LiveConnectionOptions) {
    this.#target = targetOf(options);
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#page = options.page ?? browserSignals;
    this.#stopListening = this.#page.listen(() => this.#pageChanged());
  }

  get status(): Observable<LiveStatus> {
    return this.#status;
  }

  watch(session: SessionId, fromSeqNum: number | undefined, handlers: WatchHandlers): () => void {
    if (!this.#watches.has(session) && this.#watches.size >= MAX_WATCHED_SESSIONS) {
      throw new RangeError(`a page watches at most ${MAX_WATCHED_SESSIONS} sessions`);
    }
    const remove = this.#watches.watch(session, fromSeqNum, handlers);
    this.#changed();
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      if (remove()) this.#changed();
    };
  }

  list(project: ProjectId, handler: ListHandler): () => void {
    if (!this.#watches.lists(project) && this.#watches.listed >= MAX_LISTED_PROJECTS) {
      throw new RangeError(`a page follows the lists of at most ${MAX_LISTED_PROJECTS} projects`);
    }
    const remove = this.#watches.list(project, handler);
    this.#changed();
    let following = true;
    return () => {
      if (!following) return;
      following = false;
      remove();
      this.#changed();
    };
  }

  retry(): void {
    this.#failures = 0;
    this.#reopen(0);
  }

  close(): void {
    this.#closed = true;
    this.#stopListening();
    this.#cancelHidden?.();
    this.#letGo();
    this.#status.set(IDLE);
  }

  #changed(): void {
    this.#resumes = false;
    if (this.#status.value.state === "failed") this.#failures = 0;
    this.#reopen(REOPEN_AFTER_MS);
  }

  /** Lets the connection go and opens a new one after a while; several calls in that while are one. */
  #reopen(delayMs: number): void {
    this.#letGo();
    if (this.#closed) return;
    if (this.#watches.empty) this.#status.set(IDLE);
    else if (this.#isAway()) this.#status.set(RESTING);
    else {
      this.#status.set(CONNECTING);
      this.#cancelTimer = this.#clock.timeout(() => void this.#connect(), delayMs);
    }
  }

  #letGo(): void {
    this.#cancelTimer();
    this.#abort?.abort();
    this.#abort = undefined;
  }

  async #connect(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#status.set(CONNECTING);
    let error: unknown;
    try {
      await this.#read(abort);
    } catch (cause) {
      error = cause;
    }
    if (this.#abort === abort) this.#ended(error);
  }

  async #read(abort: AbortController): Promise<void> {
    const cursors = this.#watches.cursors();
    const headers: Record<string, string> = {};
    if (this.#resumes && cursors.includes("@")) headers["last-event-id"] = cursors;
    this.#resumes = true;
    const path = `/v1/live?${this.#watches.query()}`;
    const response = await ask(this.#target, {
      path,
      accept: "text/event-stream",
      headers,
      signal: abort.signal,
    });
    if (this.#abort !== abort) {
      await response.body?.cancel();
      return;
    }
    this.#status.set(OPEN);
    const watchdog = this.#watchSilence(abort);
    try {
      await readServerEvents(response, {
        alive: watchdog.alive,
        retry: (delayMs) => {
          this.#retryFloorMs = delayMs;
        },
        event: (event) => {
          if (this.#abort !== abort) return;
          this.#failures = 0;
          const read = readLiveEvent(event);
          if (read !== undefined) this.#watches.give(read, event.id);
        },
      });
    } finally {
      watchdog.stop();
    }
  }

  #watchSilence(abort: AbortController): { readonly alive: () => void; readonly stop: () => void } {
    let stop = (): void => {};
    const alive = (): void => {
      stop();
      stop = this.#clock.timeout(() => abort.abort(), SILENCE_MS);
    };
    alive();
    return { alive, stop: () => stop() };
  }

  #ended(error: unknown): void {
    this.#abort = undefined;
    if (this.#closed) return;
    if (error instanceof ApiError && FINAL.has(error.code)) {
      this.#status.set({ state: "failed", code: error.code });
      return;
    }
    this.#failures += 1;
    const delayMs = retryDelayMs(this.#failures, this.#random(), this.#retryFloorMs);
    if (delayMs === undefined) {
      this.#status.set({ state: "failed", code: error instanceof ApiError ? error.code : "network" });
      return;
    }
    const retryAtMs = this.#clock.now() + delayMs;
    this.#status.set({ state: "waiting", retryAtMs, attempt: this.#failures });
    this.#cancelTimer = this.#clock.timeout(() => void this.#connect(), delayMs);
  }

  #isAway(): boolean {
    return this.#page.hidden() && this.#cancelHidden === undefined;
  }

  /** A hidden page keeps its connection for a while, so that a glance at another tab costs nothing. */
  #pageChanged(): void {
    if (this.#closed) return;
    if (this.#page.hidden()) {
      if (this.#cancelHidden !== undefined || this.#status.value.state === "resting") return;
      this.#cancelHidden = this.#clock.timeout(() => {
        this.#cancelHidden = undefined;
        this.#reopen(0);
      }, HIDDEN_AFTER_MS);
      return;
    }
    this.#cancelHidden?.();
    this.#cancelHidden = undefined;
    const { state } = this.#status.value;
    const idle = state === "resting" || state === "failed" || state === "waiting";
    if (idle && this.#page.online()) this.retry();
  }
}
