import type { Envelope, StoredFrame } from "@reeltime/recorder/protocol";

/**
 * Brings a frame's times to the server's clock. What is impossible even then is pulled to the bound: before the
 * session began, or after the frame can have been made. S2 never stamps a record later than it came, and raises
 * what would go backwards, so a first event later than its record's timestamp was in the future.
 */
export function frameClock(
  frame: Pick<StoredFrame, "timestampMs" | "offsetMs">,
  envelope: Pick<Envelope, "firstMs" | "lastMs">,
  startMs: number,
): (clientMs: number) => number {
  const latestMs = Math.max(startMs, frame.timestampMs + envelope.lastMs - envelope.firstMs);
  return (clientMs) => Math.min(latestMs, Math.max(startMs, clientMs + frame.offsetMs));
}
