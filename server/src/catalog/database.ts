import type { FactType, ProjectId, SessionId, WindowId } from "@reeltime/recorder/protocol";
import type { DatabaseCalls, SessionWrite } from "./database-calls.js";
import type { ListFilter } from "./list-query.js";
import type { CheckoutRow } from "./session-row.js";
import type { Sqlite, SqlValue, Statement } from "./sqlite.js";

/** Answers the catalog's questions from SQLite; what runs in the worker. */
export function createDatabase(sqlite: Sqlite): DatabaseCalls {
  const openBodies = sqlite.prepare("SELECT body FROM sessions WHERE closed = 0 ORDER BY id");
  const indexSeqNum = sqlite.prepare("SELECT value FROM meta WHERE name = 'index'");
  const bodyById = sqlite.prepare("SELECT body FROM sessions WHERE id = ?");
  const factsOf = sqlite.prepare(
    `SELECT type, at_ms AS atMs, text, detail, seq_num AS seqNum, window FROM facts
     WHERE session = (SELECT key FROM sessions WHERE id = ?) ORDER BY seq_num, place`,
  );
  const checkoutsOf = sqlite.prepare(
    `SELECT seq_num AS seqNum, window, at_ms AS atMs, late FROM checkouts
     WHERE session = (SELECT key FROM sessions WHERE id = ?) ORDER BY seq_num`,
  );
  // SQLite takes the other columns from the row that has the maximum.
  const checkoutsAt = sqlite.prepare(
    `SELECT window, seq_num AS seqNum, max(at_ms) AS atMs, late FROM checkouts
     WHERE session = (SELECT key FROM sessions WHERE id = ?) AND at_ms <= ? AND late = 0 GROUP BY window`,
  );
  const idsOf = sqlite.prepare(
    "SELECT id, closed FROM sessions WHERE project = ? AND id > ? ORDER BY id LIMIT ?",
  );
  const projectsOf = sqlite.prepare("SELECT DISTINCT project FROM sessions");
  const write = writer(sqlite);
  const row = (id: SessionId): string | undefined => bodyById.all(id)[0]?.body as string | undefined;
  return {
    load: () => ({
      open: openBodies.all().map(body),
      indexSeqNum: indexSeqNum.all()[0]?.value as number | undefined,
    }),
    write,
    get: row,
    listClosed: lister(sqlite),
    detail: (id) => ({
      row: row(id),
      facts: factsOf.all(id).map((fact) => ({
        type: fact.type as FactType,
        atMs: fact.atMs as number,
        text: fact.text as string,
        detail: fact.detail as string | null,
        seqNum: fact.seqNum as number,
        window: fact.window as WindowId,
      })),
      checkouts: checkoutsOf.all(id).map(checkout),
    }),
    checkoutsAt: (id, atMs) => ({ row: row(id), checkouts: checkoutsAt.all(id, atMs).map(checkout) }),
    ids: (project, after, limit) =>
      idsOf
        .all(project, after ?? "", limit)
        .map(({ id, closed }) => ({ id: id as SessionId, closed: closed === 1 })),
    projects: () => projectsOf.all().map(({ project }) => project as ProjectId),
    close: () => sqlite.close(),
  };
}

const body = (row: Readonly<Record<string, unknown>>): string => row.body as string;

const checkout = (row: Readonly<Record<string, unknown>>): CheckoutRow => ({
  seqNum: row.seqNum as number,
  window: row.window as WindowId,
  atMs: row.atMs as number,
  late: row.late === 1,
});

function writer(sqlite: Sqlite): DatabaseCalls["write"] {
  const upsert = sqlite.prepare(
    `INSERT INTO sessions (id, project, closed, user_id, email, search, body) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET closed = excluded.closed, user_id = excluded.user_id, email = excluded.email,
       search = excluded.search, body = excluded.body RETURNING key`,
  );
  const addFact = sqlite.prepare(
    `INSERT OR REPLACE INTO facts (session, seq_num, place, type, at_ms, text, detail, window)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addCheckout = sqlite.prepare("INSERT OR REPLACE INTO checkouts VALUES (?, ?, ?, ?, ?)");
  const dropFacts = sqlite.prepare("DELETE FROM facts WHERE session = ?");
  const dropCheckouts = sqlite.prepare("DELETE FROM checkouts WHERE session = ?");
  const drop = sqlite.prepare("DELETE FROM sessions WHERE id = ?");
  const setIndex = sqlite.prepare("INSERT OR REPLACE INTO meta VALUES ('index', ?)");

  const writeSession = (session: SessionWrite): void => {
    const { id, project, closed, userId, email, search, body } = session;
    const key = upsert.all(id, project, closed ? 1 : 0, userId, email, search, body)[0]?.key as number;
    if (session.replace) {
      dropFacts.run(key);
      dropCheckouts.run(key);
    }
    let place = 0;
    let seqNum = -1;
    for (const fact of session.facts) {
      place = fact.seqNum === seqNum ? place + 1 : 0;
      seqNum = fact.seqNum;
      const detail = fact.detail === undefined ? null : JSON.stringify(fact.detail);
      addFact.run(key, seqNum, place, fact.type, fact.atMs, fact.text, detail, fact.window);
    }
    for (const row of session.checkouts) {
      addCheckout.run(key, row.seqNum, row.window, row.atMs, row.late ? 1 : 0);
    }
  };

  return (batch) =>
    sqlite.transaction(() => {
      for (const session of batch.sessions) writeSession(session);
      for (const id of batch.removed) drop.run(id);
      if (batch.indexSeqNum !== undefined) setIndex.run(batch.indexSeqNum);
    });
}

function lister(sqlite: Sqlite): DatabaseCalls["listClosed"] {
  // One per shape of a filter, of which there are few: four conditions and at most eight words.
  const prepared = new Map<string, Statement>();
  return (filter, cursor, limit) => {
    const { sql, values } = whereOf(filter, cursor);
    const statement =
      prepared.get(sql) ?? sqlite.prepare(`SELECT body FROM sessions WHERE ${sql} ORDER BY id DESC LIMIT ?`);
    prepared.set(sql, statement);
    return statement.all(...values, limit).map(body);
  };
}

/** The filter as SQL: what `matches` says of a row in memory. */
function whereOf(
  filter: ListFilter,
  cursor: SessionId | undefined,
): { readonly sql: string; readonly values: readonly SqlValue[] } {
  const conditions: (readonly [string, ...SqlValue[]])[] = [["closed = 1"]];
  if (filter.project !== undefined) conditions.push(["project = ?", filter.project]);
  if (cursor !== undefined) conditions.push(["id < ?", cursor]);
  if (filter.user !== undefined)
    conditions.push(["(user_id = ? OR email = ?)", filter.user, filter.email ?? null]);
  for (const word of filter.words) conditions.push(["instr(search, ?) > 0", word]);
  return {
    sql: conditions.map(([condition]) => condition).join(" AND "),
    values: conditions.flatMap(([, ...values]) => values),
  };
}
