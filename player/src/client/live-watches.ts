import type { ErrorCode, ProjectId, SessionId, SessionItem, StoredFrame } from "@reeltime/recorder/protocol";
import type { ReadLiveEvent } from "./live-events.js";

/** What a watcher of one session is told. */
export interface WatchHandlers {
  /** New frames in the order of the stream, each once. */
  frames?(frames: readonly StoredFrame[]): void;
  /** Everything up to `tail` has been given. */
  caughtUp?(tail: number): void;
  /** Its status, user or counts changed. */
  session?(session: SessionItem): void;
  /** It cannot be watched. */
  refused?(code: ErrorCode): void;
}

/** What a follower of a project's list is told. */
export type ListHandler = (changed: readonly SessionItem[], removed: readonly SessionId[]) => void;

interface Watcher {
  readonly handlers: WatchHandlers;
  /** Frames before this one have been given, or were not asked for. `undefined`: not known before the first. */
  next: number | undefined;
}

interface Watched {
  readonly watchers: Set<Watcher>;
  /** Where the server should go on; `undefined` for its tail. */
  cursor: number | undefined;
}

/**
 * What a page shows: sessions with their cursors, and at most one project's list. It makes the query of the one
 * connection, and gives each event to those who asked, frames once each.
 */
export class LiveWatches {
  readonly #sessions = new Map<SessionId, Watched>();
  readonly #lists: { readonly project: ProjectId; readonly handler: ListHandler }[] = [];

  /** How many sessions are watched. */
  get size(): number {
    return this.#sessions.size;
  }

  /** True when nothing is watched. */
  get empty(): boolean {
    return this.#sessions.size === 0 && this.#lists.length === 0;
  }

  /** True when a session is watched already. */
  has(session: SessionId): boolean {
    return this.#sessions.has(session);
  }

  /** Adds a watcher. Says whether the connection must be opened anew, and how to take the watcher away. */
  watch(
    session: SessionId,
    fromSeqNum: number | undefined,
    handlers: WatchHandlers,
  ): { readonly reopen: boolean; readonly remove: () => boolean } {
    const watcher: Watcher = { handlers, next: fromSeqNum };
    const watched = this.#sessions.get(session);
    if (watched === undefined) {
      const fresh: Watched = { watchers: new Set([watcher]), cursor: fromSeqNum };
      this.#sessions.set(session, fresh);
      return { reopen: true, remove: () => this.#remove(session, fresh, watcher) };
    }
    watched.watchers.add(watcher);
    const remove = (): boolean => this.#remove(session, watched, watcher);
    if (fromSeqNum === undefined || (watched.cursor !== undefined && watched.cursor <= fromSeqNum)) {
      return { reopen: false, remove };
    }
    watched.cursor = fromSeqNum;
    return { reopen: true, remove };
  }

  /** Adds a follower of a project's list; of several projects the one asked for last is followed. */
  list(project: ProjectId, handler: ListHandler): () => void {
    const entry = { project, handler };
    this.#lists.push(entry);
    return () => {
      const index = this.#lists.indexOf(entry);
      if (index >= 0) this.#lists.splice(index, 1);
    };
  }

  /** The query that asks for all of it, from where it was last given. The same sets give the same text but for cursors. */
  query(): string {
    const query = new URLSearchParams();
    const cursors = this.cursors();
    if (cursors !== "") query.set("sessions", cursors);
    const project = this.#lists.at(-1)?.project;
    if (project !== undefined) query.set("list", project);
    return query.toString();
  }

  /** Every session's cursor as the server writes it into an event's id. */
  cursors(): string {
    return [...this.#sessions]
      .map(([id, { cursor }]) => (cursor === undefined ? id : `${id}@${cursor}`))
      .join(",");
  }

  /** Gives an event to those who asked for it. `id` is the event's id: the cursors after it. */
  give(event: ReadLiveEvent, id: string | undefined): void {
    switch (event.type) {
      case "frames":
        this.#frames(event.session, event.frames);
        break;
      case "caught-up":
        this.#each(event.session, ({ handlers }) => handlers.caughtUp?.(event.tail));
        break;
      case "session":
        this.#each(event.session.id, ({ handlers }) => handlers.session?.(event.session));
        break;
      case "refused":
        this.#each(event.session, ({ handlers }) => handlers.refused?.(event.code));
        break;
      case "list":
        this.#list(event.changed, event.removed);
        break;
    }
    if (id !== undefined) this.#moveCursors(id);
  }

  #frames(session: SessionId, frames: readonly StoredFrame[]): void {
    const watched = this.#sessions.get(session);
    const last = frames.at(-1);
    if (watched === undefined || last === undefined) return;
    for (const watcher of [...watched.watchers]) {
      const { next } = watcher;
      const fresh = next === undefined ? frames : frames.filter(({ seqNum }) => seqNum >= next);
      watcher.next = Math.max(next ?? 0, last.seqNum + 1);
      if (fresh.length > 0) watcher.handlers.frames?.(fresh);
    }
    watched.cursor = Math.max(watched.cursor ?? 0, last.seqNum + 1);
  }

  #list(changed: readonly SessionItem[], removed: readonly SessionId[]): void {
    const project = this.#lists.at(-1)?.project;
    for (const entry of [...this.#lists]) if (entry.project === project) entry.handler(changed, removed);
  }

  #each(session: SessionId, tell: (watcher: Watcher) => void): void {
    for (const watcher of [...(this.#sessions.get(session)?.watchers ?? [])]) tell(watcher);
  }

  /** The server knows how many records a frame had, so its cursors are exact where ours are a lower bound. */
  #moveCursors(id: string): void {
    for (const part of id.split(",")) {
      const [session, next] = part.split("@");
      const watched = this.#sessions.get(session as SessionId);
      if (watched === undefined || next === undefined || !/^\d+$/.test(next)) continue;
      watched.cursor = Math.max(watched.cursor ?? 0, Number(next));
    }
  }

  #remove(session: SessionId, watched: Watched, watcher: Watcher): boolean {
    if (!watched.watchers.delete(watcher) || watched.watchers.size > 0) return false;
    if (this.#sessions.get(session) === watched) this.#sessions.delete(session);
    return true;
  }
}
