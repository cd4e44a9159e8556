import {
  AWAY_AFTER_MS,
  type PlacedFact,
  type ProjectId,
  type SessionId,
  type SessionRef,
  type SessionStatus,
} from "@reeltime/recorder/protocol";
import { CatalogError } from "./catalog-error.js";
import { CatchUp } from "./catch-up.js";
import { Changes } from "./changes.js";
import type { FactRow } from "./database-calls.js";
import { DatabaseClient } from "./database-client.js";
import { IndexFollower } from "./index-follower.js";
import { Intake } from "./intake.js";
import { DEFAULT_LIST_LIMIT, MAX_LIST_LIMIT, RECONCILE_EVERY_MS, TICK_MS } from "./limits.js";
import { filterOf, type ListQuery, matches } from "./list-query.js";
import { projectsInControl, reconcile } from "./reconcile.js";
import { untilDone } from "./retry.js";
import { detailOf, itemOf, statusOf } from "./session-item.js";
import { refOf, type SessionRow } from "./session-row.js";
import { startPoint } from "./start-point.js";
import type { Catalog, CatalogOptions } from "./types.js";
import { WorkingRows } from "./working-rows.js";
import { Writer } from "./writer.js";

/**
 * Opens the catalog: reads what the file has, hears of what this process appends from now on, and begins to read
 * what is missing. Throws `CatalogError` when the file cannot be opened or made.
 */
export async function openCatalog(options: CatalogOptions): Promise<Catalog> {
  const database = await DatabaseClient.open(options.file);
  const { open, indexSeqNum } = await database.call("load").catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const rows = new WorkingRows();
  for (const row of open) rows.load(JSON.parse(row) as SessionRow);
  return new LocalCatalog(options, database, rows, indexSeqNum);
}

class LocalCatalog implements Catalog {
  readonly #options: CatalogOptions;
  readonly #database: DatabaseClient;
  readonly #rows: WorkingRows;
  readonly #changes: Changes;
  readonly #writer: Writer;
  readonly #intake: Intake;
  readonly #catchUp: CatchUp;
  readonly #index: IndexFollower;
  readonly #end = new AbortController();
  readonly #following: Promise<void>;
  readonly #ready: Promise<void>;
  /** What was told last, or seen when nobody was told. */
  readonly #statuses = new Map<SessionId, SessionStatus>();
  /** When sessions were last heard of. Not in any stream: it is of no use to the next process. */
  readonly #heard = new Map<SessionId, number>();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #stopListening: () => void;

  constructor(
    options: CatalogOptions,
    database: DatabaseClient,
    rows: WorkingRows,
    indexSeqNum: number | undefined,
  ) {
    const { recorder } = options;
    const { signal } = this.#end;
    const onError = options.onError ?? ((): void => undefined);
    this.#options = options;
    this.#database = database;
    this.#rows = rows;
    this.#changes = new Changes((row) => this.#told(row));
    this.#writer = new Writer({
      database,
      rows,
      clock: options.clock,
      onError,
      indexSeqNum: () => this.#index.seqNum,
    });
    this.#intake = new Intake(rows, this.#changes, (id) => this.#writer.remove(id));
    const shared = { recorder, rows, database, intake: this.#intake, signal, onError };
    this.#catchUp = new CatchUp({ ...shared, room: () => this.#writer.room() });
    const onHeard = (id: SessionId): unknown => this.#heard.set(id, options.clock());
    this.#index = new IndexFollower({ ...shared, catchUp: this.#catchUp, onHeard }, indexSeqNum);
    this.#stopListening = recorder.listen({
      opened: ({ sessionId }, opened) => {
        onHeard(sessionId);
        this.#intake.opened(opened);
      },
      appended: (session, frames) => {
        onHeard(session.sessionId);
        if (!this.#intake.appended(session, frames)) this.#catchUp.want(session);
      },
      closed: (_, closed, summary, tail) => this.#intake.closed(summary, closed, tail),
      erased: (session) => this.#intake.erased(session.sessionId),
    });
    this.#following = this.#index.run();
    this.#ready = this.#begin(onError);
    // Whoever asks hears of it; nobody has to.
    this.#ready.catch(() => undefined);
    this.#timers = [
      setInterval(() => this.#tick(), options.tickMs ?? TICK_MS),
      setInterval(() => void this.#reconcile().catch(onError), RECONCILE_EVERY_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  async list(
    query: ListQuery,
  ): Promise<{ readonly sessions: readonly ReturnType<typeof itemOf>[]; readonly next: string | null }> {
    const limit = Math.min(MAX_LIST_LIMIT, Math.max(1, Math.trunc(query.limit ?? DEFAULT_LIST_LIMIT)));
    const filter = filterOf(query);
    const wanted = (row: SessionRow): boolean =>
      (query.status === undefined || this.#statusOf(row) === query.status) && matches(row, filter);
    // Both in one turn: what leaves memory from here on is in the database when it is asked.
    const working = this.#rows.newest(wanted, query.cursor, limit + 1);
    const openOnly = query.status === "live" || query.status === "away";
    const stored = openOnly ? [] : await this.#database.call("listClosed", filter, query.cursor, limit + 1);
    const rows = new Map(stored.map(parseRow).map((row) => [row.id, row]));
    for (const row of working) rows.set(row.id, row);
    const newest = [...rows.values()]
      .filter((row) => !this.#intake.isErased(row.id))
      .sort((one, other) => (one.id < other.id ? 1 : -1));
    const page = newest.slice(0, limit);
    // Of what was asked for some may have been erased just now: a short page is not the last one for that.
    const more = newest.length > limit || stored.length > limit;
    const last = page.at(-1) ?? stored.map(parseRow).at(-1);
    return {
      sessions: page.map((row) => itemOf(row, this.#statusOf(row))),
      next: more ? (last?.id ?? null) : null,
    };
  }

  async detail(id: SessionId): Promise<ReturnType<typeof detailOf> | undefined> {
    const working = this.#rows.get(id);
    const unwritten = this.#rows.unwritten(id);
    const stored = await this.#database.call("detail", id);
    const row = working ?? parsed(stored.row);
    if (row === undefined || this.#intake.isErased(id)) return undefined;
    const old = unwritten?.replace ? undefined : stored;
    const facts = [...(old?.facts.map(factOf) ?? []), ...(unwritten?.facts ?? [])];
    const checkouts = [...(old?.checkouts ?? []), ...(unwritten?.checkouts ?? [])];
    return detailOf(row, this.#statusOf(row), facts, checkouts);
  }

  async find(id: SessionId): ReturnType<Catalog["find"]> {
    const row = await this.#row(id);
    return row && refOf(row);
  }

  async look(id: SessionId): ReturnType<Catalog["look"]> {
    const row = await this.#row(id);
    return row && { session: refOf(row), item: itemOf(row, this.#statusOf(row)), tail: row.readTo };
  }

  async openSessions(): ReturnType<Catalog["openSessions"]> {
    return [...this.#rows.all()]
      .filter((row) => row.closed === null)
      .map((row) => {
        const heardMs = this.#heard.get(row.id);
        return {
          session: refOf(row),
          startMs: row.startMs,
          lastMs: row.seenMs,
          ...(row.inputMs !== null && { inputMs: row.inputMs }),
          ...(heardMs !== undefined && { heardMs }),
        };
      });
  }

  async startAt(id: SessionId, at: number | "end"): ReturnType<Catalog["startAt"]> {
    const working = this.#rows.get(id);
    const unwritten = this.#rows.unwritten(id);
    const wantedMs = at === "end" ? Number.MAX_SAFE_INTEGER : at;
    const stored = await this.#database.call(
      "checkoutsAt",
      id,
      Math.min(wantedMs, working?.seenMs ?? wantedMs),
    );
    const row = working ?? parsed(stored.row);
    if (row === undefined || this.#intake.isErased(id)) return undefined;
    if (row.checkoutsCut > 0) return { session: refOf(row), start: undefined };
    const atMs = Math.min(wantedMs, row.seenMs);
    const old = unwritten?.replace ? [] : stored.checkouts;
    const fresh = unwritten?.checkouts.filter((checkout) => !checkout.late && checkout.atMs <= atMs) ?? [];
    const latest = new Map(old.map((checkout) => [checkout.window, checkout]));
    for (const checkout of fresh) {
      const known = latest.get(checkout.window);
      if (known === undefined || known.atMs <= checkout.atMs) latest.set(checkout.window, checkout);
    }
    return { session: refOf(row), start: startPoint(row, [...latest.values()], atMs) };
  }

  readOn(session: SessionRef): void {
    this.#catchUp.want(session);
  }

  forget(id: SessionId): void {
    if (!this.#intake.isErased(id)) this.#intake.erased(id);
  }

  onChange(listener: Parameters<Catalog["onChange"]>[0]): () => void {
    return this.#changes.subscribe(listener);
  }

  async close(): Promise<void> {
    if (this.#end.signal.aborted) return;
    // 1. Nothing new comes in. 2. What came is written. 3. The file is closed.
    this.#stopListening();
    this.#end.abort(new CatalogError("closed", "the catalog is closed"));
    for (const timer of this.#timers) clearInterval(timer);
    this.#changes.close();
    await this.#following;
    await this.#catchUp.idle();
    await this.#writer.close();
    await this.#database.close();
  }

  async #begin(onError: (error: unknown) => void): Promise<void> {
    const { signal } = this.#end;
    await untilDone(() => this.#options.recorder.ready(), signal, onError);
    await untilDone(() => this.#reconcile(), signal, onError);
    await this.#index.caughtUp;
    await this.#catchUp.idle();
    signal.throwIfAborted();
  }

  async #reconcile(): Promise<void> {
    const { recorder, projects, clock } = this.#options;
    const named = await (projects?.() ?? projectsInControl(recorder, clock()));
    const stored = await this.#database.call("projects");
    const all = new Set<ProjectId>([...named, ...stored, ...[...this.#rows.all()].map((row) => row.project)]);
    await reconcile(
      {
        recorder,
        rows: this.#rows,
        database: this.#database,
        intake: this.#intake,
        catchUp: this.#catchUp,
        signal: this.#end.signal,
      },
      all,
    );
  }

  /** Writes what is due, and tells of sessions that went away or came back without a record saying so. */
  #tick(): void {
    void this.#writer.write();
    for (const known of [this.#statuses, this.#heard])
      for (const id of known.keys()) if (this.#rows.get(id) === undefined) known.delete(id);
    for (const row of this.#rows.all()) {
      const status = this.#statusOf(row);
      const before = this.#statuses.get(row.id);
      this.#statuses.set(row.id, status);
      if (before !== undefined && before !== status) this.#changes.changed(row);
    }
  }

  #told(row: SessionRow): ReturnType<typeof itemOf> {
    const status = this.#statusOf(row);
    this.#statuses.set(row.id, status);
    return itemOf(row, status);
  }

  #statusOf(row: SessionRow): SessionStatus {
    return statusOf(row, this.#options.clock(), this.#options.awayAfterMs ?? AWAY_AFTER_MS);
  }

  async #row(id: SessionId): Promise<SessionRow | undefined> {
    const row = this.#rows.get(id) ?? parsed(await this.#database.call("get", id));
    return this.#intake.isErased(id) ? undefined : row;
  }
}

const parseRow = (json: string): SessionRow => JSON.parse(json) as SessionRow;
const parsed = (json: string | undefined): SessionRow | undefined =>
  json === undefined ? undefined : parseRow(json);

const factOf = ({ type, atMs, text, detail, seqNum, window }: FactRow): PlacedFact => ({
  type,
  atMs,
  text,
  ...(detail !== null && { detail: JSON.parse(detail) as NonNullable<PlacedFact["detail"]> }),
  seqNum,
  window,
});
