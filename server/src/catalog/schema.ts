/** The version of the tables below and of the JSON in them. Raise it with any change to either: the catalog is then made anew from the streams. */
export const SCHEMA_VERSION = 1;

/**
 * The tables. `sessions.body` is a `SessionRow` as JSON; the columns beside it are what is looked up by. Facts and
 * checkouts name their session by its short key. Facts have an integer key of their own, which is what a full-text
 * index refers to.
 */
export const SCHEMA = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE sessions (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    project TEXT NOT NULL,
    closed INTEGER NOT NULL,
    user_id TEXT,
    email TEXT,
    search TEXT NOT NULL,
    body TEXT NOT NULL
  );
  CREATE INDEX sessions_by_project ON sessions (project, closed, id);
  CREATE INDEX sessions_by_user ON sessions (user_id, id) WHERE user_id IS NOT NULL;
  CREATE INDEX sessions_by_email ON sessions (email, id) WHERE email IS NOT NULL;
  CREATE INDEX sessions_open ON sessions (closed, id);
  CREATE TABLE facts (
    key INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    seq_num INTEGER NOT NULL,
    place INTEGER NOT NULL,
    type TEXT NOT NULL,
    at_ms REAL NOT NULL,
    text TEXT NOT NULL,
    detail TEXT,
    window TEXT NOT NULL,
    UNIQUE (session, seq_num, place)
  );
  CREATE TABLE checkouts (
    session INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    seq_num INTEGER NOT NULL,
    window TEXT NOT NULL,
    at_ms REAL NOT NULL,
    late INTEGER NOT NULL,
    PRIMARY KEY (session, seq_num)
  ) WITHOUT ROWID;
`;
