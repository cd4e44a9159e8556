import type { PlacedFact, SessionId } from "@reeltime/recorder/protocol";
import type { SessionWrite } from "./database-calls.js";
import type { Folded } from "./fold-frame.js";
import type { ClosedSession } from "./fold-summary.js";
import { FLUSH_EVERY_MS, MAX_BATCH_FACTS, MAX_BATCH_ROWS } from "./limits.js";
import { emailOf, searchTextOf } from "./list-query.js";
import type { CheckoutRow, SessionRow } from "./session-row.js";

/** Rows beside a session's that are not written yet. `replace`: they are all there are. */
export interface Unwritten {
  readonly replace: boolean;
  readonly facts: readonly PlacedFact[];
  readonly checkouts: readonly CheckoutRow[];
}

interface Entry {
  row: SessionRow;
  dirty: boolean;
  writtenMs: number;
  replace: boolean;
  facts: PlacedFact[];
  checkouts: CheckoutRow[];
}

/** Sessions on their way into the database. `done` says whether they arrived; when not, they are due again. */
export interface Batch {
  readonly sessions: readonly SessionWrite[];
  done(written: boolean): void;
}

/**
 * The sessions that can still change, and those whose last change is not written yet. Memory is the truth for
 * these, the database for all others; so what was just appended is in every answer, and the database is written
 * far less often than frames come. Holds a few KB a session.
 */
export class WorkingRows {
  readonly #entries = new Map<SessionId, Entry>();
  /** The same sessions, oldest first. */
  #order: SessionId[] = [];

  get(id: SessionId): SessionRow | undefined {
    return this.#entries.get(id)?.row;
  }

  /** Every row, in no order. */
  *all(): Iterable<SessionRow> {
    for (const entry of this.#entries.values()) yield entry.row;
  }

  /** Takes a row that the database has. */
  load(row: SessionRow): void {
    this.#insert({ row, dirty: false, writtenMs: 0, replace: false, facts: [], checkouts: [] });
  }

  /** Takes a new session. Nothing happens when it is there. */
  add(row: SessionRow): void {
    if (this.#entries.has(row.id)) return;
    this.#insert({ row, dirty: true, writtenMs: 0, replace: false, facts: [], checkouts: [] });
  }

  /** Takes one more frame of a session that is here. */
  fold(folded: Folded): void {
    const entry = this.#entries.get(folded.row.id);
    if (entry === undefined) return;
    entry.row = folded.row;
    entry.dirty = true;
    entry.facts.push(...folded.facts);
    if (folded.checkout !== undefined) entry.checkouts.push(folded.checkout);
  }

  /** Takes records that are no frames: the row goes on from `readTo`. */
  skipTo(id: SessionId, readTo: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || readTo <= entry.row.readTo) return;
    entry.row = { ...entry.row, readTo };
    entry.dirty = true;
  }

  /** Takes a session's end. It leaves once it is written. */
  close(closed: ClosedSession): void {
    const known = this.#entries.get(closed.row.id);
    const ended = {
      row: closed.row,
      dirty: true,
      replace: true,
      facts: [...closed.facts],
      checkouts: [...closed.checkouts],
    };
    if (known === undefined) this.#insert({ ...ended, writtenMs: 0 });
    else Object.assign(known, ended);
  }

  /** Forgets a session. */
  remove(id: SessionId): void {
    if (this.#entries.delete(id)) this.#order.splice(this.#place(id), 1);
  }

  /** What of a session the database has not been sent yet. */
  unwritten(id: SessionId): Unwritten | undefined {
    const entry = this.#entries.get(id);
    return entry && { replace: entry.replace, facts: [...entry.facts], checkouts: [...entry.checkouts] };
  }

  /** Up to `limit` rows that match, newest first, before `cursor`. */
  newest(matches: (row: SessionRow) => boolean, cursor: SessionId | undefined, limit: number): SessionRow[] {
    const found: SessionRow[] = [];
    for (let at = cursor === undefined ? this.#order.length : this.#place(cursor); at > 0; at--) {
      const row = this.get(this.#order[at - 1] as SessionId);
      if (row !== undefined && matches(row)) found.push(row);
      if (found.length === limit) break;
    }
    return found;
  }

  /**
   * Takes what is due to be written: sessions that are new or ended, and open ones every few seconds, as many as
   * one transaction takes.
   * @param everything those too that are not due
   */
  takeBatch(nowMs: number, everything: boolean): Batch {
    const taken: Entry[] = [];
    const sessions: SessionWrite[] = [];
    let beside = 0;
    for (const entry of this.#entries.values()) {
      if (!entry.dirty) continue;
      const due = everything || entry.row.closed !== null || nowMs - entry.writtenMs >= FLUSH_EVERY_MS;
      if (!due) continue;
      taken.push(entry);
      sessions.push(writeOf(entry));
      beside += entry.facts.length + entry.checkouts.length;
      if (sessions.length >= MAX_BATCH_ROWS || beside >= MAX_BATCH_FACTS) break;
    }
    for (const entry of taken) {
      Object.assign(entry, { dirty: false, writtenMs: nowMs, replace: false, facts: [], checkouts: [] });
    }
    return { sessions, done: (written) => this.#done(taken, sessions, written) };
  }

  #done(taken: readonly Entry[], sessions: readonly SessionWrite[], written: boolean): void {
    taken.forEach((entry, index) => {
      const sent = sessions[index];
      const { id } = entry.row;
      if (this.#entries.get(id) !== entry || sent === undefined) return;
      if (written) {
        if (entry.row.closed !== null && !entry.dirty) this.remove(id);
        return;
      }
      entry.dirty = true;
      // What replaces everything since needs nothing of what did not arrive.
      if (entry.replace) return;
      entry.replace = sent.replace;
      entry.facts = [...sent.facts, ...entry.facts];
      entry.checkouts = [...sent.checkouts, ...entry.checkouts];
    });
  }

  #insert(entry: Entry): void {
    const { id } = entry.row;
    if (!this.#entries.has(id)) this.#order.splice(this.#place(id), 0, id);
    this.#entries.set(id, entry);
  }

  /** Where an id is in the order, or would be. New sessions come last, so the search begins there. */
  #place(id: SessionId): number {
    const last = this.#order.at(-1);
    if (last === undefined || last < id) return this.#order.length;
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#order[middle] as SessionId) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const writeOf = ({ row, replace, facts, checkouts }: Entry): SessionWrite => ({
  id: row.id,
  project: row.project,
  closed: row.closed !== null,
  userId: row.user?.id ?? null,
  email: emailOf(row),
  search: searchTextOf(row),
  body: JSON.stringify(row),
  replace,
  facts,
  checkouts,
});
