/** Where and how times are shown. Without a `timeZone` it is the reader's own. */
export interface TimeStyle {
  readonly locale?: string;
  readonly timeZone?: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Below this, counting seconds says less than a word. */
const NOW_MS = 10_000;

/**
 * How long ago, as people say it: `just now`, `42 s ago`, `3 min ago`, `5 h ago`, `2 days ago`, and from a week on
 * the day. A time that lies ahead (two clocks differ) is now.
 */
export function spokenWhen(atMs: number, nowMs: number, style: TimeStyle = {}): string {
  const agoMs = nowMs - atMs;
  if (agoMs < NOW_MS) return "just now";
  if (agoMs < MINUTE_MS) return `${Math.floor(agoMs / 1_000)} s ago`;
  if (agoMs < HOUR_MS) return `${Math.floor(agoMs / MINUTE_MS)} min ago`;
  if (agoMs < DAY_MS) return `${Math.floor(agoMs / HOUR_MS)} h ago`;
  const days = Math.floor(agoMs / DAY_MS);
  if (days === 1) return "yesterday";
  if (days < 7) return `${days} days ago`;
  return day(atMs, nowMs, style);
}

function day(atMs: number, nowMs: number, { locale = "en-GB", timeZone }: TimeStyle): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const year = new Intl.DateTimeFormat(locale, { year: "numeric", ...zone });
  const sameYear = year.format(atMs) === year.format(nowMs);
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
    ...zone,
  }).format(atMs);
}

/** The whole time, for a hover: `Tue, 12 May 2026, 14:03:12`. */
export function fullTime(atMs: number, { locale = "en-GB", timeZone }: TimeStyle = {}): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs);
}

/** The time of day, for a row of today: `14:03`. */
export function timeOfDay(atMs: number, { locale = "en-GB", timeZone }: TimeStyle = {}): string {
  return new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs);
}
