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
 * What a page shows: sessions with their cursors, and projects' lists. It makes the query of the one
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

  /**
   * Adds a watcher, and goes back to where it begins. The connection must be opened anew, also for a session that is
   * watched already: only to a new request does the server say how the session is and when all of it has been sent.
   * The answer takes the watcher away; true when nobody watches its session any more.
   */
  watch(session: SessionId, fromSeqNum: number | undefined, handlers: WatchHandlers): () => boolean {
    const watcher: Watcher = { handlers, next: fromSeqNum };
    const watched = this.#sessions.get(session) ?? { watchers: new Set(), cursor: fromSeqNum };
    this.#sessions.set(session, watched);
    watched.watchers.add(watcher);
    if (fromSeqNum !== undefined) watched.cursor = Math.min(watched.cursor ?? fromSeqNum, fromSeqNum);
    return () => this.#remove(session, watched, watcher);
  }

  /** True when a project's list is followed already. */
  lists(project: ProjectId): boolean {
    return this.#projects().has(project);
  }

  /** How many projects' lists are followed. */
  get listed(): number {
    return this.#projects().size;
  }

  /** Adds a follower of a project's list. */
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
    if (this.#lists.length > 0) query.set("list", [...this.#projects()].join(","));
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
        this.#each(event.session, (watcher) => {
          watcher.next ??= event.tail;
          watcher.handlers.caughtUp?.(event.tail);
        });
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
      // Whoever asked for the tail while others were behind it waits until they are there.
      if (next === undefined && watched.cursor !== undefined) continue;
      const fresh = next === undefined ? frames : frames.filter(({ seqNum }) => seqNum >= next);
      watcher.next = Math.max(next ?? 0, last.seqNum + 1);
      if (fresh.length > 0) watcher.handlers.frames?.(fresh);
    }
    watched.cursor = Math.max(watched.cursor ?? 0, last.seqNum + 1);
  }

  #list(changed: readonly SessionItem[], removed: readonly SessionId[]): void {
    // One event may be of several projects, and what was erased is told without its project.
    const projects = new Set(changed.map(({ project }) => project));
    for (const { project, handler } of [...this.#lists]) {
      if (projects.has(project))
        handler(
          changed.filter((item) => item.project === project),
          removed,
        );
      else if (removed.length > 0) handler([], removed);
    }
  }

  #projects(): ReadonlySet<ProjectId> {
    return new Set(this.#lists.map(({ project }) => project));
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
      if (watched.cursor === undefined) for (const watcher of watched.watchers) watcher.next ??= Number(next);
      watched.cursor = Math.max(watched.cursor ?? 0, Number(next));
    }
  }

  #remove(session: SessionId, watched: Watched, watcher: Watcher): boolean {
    if (!watched.watchers.delete(watcher) || watched.watchers.size > 0) return false;
    if (this.#sessions.get(session) === watched) this.#sessions.delete(session);
    return true;
  }
}
