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

/** Milliseconds a page waits for the worker to answer before it opens a connection of its own meanwhile. */
export const HANDSHAKE_MS = 2_000;

/** Times a page begins again with a worker that died or let it go before it keeps a connection of its own. */
export const MAX_REJOINS = 3;

/**
 * Bytes of frames on their way to one page, at the most: a few of the largest frames. A page that takes none (it
 * hangs, or a debugger holds it) is let go and comes back from where it was.
 */
export const MAX_UNTAKEN_BYTES = 32 * 1024 * 1024;

/** Projects whose lists come over one connection: what the server takes. */
export const MAX_LISTED_PROJECTS = 16;
