import type { ProjectId, SessionId, SessionItem, SessionList } from "@reeltime/recorder/protocol";
import type { DashboardApi, ListChange, ListFeed } from "../ports.js";
import { type Filters, isFiltered, matchesFilters, NO_FILTERS, sameFilters } from "./filters.js";
import { Observable } from "./observable.js";
import {
  catchUp,
  EMPTY_FEED,
  type FeedRules,
  firstPage,
  nextPage,
  type SessionFeed,
  settle,
  takeChange,
} from "./session-feed.js";

/** Sessions asked for at a time: three screens of a tall window. */
export const PAGE_SIZE = 50;

/** The list, and how its loading goes. */
export interface SessionsState {
  readonly phase: "idle" | "loading" | "ready" | "failed";
  /** What went wrong when `failed`. */
  readonly error: unknown;
  readonly more: "idle" | "loading" | "failed";
  readonly feed: SessionFeed;
  readonly filters: Filters;
  readonly project: ProjectId | undefined;
}

/** What came by itself while a page was on its way, and so is newer than the page. */
interface Heard {
  readonly changed: Set<SessionId>;
  readonly removed: Set<SessionId>;
}

const BEFORE: SessionsState = {
  phase: "idle",
  error: undefined,
  more: "idle",
  feed: EMPTY_FEED,
  filters: NO_FILTERS,
  project: undefined,
};

/** Holds the list of a project: loads it, keeps it up to date, and moves nothing while it is held. */
export class SessionsStore {
  readonly state = new Observable<SessionsState>(BEFORE);
  readonly #api: Pick<DashboardApi, "sessions">;
  readonly #live: ListFeed;
  #unlist: (() => void) | undefined;
  /** One for each question that waits for its answer. */
  readonly #hearing = new Set<Heard>();
  /** Grows with every load, so that an answer to an older question is dropped. */
  #asked = 0;
  #held = false;

  constructor(api: Pick<DashboardApi, "sessions">, live: ListFeed) {
    this.#api = api;
    this.#live = live;
  }

  /** Shows a project under filters. The same again does nothing. */
  async open(project: ProjectId, filters: Filters): Promise<void> {
    const { value } = this.state;
    const same = sameFilters(value.filters, filters);
    if (value.project === project && same && value.phase !== "idle" && value.phase !== "failed") return;
    this.#held = false;
    if (value.project !== project || this.#unlist === undefined) {
      this.#unlist?.();
      // Listen first and load second: what changes in between is then heard, and merging it twice is harmless.
      this.#unlist = this.#live.list(project, (change) => this.#hear(change));
    }
    this.state.set({ ...BEFORE, phase: "loading", filters, project });
    await this.#load((list) => firstPage(list));
  }

  /** Loads the next page, when there is one and none is on its way. */
  async more(): Promise<void> {
    const { value } = this.state;
    if (value.phase !== "ready" || value.more === "loading" || value.feed.next === null) return;
    const asked = this.#asked;
    this.state.set({ ...value, more: "loading" });
    try {
      const { list } = await this.#ask(value.feed.next);
      if (asked !== this.#asked) return;
      const now = this.state.value;
      this.state.set({ ...now, more: "idle", feed: nextPage(now.feed, list) });
    } catch (error) {
      if (asked === this.#asked) this.state.set({ ...this.state.value, more: "failed", error });
    }
  }

  /** Loads again after a failure. */
  async retry(): Promise<void> {
    const { value } = this.state;
    if (value.phase !== "failed") return this.more();
    this.state.set({ ...value, phase: "loading", error: undefined });
    await this.#load((list) => firstPage(list));
  }

  /** The live connection was away: asks what was missed, quietly. */
  async refresh(): Promise<void> {
    if (this.state.value.phase !== "ready") return;
    const asked = this.#asked;
    try {
      const { list, heard } = await this.#ask();
      if (asked === this.#asked) this.#take((feed, rules) => catchUp(feed, list, rules, heard.changed));
    } catch {
      // The list stays as it was; the next change or reconnect catches up.
    }
  }

  /** While held nothing appears or leaves; letting go shows what waited. */
  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    if (!held) this.showPending();
  }

  /** Shows what waits behind the pill. */
  showPending(): void {
    const { value } = this.state;
    const feed = settle(value.feed);
    if (feed !== value.feed) this.state.set({ ...value, feed });
  }

  /** Takes a session out at once: it was erased here. */
  remove(id: SessionId): void {
    const { value } = this.state;
    const rows = value.feed.rows.filter((row) => row.id !== id);
    this.state.set({ ...value, feed: { ...value.feed, rows } });
  }

  /** The sessions shown before and after one. */
  neighbours(id: SessionId): {
    readonly previous: SessionItem | undefined;
    readonly next: SessionItem | undefined;
  } {
    const { rows } = this.state.value.feed;
    const at = rows.findIndex((row) => row.id === id);
    return at < 0 ? { previous: undefined, next: undefined } : { previous: rows[at - 1], next: rows[at + 1] };
  }

  /** Stops listening and forgets everything. */
  close(): void {
    this.#unlist?.();
    this.#unlist = undefined;
    this.#asked += 1;
    this.state.set(BEFORE);
  }

  async #load(feedOf: (list: SessionList) => SessionFeed): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const { list } = await this.#ask();
      if (asked !== this.#asked) return;
      // What was heard while loading is newer than the page, or the page has it too.
      const heard = [...this.state.value.feed.rows, ...this.state.value.feed.pending];
      const feed = takeChange(feedOf(list), { changed: heard, removed: [] }, this.#rules());
      this.state.set({ ...this.state.value, phase: "ready", error: undefined, feed });
    } catch (error) {
      if (asked === this.#asked) this.state.set({ ...this.state.value, phase: "failed", error });
    }
  }

  /** Asks for a page, and tells what was heard while it was on its way; what went meanwhile is not in the page. */
  async #ask(cursor?: string): Promise<{ readonly list: SessionList; readonly heard: Heard }> {
    const heard: Heard = { changed: new Set(), removed: new Set() };
    this.#hearing.add(heard);
    try {
      const { sessions, next } = await this.#page(cursor);
      return { list: { sessions: sessions.filter(({ id }) => !heard.removed.has(id)), next }, heard };
    } finally {
      this.#hearing.delete(heard);
    }
  }

  #page(cursor: string | undefined): Promise<SessionList> {
    const { project, filters } = this.state.value;
    if (project === undefined) return Promise.resolve({ sessions: [], next: null });
    return this.#api.sessions({
      project,
      limit: PAGE_SIZE,
      ...(cursor === undefined ? {} : { cursor }),
      ...(filters.status === undefined ? {} : { status: filters.status }),
      ...(filters.user === "" ? {} : { user: filters.user }),
      ...(filters.text === "" ? {} : { q: filters.text }),
    });
  }

  #hear(change: ListChange): void {
    for (const { changed, removed } of this.#hearing) {
      for (const { id } of change.changed) changed.add(id);
      for (const id of change.removed) removed.add(id);
    }
    this.#take((feed, rules) => takeChange(feed, change, rules));
  }

  #take(taken: (feed: SessionFeed, rules: FeedRules) => SessionFeed): void {
    const { value } = this.state;
    this.state.set({ ...value, feed: taken(value.feed, this.#rules()) });
  }

  #rules(): FeedRules {
    const { filters } = this.state.value;
    return { held: this.#held, matches: (item) => matchesFilters(item, filters) };
  }
}

/** Whether there is nothing at all to show yet, rather than nothing under these filters. */
export const isFirstVisit = ({ phase, feed, filters }: SessionsState): boolean =>
  phase === "ready" && feed.rows.length === 0 && feed.pending.length === 0 && !isFiltered(filters);
