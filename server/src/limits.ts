/**
 * Every limit of the server's own, with its unit and its reason; those of the format are in the protocol's
 * `limits.ts`.
 */

/** Bytes of the body of `POST /v1/sessions`: a client's description is under 10 KiB, two addresses of 2 KiB among it. */
export const MAX_OPEN_BODY_BYTES = 64 * 1024;

/** Bytes of a private request's JSON body. */
export const MAX_JSON_BODY_BYTES = 64 * 1024;

/** Bytes of uploads held in memory over all requests, unless configured: sixteen of the largest, or 100,000 usual ones. */
export const MAX_BYTES_IN_FLIGHT = 256 * 1024 * 1024;

/** Milliseconds without a byte of a body after which its request is given up. */
export const BODY_IDLE_MS = 10_000;

/** Milliseconds for a whole request, headers and body: the largest upload at 1.2 Mbit/s. */
export const REQUEST_TIMEOUT_MS = 120_000;

/** Milliseconds for a request's headers. */
export const HEADERS_TIMEOUT_MS = 10_000;

/** Milliseconds a client may take nothing of its answer before its connection is cut: a page of frames is up to 8 MiB in memory. */
export const ANSWER_STALLED_MS = 60_000;

/** Milliseconds a quiet connection is kept: longer than the 60 s after which usual proxies let go, so that they do first. */
export const KEEP_ALIVE_MS = 65_000;

/** Milliseconds between Node's checks of the timeouts above. */
export const TIMEOUT_CHECK_MS = 1_000;

/** Bytes of a refused body that are read and thrown away so that the client gets to read the refusal; past it the connection is cut. */
export const MAX_DISCARDED_BYTES = 32 * 1024 * 1024;

/** Uploads a second of one session, unless configured: five watched tabs flush 20 times a second each. Twice as many at once. */
export const SESSION_UPLOADS_PER_SECOND = 100;

/** Bytes a second of one session, unless configured. Eight times as many at once: a few largest frames. */
export const SESSION_BYTES_PER_SECOND = 8 * 1024 * 1024;
/** How many seconds' worth of bytes a session may send at once. */
export const SESSION_BYTES_BURST_SECONDS = 8;

/** Uploads a second from one address, unless configured: an office of a thousand people behind one. Twice as many at once. */
export const ADDRESS_UPLOADS_PER_SECOND = 5_000;

/** Sessions one address may open in a minute, unless configured: an office at nine o'clock. */
export const OPENS_PER_MINUTE = 600;

/** Sign-in attempts with a key one address may make in a minute, unless configured. The key has 256 bits; this keeps the log short. */
export const SIGN_INS_PER_MINUTE = 10;

/** Keys a rate limiter remembers, the oldest leave first. A few hundred bytes each. */
export const MAX_RATE_KEYS = 50_000;

/** Verified tokens remembered, so that a session's HMAC is computed once. About 300 bytes each. */
export const MAX_CACHED_TOKENS = 16_384;

/** Characters of a session token; ours have about 200. */
export const MAX_TOKEN_CHARS = 1_024;

/** Origins whose verdict is remembered. */
export const MAX_CACHED_ORIGINS = 1_024;

/** UTF-8 bytes of an address in what a client says about itself; longer ones are cut. */
export const MAX_CLIENT_URL_BYTES = 2_048;
/** UTF-8 bytes of any other text in what a client says about itself; longer ones are cut. */
export const MAX_CLIENT_TEXT_BYTES = 512;

/** Characters of a request id that comes from outside (a proxy) and is kept. */
export const MAX_REQUEST_ID_CHARS = 64;

/** Milliseconds a signed-in browser stays signed in. */
export const SIGN_IN_LIFE_MS = 30 * 24 * 60 * 60 * 1000;

/** Milliseconds the printed link can be used. */
export const SIGN_IN_CODE_LIFE_MS = 24 * 60 * 60 * 1000;

/** Read keys that are valid at once; each fresh data folder on the same S2 makes one, the oldest leave first. */
export const MAX_READ_KEYS = 16;

/** Signed-out browsers remembered until their cookie would have expired, the oldest leave first. */
export const MAX_SIGNED_OUT = 10_000;

/** Milliseconds between two looks at the idle clock, at the most. */
export const LIFE_TICK_MS = 5_000;

/** Milliseconds for which a session that is brought late may be quiet: twice the longest pause between two tries of an SDK. */
export const CATCH_UP_MS = 120_000;

/** Sessions closed at once by the idle clock. */
export const MAX_CLOSING = 8;

/** Milliseconds requests in flight have to finish once the server is told to end. */
export const DRAIN_MS = 10_000;

/** Milliseconds between two looks for connections that have become quiet meanwhile. */
export const DRAIN_SWEEP_MS = 50;

/** Milliseconds a look at S2 for `/ready` is believed. */
export const READY_CACHE_MS = 2_000;
/** Milliseconds S2 has to answer that look. */
export const READY_TIMEOUT_MS = 3_000;

/** Milliseconds S2 has to be reached at the start before the program gives up. */
export const S2_START_MS = 30_000;

/** Milliseconds the embedded S2 has to say where it listens: LMDB syncs before it serves. */
export const EMBEDDED_START_MS = 20_000;
/** Milliseconds a folder may stay in use by the embedded S2 of a server that was just killed: it ends by itself, after its drain. */
export const EMBEDDED_TAKEOVER_MS = 3_000;
/** Milliseconds between two tries to take such a folder over. */
export const EMBEDDED_TAKEOVER_RETRY_MS = 200;
/** Milliseconds the embedded S2 has to end once told to. */
export const EMBEDDED_STOP_MS = 10_000;
/** Times the embedded S2 is started again before it is given up. */
export const EMBEDDED_RESTARTS = 5;
/** Times it is started again after it crashed, before it is given up: once, for what was no damage. */
export const EMBEDDED_CRASHES = 1;
/** Seconds after which it is worth asking again a server whose embedded S2 is dead: somebody must look after it. */
export const DEAD_RETRY_SECONDS = 30;
/** Milliseconds it must have run for its earlier ends to be forgotten. */
export const EMBEDDED_HEALTHY_MS = 60_000;
/** Milliseconds before it is started again the first time; doubled each time. */
export const EMBEDDED_BACKOFF_MS = 100;
/** Characters kept of what it says on stderr. */
export const EMBEDDED_STDERR_CHARS = 4_096;

/** Connections held at once: one per open tab that uploads, one per open dashboard. About 10 KB each. */
export const MAX_CONNECTIONS = 20_000;
/** Bytes of a request's headers. */
export const MAX_HEADER_BYTES = 16 * 1024;
