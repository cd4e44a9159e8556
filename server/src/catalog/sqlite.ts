import { rmSync } from "node:fs";
import Database from "libsql";
import { SCHEMA, SCHEMA_VERSION } from "./schema.js";

/** A value SQLite is given. Booleans and `undefined` are not among them: the binding aborts the process on them. */
export type SqlValue = string | number | null;

/** A prepared statement. */
export interface Statement {
  run(...values: readonly SqlValue[]): void;
  all(...values: readonly SqlValue[]): readonly Readonly<Record<string, unknown>>[];
}

/** A database in a file. `libsql` is imported here alone. */
export interface Sqlite {
  prepare(sql: string): Statement;
  /** Runs `work` in one transaction; when it throws, nothing of it stays. */
  transaction(work: () => void): void;
  close(): void;
}

/**
 * Opens a catalog's file. It is a cache: one of another schema, or one that is damaged, is removed and begun anew.
 * Without waiting for the disk at every commit: what a power cut takes is read from the streams again.
 */
export function openSqlite(file: string): Sqlite {
  try {
    const sqlite = open(file);
    if (versionOf(sqlite) === SCHEMA_VERSION) return sqlite;
    sqlite.close();
  } catch {
    // Not a database, or a damaged one. Nothing is lost but the time to read the streams again.
  }
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(`${file}${suffix}`, { force: true });
  const fresh = open(file);
  fresh.transaction(() => {
    for (const statement of SCHEMA.split(";")) if (statement.trim() !== "") fresh.prepare(statement).run();
    fresh.prepare("INSERT INTO meta VALUES ('version', ?)").run(SCHEMA_VERSION);
  });
  return fresh;
}

function versionOf(sqlite: Sqlite): unknown {
  const tables = sqlite.prepare("SELECT name FROM sqlite_master WHERE name = 'meta'").all();
  if (tables.length === 0) return undefined;
  return sqlite.prepare("SELECT value FROM meta WHERE name = 'version'").all()[0]?.value;
}

function open(file: string): Sqlite {
  const database = new Database(file);
  for (const pragma of ["journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"])
    database.pragma(pragma);
  return {
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        run: (...values) => void statement.run(...values),
        all: (...values) => statement.all(...values) as readonly Readonly<Record<string, unknown>>[],
      };
    },
    transaction: (work) => database.transaction(work)(),
    close: () => void database.close(),
  };
}
