import type { Recorder } from "@reeltime/recorder";
import type { SessionId, SessionRef } from "@reeltime/recorder/protocol";
import type { DatabaseClient } from "./database-client.js";
import type { Intake } from "./intake.js";
import { MAX_READERS, READ_BYTES } from "./limits.js";
import { untilDone } from "./retry.js";
import type { SessionRow } from "./session-row.js";
import type { WorkingRows } from "./working-rows.js";

/** What the reading needs of the catalog. */
export interface CatchUpParts {
  readonly recorder: Recorder;
  readonly rows: WorkingRows;
  readonly database: DatabaseClient;
  readonly intake: Intake;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
  /** Waits while more is unwritten than should be. */
  readonly room: () => Promise<void>;
}

/**
 * Reads from S2 what this process did not append itself: open sessions from where their rows stop, closed ones by
 * their summary. Each session once at a time, a few sessions at once; what is wanted again meanwhile is read again.
 */
export class CatchUp {
  readonly #parts: CatchUpParts;
  /** Sessions waiting, in the order they were asked for; those of `now` go first. */
  readonly #wanted = { now: new Map<SessionId, SessionRef>(), later: new Map<SessionId, SessionRef>() };
  readonly #reading = new Map<SessionId, Promise<void>>();
  /** Those who wait, each with how often which session has still to be read. */
  readonly #idlers = new Set<{ readonly left: Map<SessionId, number>; readonly resolve: () => void }>();

  constructor(parts: CatchUpParts) {
    this.#parts = parts;
  }

  /** A session's stream has more than its row. `later`: nobody waits for it, it is part of a long list. */
  want(session: SessionRef, when: "now" | "later" = "now"): void {
    if (this.#parts.signal.aborted) return;
    this.#wanted[when].set(session.sessionId, session);
    this.#next();
  }

  /** Resolves when everything that is wanted or being read now has been read. What is wanted from now on is not waited for. */
  async idle(): Promise<void> {
    const { now, later } = this.#wanted;
    const left = new Map<SessionId, number>();
    for (const ids of [now.keys(), later.keys(), this.#reading.keys()]) {
      for (const id of ids) left.set(id, (left.get(id) ?? 0) + 1);
    }
    if (left.size > 0) await new Promise<void>((resolve) => this.#idlers.add({ left, resolve }));
  }

  #next(): void {
    while (this.#reading.size < MAX_READERS) {
      const session = this.#pick();
      if (session === undefined) return;
      this.#reading.set(session.sessionId, this.#run(session));
    }
  }

  /** The next session that is not being read. The last reader that is free is for `later`: others' growth must not keep a long list waiting for ever. */
  #pick(): SessionRef | undefined {
    const { now, later } = this.#wanted;
    const order = this.#reading.size < MAX_READERS - 1 ? [now, later] : [later, now];
    for (const wanted of order) {
      for (const [id, session] of wanted) {
        if (this.#reading.has(id)) continue;
        wanted.delete(id);
        return session;
      }
    }
    return undefined;
  }

  /** A session was read once; nothing that is still wanted will be once the catalog is being closed. */
  #wasRead(id: SessionId): void {
    const { aborted } = this.#parts.signal;
    if (aborted) for (const wanted of Object.values(this.#wanted)) wanted.clear();
    for (const idler of this.#idlers) {
      const runs = idler.left.get(id);
      if (runs !== undefined && runs > 1) idler.left.set(id, runs - 1);
      else idler.left.delete(id);
      if (idler.left.size > 0 && !(aborted && this.#reading.size === 0)) continue;
      this.#idlers.delete(idler);
      idler.resolve();
    }
  }

  async #run(session: SessionRef): Promise<void> {
    const { signal, onError, room } = this.#parts;
    try {
      await room();
      await untilDone(() => this.#read(session), signal, onError);
    } catch (error) {
      // Either the catalog is being closed, and the next start reads it; or the stream cannot be read, and the
      // session stays as far as it was.
      if (!signal.aborted) onError(error);
    }
    this.#reading.delete(session.sessionId);
    this.#wasRead(session.sessionId);
    this.#next();
  }

  async #read(session: SessionRef): Promise<void> {
    const { recorder, rows, intake, signal } = this.#parts;
    const id = session.sessionId;
    if (rows.get(id) === undefined && !(await this.#begin(session))) return;
    while (!signal.aborted) {
      const row = rows.get(id);
      if (row === undefined || row.closed !== null || intake.isErased(id)) return;
      const page = await recorder.read(session, { fromSeqNum: row.readTo, maxBytes: READ_BYTES });
      if (page === undefined) return intake.erased(id);
      if (page.closed) {
        await this.#end(session);
        return;
      }
      intake.page(id, page);
      if (page.next >= page.tail) return;
    }
  }

  /** Finds out about a session without a row. True when it is open and has one now. */
  async #begin(session: SessionRef): Promise<boolean> {
    const { recorder, database, intake } = this.#parts;
    const stored = await database.call("get", session.sessionId);
    // Open ones that are stored have been in memory since the start: this one is closed, and never changes.
    if (stored !== undefined && (JSON.parse(stored) as SessionRow).closed !== null) return false;
    if (await this.#end(session)) return false;
    const opened = await recorder.opened(session);
    // A stream without it is being made just now, and will be told of; or it is gone, and there is no row to remove.
    if (opened === undefined) return false;
    intake.opened(opened);
    return true;
  }

  /** Takes a closed session from its last records. False when it is not closed. */
  async #end(session: SessionRef): Promise<boolean> {
    const found = await this.#parts.recorder.summary(session);
    if (found === undefined) return false;
    this.#parts.intake.closed(found.summary, found.closed, found.tail);
    return true;
  }
}
