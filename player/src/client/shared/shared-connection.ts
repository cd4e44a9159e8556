import type { ProjectId, SessionId } from "@reeltime/recorder/protocol";
import { HIDDEN_AFTER_MS, MAX_REJOINS, MAX_WATCHED_SESSIONS } from "../limits.js";
import {
  createLiveConnection,
  type LiveConnection,
  type LiveConnectionOptions,
  type LiveStatus,
} from "../live-connection.js";
import type { ListHandler, WatchHandlers } from "../live-watches.js";
import { createSubject, type Observable } from "../observable.js";
import { browserSignals, type ClientClock, type PageSignals, systemClock } from "../runtime.js";
import { browserLife, type PageLife } from "./page-life.js";
import { browserLocks, createPresence, type Presence } from "./presence.js";
import { openWorkerLink, type WorkerHandle } from "./worker-link.js";

/** Options of {@link createSharedLiveConnection}; the address, `fetch` and the headers are for a connection of its own. */
export interface SharedLiveConnectionOptions extends LiveConnectionOptions {
  /**
   * Opens the worker that is shared with the other tabs; it asks the server it came from, with the browser's cookies.
   * Throws or gives `undefined` where there is none: then the page has a connection of its own.
   */
  readonly worker: () => WorkerHandle | undefined;
  readonly presence?: Presence;
  readonly life?: PageLife;
}

/**
 * Makes a live connection that all tabs of a browser share: browsers allow six connections to a server, and six tabs
 * with one each would leave none. The same as {@link createLiveConnection} to whoever uses it.
 */
export const createSharedLiveConnection = (options: SharedLiveConnectionOptions): LiveConnection =>
  new SharedConnection(options);

const IDLE: LiveStatus = { state: "idle" };
const RESTING: LiveStatus = { state: "resting" };
const CONNECTING: LiveStatus = { state: "connecting" };
/** Who sees the page is settled here, whatever is underneath. */
const ALWAYS_SEEN: PageSignals = { hidden: () => false, online: () => true, listen: () => () => {} };

/** Something asked for; it moves from one connection to another and goes on where it was. */
interface Entry {
  readonly session: SessionId | undefined;
  readonly start: (live: LiveConnection) => () => void;
  stop: (() => void) | undefined;
}

class SharedConnection implements LiveConnection {
  readonly #options: SharedLiveConnectionOptions;
  readonly #clock: ClientClock;
  readonly #page: PageSignals;
  readonly #presence: Presence;
  readonly #status = createSubject<LiveStatus>(IDLE);
  readonly #entries = new Set<Entry>();
  readonly #stopListening: readonly (() => void)[];
  /** What carries it now: the worker, or a connection of its own; neither while the worker is waited for. */
  #carrier: LiveConnection | undefined;
  #own: LiveConnection | undefined;
  #leaveCarrier = (): void => {};
  #leaveWorker: (() => void) | undefined;
  #cancelHidden: (() => void) | undefined;
  #rejoins = 0;
  #isAway = false;
  #closed = false;

  constructor(options: SharedLiveConnectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#page = options.page ?? browserSignals;
    this.#presence = options.presence ?? createPresence(browserLocks());
    const life = options.life ?? browserLife;
    this.#stopListening = [
      this.#page.listen(() => this.#pageChanged()),
      life.listen({ frozen: () => this.#leave(), thawed: () => this.#thawed() }),
    ];
  }

  get status(): Observable<LiveStatus> {
    return this.#status;
  }

  watch(session: SessionId, fromSeqNum: number | undefined, handlers: WatchHandlers): () => void {
    const sessions = new Set([...this.#entries].map((entry) => entry.session));
    sessions.delete(undefined);
    if (!sessions.has(session) && sessions.size >= MAX_WATCHED_SESSIONS) {
      throw new RangeError(`a page watches at most ${MAX_WATCHED_SESSIONS} sessions`);
    }
    let next = fromSeqNum;
    return this.#add(session, (live) =>
      live.watch(session, next, {
        frames: (frames) => {
          const last = frames.at(-1);
          if (last !== undefined) next = Math.max(next ?? 0, last.seqNum + 1);
          handlers.frames?.(frames);
        },
        caughtUp: (tail) => {
          next = Math.max(next ?? 0, tail);
          handlers.caughtUp?.(tail);
        },
        session: (item) => handlers.session?.(item),
        refused: (code) => handlers.refused?.(code),
      }),
    );
  }

  list(project: ProjectId, handler: ListHandler): () => void {
    return this.#add(undefined, (live) => live.list(project, handler));
  }

  retry(): void {
    this.#carrier?.retry();
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stopListening) stop();
    this.#cancelHidden?.();
    this.#entries.clear();
    this.#leave();
    this.#status.set(IDLE);
  }

  #add(session: SessionId | undefined, start: Entry["start"]): () => void {
    if (this.#page.hidden() && this.#cancelHidden === undefined) this.#isAway = true;
    const entry: Entry = { session, start, stop: undefined };
    this.#entries.add(entry);
    if (this.#leaveWorker === undefined && !this.#closed) this.#join();
    else this.#start(entry);
    this.#draw();
    return () => {
      if (!this.#entries.delete(entry)) return;
      this.#stop(entry);
      this.#draw();
    };
  }

  #thawed(): void {
    if (this.#entries.size > 0) this.#join();
  }

  /** Asks for the worker; whatever carries meanwhile goes on. */
  #join(): void {
    if (this.#closed || this.#leaveWorker !== undefined) return;
    this.#leaveWorker = () => {};
    const tools = { presence: this.#presence, clock: this.#clock };
    this.#leaveWorker = openWorkerLink(this.#options.worker, tools, {
      ready: (connection) => this.#carryOver(connection),
      missing: () => this.#carryByItself(),
      gone: () => {
        this.#leaveWorker = () => {};
        this.#rejoins += 1;
        if (this.#rejoins > MAX_REJOINS) this.#carryByItself();
        else {
          this.#leave();
          this.#join();
        }
      },
    });
    this.#draw();
  }

  #leave(): void {
    this.#carryOver(undefined);
    this.#leaveWorker?.();
    this.#leaveWorker = undefined;
  }

  #carryByItself(): void {
    const own = createLiveConnection({ ...this.#options, page: ALWAYS_SEEN });
    this.#carryOver(own);
    this.#own = own;
  }

  /** Moves everything asked for to another connection. */
  #carryOver(carrier: LiveConnection | undefined): void {
    for (const entry of this.#entries) this.#stop(entry);
    this.#leaveCarrier();
    this.#own?.close();
    this.#own = undefined;
    this.#carrier = carrier;
    this.#leaveCarrier = carrier?.status.subscribe(() => this.#draw()) ?? ((): void => {});
    for (const entry of this.#entries) this.#start(entry);
    this.#draw();
  }

  #start(entry: Entry): void {
    if (this.#isAway || this.#carrier === undefined || entry.stop !== undefined) return;
    entry.stop = entry.start(this.#carrier);
  }

  #stop(entry: Entry): void {
    entry.stop?.();
    entry.stop = undefined;
  }

  #draw(): void {
    const status = this.#statusNow();
    const { state } = status;
    const isPlain = state !== "waiting" && state !== "failed";
    // What came over a port is a copy: the same state said again is no change.
    if (!isPlain || state !== this.#status.value.state) this.#status.set(status);
  }

  #statusNow(): LiveStatus {
    if (this.#closed || this.#entries.size === 0) return IDLE;
    return this.#isAway ? RESTING : (this.#carrier?.status.value ?? CONNECTING);
  }

  /** A hidden page goes on for a while, so that a glance at another tab costs nothing. */
  #pageChanged(): void {
    if (this.#page.hidden()) {
      if (this.#isAway || this.#cancelHidden !== undefined) return;
      this.#cancelHidden = this.#clock.timeout(() => {
        this.#cancelHidden = undefined;
        this.#isAway = true;
        for (const entry of this.#entries) this.#stop(entry);
        this.#draw();
      }, HIDDEN_AFTER_MS);
      return;
    }
    this.#cancelHidden?.();
    this.#cancelHidden = undefined;
    if (this.#isAway) {
      this.#isAway = false;
      for (const entry of this.#entries) this.#start(entry);
      this.#draw();
      return;
    }
    const { state } = this.#status.value;
    if ((state === "failed" || state === "waiting") && this.#page.online()) this.retry();
  }
}
