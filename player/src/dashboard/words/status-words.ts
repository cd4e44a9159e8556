import type { CloseReason, SessionItem, SessionStatus } from "@reeltime/recorder/protocol";

/** The word of a status, as a badge says it. */
export const STATUS_WORDS: Readonly<Record<SessionStatus, string>> = {
  live: "Live",
  away: "Away",
  closed: "Ended",
};

const ENDED_BECAUSE: Readonly<Record<CloseReason, string>> = {
  stopped: "Ended by the user or the app",
  idle: "Ended after a long time without input",
  limit: "Ended at the longest length a session may have",
  erased: "Erased",
};

/** The status in a sentence, for a hover and for Details. */
export function statusSentence({ status, reason }: Pick<SessionItem, "status" | "reason">): string {
  if (status === "live") return "Happening now";
  if (status === "away") return "Nothing has come for 45 seconds; it may go on";
  return reason === null ? "Ended" : ENDED_BECAUSE[reason];
}

/**
 * How long a session has lasted, in ms. A live one goes on until now; any other ended with its newest event.
 * `nowMs` is on the server's clock, as all times of a session are.
 */
export function lengthMs(item: Pick<SessionItem, "status" | "startMs" | "lastMs">, nowMs: number): number {
  const lastMs = item.status === "live" ? Math.max(item.lastMs, nowMs) : item.lastMs;
  return Math.max(0, lastMs - item.startMs);
}
