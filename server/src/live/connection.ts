import type { LiveEvent, SessionId, SessionItem } from "@reeltime/recorder/protocol";
import { formatCursor } from "./cursor.js";
import { eventData } from "./event-bytes.js";
import type { EventStream } from "./event-stream.js";
import { MAX_LIST_BEHIND } from "./limits.js";
import type { ListViewer } from "./list-feed.js";
import type { Watcher, WatcherStream } from "./watcher.js";

/** One viewer's page: the sessions it watches and the lists it shows, over one response. */
export class Connection implements WatcherStream, ListViewer {
  readonly #stream: EventStream;
  readonly #positions: Map<SessionId, number | undefined>;
  readonly #watchers = new Map<SessionId, Watcher>();
  /** What the list's viewer has missed while its socket took nothing, the newest of each session. */
  readonly #missed = new Map<SessionId, SessionItem | undefined>();
  readonly #leaveLists: (() => void)[] = [];

  constructor(stream: EventStream, positions: ReadonlyMap<SessionId, number | undefined>) {
    this.#stream = stream;
    this.#positions = new Map(positions);
  }

  get writable(): boolean {
    return this.#stream.writable;
  }

  /** Watches a session. */
  add(watcher: Watcher): void {
    this.#watchers.set(watcher.id, watcher);
    watcher.advance();
  }

  /** Says that a session cannot be watched. */
  refuse(session: SessionId, code: "not_found" | "unavailable"): void {
    this.write("refused", [eventData({ type: "refused", session, code })]);
  }

  /** Shows one list more, until the connection closes. */
  showList(leave: () => void): void {
    this.#leaveLists.push(leave);
  }

  write(type: LiveEvent["type"], data: readonly (string | Buffer)[]): void {
    this.#stream.write(type, data, this.#cursor());
  }

  list(data: string, changed: readonly SessionItem[], removed: readonly SessionId[]): void {
    if (this.writable && this.#missed.size === 0) {
      this.write("list", [data]);
      return;
    }
    for (const item of changed) this.#missed.set(item.id, item);
    for (const id of removed) this.#missed.set(id, undefined);
    // Too far behind to be told change by change: the page comes back and asks for the list.
    if (this.#missed.size > MAX_LIST_BEHIND) this.#stream.end();
  }

  /** The socket takes more again. */
  drained(): void {
    if (this.#missed.size > 0) {
      const changed = [...this.#missed.values()].filter((item) => item !== undefined);
      const removed = [...this.#missed].flatMap(([id, item]) => (item === undefined ? [id] : []));
      this.#missed.clear();
      this.write("list", [eventData({ type: "list", changed, removed })]);
    }
    for (const watcher of this.#watchers.values()) watcher.drained();
  }

  /** Ends the response. */
  end(): void {
    this.#stream.end();
  }

  /** Lets go of everything. */
  closed(): void {
    for (const leave of this.#leaveLists) leave();
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  #cursor(): string {
    for (const [id, watcher] of this.#watchers) this.#positions.set(id, watcher.next);
    return formatCursor(this.#positions);
  }
}
