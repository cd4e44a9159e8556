/** Limits of the client, in one place. */

/** Milliseconds between a change of what is watched and the new request: a page mounts its players in one go. */
export const REOPEN_AFTER_MS = 30;

/** Milliseconds before the first new attempt; each further one waits twice as long. */
export const RETRY_FIRST_MS = 500;
/** Milliseconds between attempts at the most. */
export const RETRY_LONGEST_MS = 15_000;
/** Attempts without a single event between them before the connection says that it failed: about a minute and a half. */
export const RETRY_ATTEMPTS = 10;

/** Milliseconds without a byte after which a connection is taken for dead; the server writes a comment every 15 s. */
export const SILENCE_MS = 45_000;

/** Milliseconds a page is hidden before it lets the connection go. */
export const HIDDEN_AFTER_MS = 30_000;

/** Characters one server-sent event may have: the largest frame in base64, and its names. */
export const MAX_SSE_EVENT_CHARS = 24 * 1024 * 1024;

/** Sessions watched over one connection: what the server takes, two walls of sixteen. */
export const MAX_WATCHED_SESSIONS = 32;
