import { DRAG, MOUSE_MOVE, TOUCH_MOVE } from "./incremental-source.js";
/** One rrweb event with its time on the server's clock. What `data` holds depends on `type`. */
export interface PlayEvent {
  /** 0 DomContentLoaded, 1 Load, 2 FullSnapshot, 3 Incremental, 4 Meta, 5 Custom, 6 Plugin. */
  readonly type: number;
  /** Epoch ms of the server's clock. */
  readonly timestamp: number;
  readonly data: unknown;
}

/** rrweb's type of a full snapshot. */
export const FULL_SNAPSHOT = 2;
/** rrweb's type of an incremental event. */
export const INCREMENTAL = 3;
/** rrweb's type of the event with a page's address and viewport. */
export const META = 4;

const LAST_TYPE = 8;

/** What was read of a body: its events on the server's clock, and how many entries were no events. */
export interface ReadEvents {
  readonly events: readonly PlayEvent[];
  readonly malformed: number;
}

/** Reads decoded entries as events, moving their times by `offsetMs`. The entries are taken over, not copied. */
export function readPlayEvents(entries: readonly unknown[], offsetMs: number): ReadEvents {
  const events: PlayEvent[] = [];
  for (const entry of entries) {
    if (!isEvent(entry)) continue;
    entry.timestamp += offsetMs;
    events.push(entry);
  }
  return { events, malformed: entries.length - events.length };
}

function isEvent(entry: unknown): entry is { type: number; timestamp: number; data: object } {
  if (typeof entry !== "object" || entry === null) return false;
  const { type, timestamp, data } = entry as Record<string, unknown>;
  if (!Number.isInteger(type) || (type as number) < 0 || (type as number) > LAST_TYPE) return false;
  return Number.isFinite(timestamp) && typeof data === "object" && data !== null;
}

/**
 * When an event begins to show. Pointer moves are recorded in batches: the event's time is that of the last
 * position, the positions say how long before.
 */
export function dueMs(event: PlayEvent): number {
  if (event.type !== INCREMENTAL) return event.timestamp;
  const { source, positions } = event.data as {
    source?: unknown;
    positions?: readonly { timeOffset?: unknown }[];
  };
  if (source !== MOUSE_MOVE && source !== TOUCH_MOVE && source !== DRAG) return event.timestamp;
  const offset = Array.isArray(positions) ? positions[0]?.timeOffset : undefined;
  return typeof offset === "number" && offset < 0 ? event.timestamp + offset : event.timestamp;
}
