import type { Recorder } from "@reeltime/recorder";
import type { ProjectId, SessionId, SessionItem } from "@reeltime/recorder/protocol";
import type { Catalog } from "../catalog/index.js";
import type { Clock } from "../clock.js";
import { type Request, type Response, Router } from "../http/express.js";
import { HttpError } from "../http/http-error.js";
import { Channels } from "./channels.js";
import { Connection } from "./connection.js";
import { parseWatch, type Watch } from "./cursor.js";
import { EVENT_STREAM_HEADERS, EventStream } from "./event-stream.js";
import { LIVE_LIMITS, type LiveLimits } from "./limits.js";
import { ListFeed } from "./list-feed.js";
import { Watcher } from "./watcher.js";

/** What the live fan-out needs. */
export interface LiveOptions {
  readonly recorder: Recorder;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly limits?: Partial<LiveLimits>;
  /** Who a connection is of, for the limit per client; by default its address. */
  readonly clientOf?: (request: Request) => string;
  /** Hears of what failed and is tried again. */
  readonly onError?: (error: unknown) => void;
}

/** The live fan-out. */
export interface Live {
  /** `GET /v1/live`, to be mounted behind what authorizes. */
  readonly routes: Router;
  /** Whether any connection names the session. One that only shows a list watches none. */
  watched(id: SessionId): boolean;
  /** Ends all responses; their viewers come back with their cursors. */
  close(): Promise<void>;
}

/** Makes the live fan-out: one S2 read session per watched session, however many watch it. */
export function createLive(options: LiveOptions): Live {
  return new LiveFanOut(options);
}

class LiveFanOut implements Live {
  readonly routes: Router = Router();
  readonly #options: LiveOptions;
  readonly #limits: LiveLimits;
  readonly #onError: (error: unknown) => void;
  readonly #channels: Channels;
  readonly #lists = new Map<ProjectId, ListFeed>();
  readonly #connections = new Set<Connection>();
  readonly #perClient = new Map<string, number>();
  readonly #watched = new Map<SessionId, number>();
  readonly #stopListening: () => void;
  #closed = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#limits = { ...LIVE_LIMITS, ...options.limits };
    this.#onError = options.onError ?? ((): void => undefined);
    this.#channels = new Channels({
      recorder: options.recorder,
      limits: this.#limits,
      onError: this.#onError,
      onGone: (id) => options.catalog.forget(id),
    });
    this.#stopListening = options.catalog.onChange((changed, removed) => this.#changed(changed, removed));
    this.routes.get("/v1/live", (request, response) => this.#connect(request, response));
  }

  watched(id: SessionId): boolean {
    return this.#watched.has(id);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    for (const connection of this.#connections) connection.end();
    for (const list of this.#lists.values()) list.close();
    this.#channels.close();
  }

  #connect(request: Request, response: Response): void {
    const watch = parseWatch(request.query, request.get("last-event-id"), this.#limits);
    if (request.method === "HEAD") {
      response.writeHead(200, EVENT_STREAM_HEADERS).end();
      return;
    }
    // It left while it was on its way here, so its `close` was told already: nothing would ever say that it is gone.
    if (response.destroyed) return;
    const client = this.#options.clientOf?.(request) ?? request.ip ?? "";
    this.#admit(client);
    const stream = new EventStream(request, response, {
      heartbeatMs: this.#limits.heartbeatMs,
      stalledMs: this.#limits.stalledMs,
      clock: this.#options.clock,
      onDrain: () => connection.drained(),
      onClose: () => this.#left(connection, client, watch),
    });
    const connection = new Connection(stream, watch.positions);
    this.#connections.add(connection);
    this.#perClient.set(client, (this.#perClient.get(client) ?? 0) + 1);
    for (const id of watch.positions.keys()) this.#watched.set(id, (this.#watched.get(id) ?? 0) + 1);
    for (const project of watch.lists) connection.showList(this.#showList(project, connection));
    for (const [id, next] of watch.positions) void this.#watch(connection, id, next);
  }

  #admit(client: string): void {
    if (this.#closed || this.#connections.size >= this.#limits.connections) {
      throw new HttpError("unavailable", "There are too many viewers just now.", { retryAfterSeconds: 5 });
    }
    if ((this.#perClient.get(client) ?? 0) >= this.#limits.connectionsPerClient) {
      throw new HttpError("rate_limited", "There are too many viewers from here.", { retryAfterSeconds: 5 });
    }
  }

  async #watch(connection: Connection, id: SessionId, next: number | undefined): Promise<void> {
    const { catalog, recorder } = this.#options;
    try {
      const found = await catalog.look(id);
      if (!this.#connections.has(connection)) return;
      if (found === undefined) {
        connection.refuse(id, "not_found");
        return;
      }
      const channel = this.#channels.open(found);
      connection.add(
        new Watcher(next, {
          recorder,
          channel,
          stream: connection,
          eventBytes: this.#limits.eventBytes,
          onError: this.#onError,
          onLeave: () => this.#channels.leave(channel),
        }),
      );
    } catch (error) {
      this.#onError(error);
      connection.refuse(id, "unavailable");
    }
  }

  #left(connection: Connection, client: string, watch: Watch): void {
    this.#connections.delete(connection);
    lower(this.#perClient, client);
    for (const id of watch.positions.keys()) lower(this.#watched, id);
    connection.closed();
  }

  #showList(project: ProjectId, connection: Connection): () => void {
    const list = this.#list(project);
    const leave = list.join(connection);
    return () => {
      leave();
      if (!list.isIdle || this.#lists.get(project) !== list) return;
      this.#lists.delete(project);
      list.close();
    };
  }

  #list(project: ProjectId): ListFeed {
    const known = this.#lists.get(project);
    if (known !== undefined) return known;
    const list = new ListFeed(project, this.#limits, this.#options.clock);
    this.#lists.set(project, list);
    return list;
  }

  #changed(changed: readonly SessionItem[], removed: readonly SessionId[]): void {
    this.#channels.changed(changed, removed);
    const byProject = new Map<ProjectId, SessionItem[]>();
    for (const item of changed) {
      const items = byProject.get(item.project);
      if (items === undefined) byProject.set(item.project, [item]);
      else items.push(item);
    }
    // Lists begin with the first change, so that whoever connects after it hears of it.
    for (const project of byProject.keys()) this.#list(project);
    for (const [project, list] of this.#lists) list.changed(byProject.get(project) ?? [], removed);
  }
}

function lower<Key>(counts: Map<Key, number>, key: Key): void {
  const count = (counts.get(key) ?? 1) - 1;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
