import type { ProjectId, SessionId } from "@reeltime/recorder/protocol";
import { MAX_LISTED_PROJECTS, MAX_WATCHED_SESSIONS } from "../limits.js";
import type { LiveConnection, LiveStatus } from "../live-connection.js";
import type { ListHandler, WatchHandlers } from "../live-watches.js";

/** Something asked for: over which connection it comes, and how to end it. */
export interface Carried {
  readonly live: LiveConnection;
  readonly end: () => void;
}

/**
 * The connections under all pages: one, until more is asked for than one may carry. A session's watchers share a
 * connection, wherever they begin.
 */
export class Carriers {
  readonly #connect: () => LiveConnection;
  readonly #changed: () => void;
  readonly #all: Carrier[] = [];

  /** @param changed called after each change of any connection's status */
  constructor(connect: () => LiveConnection, changed: () => void) {
    this.#connect = connect;
    this.#changed = changed;
  }

  /** Watches a session, as {@link LiveConnection.watch} does. */
  watch(session: SessionId, from: number | undefined, handlers: WatchHandlers): Carried {
    const carrier = this.#with(({ sessions }) => sessions, session, MAX_WATCHED_SESSIONS);
    carrier.sessions.add(session);
    return this.#carried(carrier, carrier.live.watch(session, from, handlers), () =>
      carrier.sessions.remove(session),
    );
  }

  /** Follows a project's list, as {@link LiveConnection.list} does. */
  list(project: ProjectId, handler: ListHandler): Carried {
    const carrier = this.#with(({ projects }) => projects, project, MAX_LISTED_PROJECTS);
    carrier.projects.add(project);
    return this.#carried(carrier, carrier.live.list(project, handler), () =>
      carrier.projects.remove(project),
    );
  }

  /** Tries again whatever is not connected. */
  retry(): void {
    for (const { live } of this.#all) {
      const { state } = live.status.value;
      if (state === "failed" || state === "waiting") live.retry();
    }
  }

  /** Ends every connection. */
  close(): void {
    for (const { live } of this.#all.splice(0)) live.close();
  }

  #carried(carrier: Carrier, end: () => void, forget: () => void): Carried {
    return {
      live: carrier.live,
      end: () => {
        forget();
        end();
        if (carrier.sessions.size > 0 || carrier.projects.size > 0) return;
        const index = this.#all.indexOf(carrier);
        if (index >= 0) this.#all.splice(index, 1);
        carrier.live.close();
      },
    };
  }

  /** The connection that has a name already, else the first with room for it. */
  #with(names: (carrier: Carrier) => Counted, name: string, limit: number): Carrier {
    const found =
      this.#all.find((carrier) => names(carrier).has(name)) ??
      this.#all.find((carrier) => names(carrier).size < limit);
    if (found !== undefined) return found;
    const carrier = { live: this.#connect(), sessions: new Counted(), projects: new Counted() };
    carrier.live.status.subscribe(this.#changed);
    this.#all.push(carrier);
    return carrier;
  }
}

interface Carrier {
  readonly live: LiveConnection;
  readonly sessions: Counted;
  readonly projects: Counted;
}

/** Names, each with how many want it. */
class Counted {
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#counts.size;
  }

  has(name: string): boolean {
    return this.#counts.has(name);
  }

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  remove(name: string): void {
    const count = (this.#counts.get(name) ?? 1) - 1;
    if (count > 0) this.#counts.set(name, count);
    else this.#counts.delete(name);
  }
}

/** From best to worst, for a page that several connections serve. */
const STATES: readonly LiveStatus["state"][] = ["idle", "resting", "open", "connecting", "waiting", "failed"];

/** The status of the connection that is worst off; idle when there is none. */
export const worstStatus = (statuses: Iterable<LiveStatus>): LiveStatus =>
  [...statuses].reduce(
    (worst, status) => (STATES.indexOf(status.state) > STATES.indexOf(worst.state) ? status : worst),
    { state: "idle" },
  );
