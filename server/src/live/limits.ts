/** Limits of the live fan-out. A viewer's page opens one connection for all it shows. */
export interface LiveLimits {
  /** Sessions one connection may watch: two walls of sixteen. */
  readonly sessions: number;
  /** Projects whose lists one connection may follow: all tabs of a browser share one, each may show another. */
  readonly lists: number;
  /** Connections overall. Each costs a socket and a few KB, and up to two frames' worth of buffer. */
  readonly connections: number;
  /** Connections of one client (an address): a support team behind one proxy. */
  readonly connectionsPerClient: number;
  /** Frames a session's ring holds: 25 s at the 20 flushes a second of a watched session. */
  readonly ringFrames: number;
  /** Bytes a session's ring holds, as they are sent: base64 of about 1.5 MB. */
  readonly ringBytes: number;
  /** Bytes of all rings together; beyond it each holds less, and slow viewers read history sooner. */
  readonly allRingBytes: number;
  /** Bytes of frames in one event, unless a single frame is larger. */
  readonly eventBytes: number;
  /** Sessions in one `list` event; more take turns. */
  readonly listItems: number;
  /** Milliseconds between two `list` events, and two `session` events of one session; the first is sent at once. */
  readonly tellEveryMs: number;
  /** Milliseconds a change stays to be told to a list that connects after it: a reconnect and its page load. */
  readonly recentMs: number;
  /** Milliseconds between two heartbeats: under the 30 s after which usual proxies cut a quiet response. */
  readonly heartbeatMs: number;
  /** Milliseconds a viewer may take nothing before its connection is ended; it comes back with its cursor. */
  readonly stalledMs: number;
  /** Milliseconds a session is followed after its last viewer left: a page reload. */
  readonly lingerMs: number;
}

/** The limits unless told otherwise. */
export const LIVE_LIMITS: LiveLimits = {
  sessions: 32,
  lists: 16,
  connections: 2_000,
  connectionsPerClient: 200,
  ringFrames: 512,
  ringBytes: 2 * 1024 * 1024,
  allRingBytes: 256 * 1024 * 1024,
  eventBytes: 256 * 1024,
  listItems: 200,
  tellEveryMs: 1_000,
  recentMs: 30_000,
  heartbeatMs: 15_000,
  stalledMs: 60_000,
  lingerMs: 5_000,
};

/** Milliseconds a viewer waits before it connects again, unless it knows better. */
export const RETRY_MS = 1_000;

/** Milliseconds before a follow that failed is begun again. */
export const FOLLOW_RETRY_MS = 500;

/** Milliseconds the catalog has to hear of a session's end after its stream has told it. */
export const CLOSED_GRACE_MS = 1_000;

/** Changes kept for lists that connect after them, per project. */
export const MAX_RECENT = 500;

/** Changes a list whose viewer takes nothing may miss before its connection is ended. */
export const MAX_LIST_BEHIND = 2_000;

/** Characters of a `Last-Event-ID` that are looked at. */
export const MAX_CURSOR_CHARS = 8_192;
