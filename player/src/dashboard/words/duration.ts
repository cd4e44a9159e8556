const SECOND_MS = 1_000;
const MINUTE_S = 60;
const HOUR_S = 3_600;

const seconds = (ms: number): number => (Number.isFinite(ms) ? Math.max(0, Math.floor(ms / SECOND_MS)) : 0);
const two = (value: number): string => String(value).padStart(2, "0");

/** A length or a position as a clock shows it: `0:41`, `18:03`, `1:02:03`. Negative counts as nothing. */
export function clockDuration(ms: number): string {
  const all = seconds(ms);
  const hours = Math.floor(all / HOUR_S);
  const minutes = Math.floor((all % HOUR_S) / MINUTE_S);
  const rest = two(all % MINUTE_S);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** A length as people say it, to two units: `41 s`, `1 min 31 s`, `2 h 5 min`, `3 days 4 h`. */
export function spokenDuration(ms: number): string {
  const all = seconds(ms);
  const days = Math.floor(all / (24 * HOUR_S));
  const hours = Math.floor((all % (24 * HOUR_S)) / HOUR_S);
  const minutes = Math.floor((all % HOUR_S) / MINUTE_S);
  if (days > 0) return joined(`${days} ${days === 1 ? "day" : "days"}`, hours, "h");
  if (hours > 0) return joined(`${hours} h`, minutes, "min");
  if (minutes > 0) return joined(`${minutes} min`, all % MINUTE_S, "s");
  return `${all} s`;
}

const joined = (first: string, count: number, unit: string): string =>
  count > 0 ? `${first} ${count} ${unit}` : first;
