import type { ProjectId, SessionId, SessionItem } from "@reeltime/recorder/protocol";
import type { Clock } from "../clock.js";
import { eventData } from "./event-bytes.js";
import { type LiveLimits, MAX_RECENT } from "./limits.js";
import { Pacer } from "./pacer.js";

/** A viewer of a list. */
export interface ListViewer {
  /** Data of a `list` event, and what is in it: for a viewer that cannot take it now. */
  list(data: string, changed: readonly SessionItem[], removed: readonly SessionId[]): void;
}

/**
 * The changes of one project's list, told to all who show it: the first at once, the others together, at most so
 * many at a time. New sessions and changes of status come before mere growth, which takes turns.
 */
export class ListFeed {
  readonly project: ProjectId;
  readonly #limits: LiveLimits;
  readonly #clock: Clock;
  readonly #viewers = new Set<ListViewer>();
  readonly #pending = new Map<SessionId, SessionItem>();
  readonly #removed = new Set<SessionId>();
  /** What was told last of each session that is not closed, to tell news from growth. */
  readonly #told = new Map<SessionId, string>();
  /** What changed of late, the latest last. `undefined`: removed. */
  readonly #recent = new Map<SessionId, { readonly item: SessionItem | undefined; readonly atMs: number }>();
  readonly #pacer: Pacer;

  constructor(project: ProjectId, limits: LiveLimits, clock: Clock) {
    this.project = project;
    this.#limits = limits;
    this.#clock = clock;
    this.#pacer = new Pacer(limits.tellEveryMs, () => this.#tell());
  }

  /** Adds a viewer, and tells it what changed of late: between its page's list and its connection, or while it was away. */
  join(viewer: ListViewer): () => void {
    this.#viewers.add(viewer);
    this.#forgetOld();
    const recent = [...this.#recent].reverse();
    const changed = recent.flatMap(([, { item }]) => item ?? []).slice(0, this.#limits.listItems);
    const removed = recent.flatMap(([id, { item }]) => (item === undefined ? [id] : []));
    if (recent.length > 0) viewer.list(eventData({ type: "list", changed, removed }), changed, removed);
    return () => void this.#viewers.delete(viewer);
  }

  /** Nobody shows it, and nothing of it is remembered. */
  get isIdle(): boolean {
    return this.#viewers.size === 0 && this.#recent.size === 0;
  }

  /** Sessions of the project changed, or are gone. */
  changed(changed: readonly SessionItem[], removed: readonly SessionId[]): void {
    const atMs = this.#clock();
    for (const item of changed) {
      this.#remember(item.id, item, atMs);
      this.#pending.set(item.id, item);
    }
    for (const id of removed) {
      this.#remember(id, undefined, atMs);
      this.#pending.delete(id);
      this.#told.delete(id);
      this.#removed.add(id);
    }
    if (this.#pending.size > 0 || this.#removed.size > 0) this.#pacer.ask();
  }

  /** Tells nothing more. */
  close(): void {
    this.#pacer.close();
  }

  #tell(): void {
    const removed = [...this.#removed];
    this.#removed.clear();
    const changed = this.#take();
    if (this.#pending.size > 0) queueMicrotask(() => this.#pacer.ask());
    if (this.#viewers.size === 0 || (changed.length === 0 && removed.length === 0)) return;
    const data = eventData({ type: "list", changed, removed });
    for (const viewer of this.#viewers) viewer.list(data, changed, removed);
  }

  /** The next items to tell: news first, then growth, the longest waiting first. */
  #take(): readonly SessionItem[] {
    const news: SessionItem[] = [];
    const growth: SessionItem[] = [];
    for (const item of this.#pending.values()) {
      (this.#told.get(item.id) === newsOf(item) ? growth : news).push(item);
    }
    const taken = [...news, ...growth].slice(0, this.#limits.listItems);
    for (const item of taken) {
      this.#pending.delete(item.id);
      if (item.status === "closed") this.#told.delete(item.id);
      else this.#told.set(item.id, newsOf(item));
    }
    return taken;
  }

  #remember(id: SessionId, item: SessionItem | undefined, atMs: number): void {
    this.#recent.delete(id);
    this.#recent.set(id, { item, atMs });
    this.#forgetOld();
  }

  #forgetOld(): void {
    const oldestMs = this.#clock() - this.#limits.recentMs;
    for (const [id, { atMs }] of this.#recent) {
      if (this.#recent.size <= MAX_RECENT && atMs >= oldestMs) break;
      this.#recent.delete(id);
    }
  }
}

/** What makes a change of a session news: its status, its user, its trouble. */
const newsOf = ({ status, user, counts }: SessionItem): string =>
  `${status} ${counts.errors} ${counts.rages} ${user?.id ?? ""}`;
