import type { SessionItem } from "@reeltime/recorder/protocol";

const grouped = new Intl.NumberFormat("en-GB");

/** A count with its word: `1 error`, `1,284 sessions`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped.format(count)} ${count === 1 ? one : many}`;

/**
 * What happened, in a few words: `3 pages · 12 clicks`.
 * @param desktop on a screen, where not pages are gone to but windows
 */
export function countsInWords(counts: SessionItem["counts"], desktop = false): string {
  const parts = [
    counts.pages > 0 ? counted(counts.pages, desktop ? "window" : "page") : "",
    counts.clicks > 0 ? counted(counts.clicks, "click") : "",
  ].filter((part) => part !== "");
  if (parts.length > 0) return parts.join(" · ");
  return counts.events > 0 ? "No clicks" : "Nothing yet";
}

/** Bytes as people say them, in decimal units: `812 B`, `41 KB`, `3.1 MB`. */
export function spokenBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? "B"}`;
}
