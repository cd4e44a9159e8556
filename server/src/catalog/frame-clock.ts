import type { Envelope } from "@reeltime/recorder/protocol";

/** A frame's times on the server's clock, whole ms, and how to bring others of its times there. */
export interface FrameClock {
  readonly firstMs: number;
  readonly lastMs: number;
  /** Brings a time the client said in this frame to the server's clock, within the session and the frame's end. */
  at(clientMs: number): number;
}

/**
 * Brings a frame's times to the server's clock by the offset stored beside it, which never lets a frame lie after
 * its own arrival. A time before the session is pulled to its beginning. The recorder counts a session's totals in
 * the same way.
 */
export function frameClock(
  envelope: Pick<Envelope, "firstMs" | "lastMs">,
  offsetMs: number,
  startMs: number,
): FrameClock {
  const shifted = (clientMs: number): number => Math.max(startMs, Math.floor(clientMs + offsetMs));
  const firstMs = shifted(envelope.firstMs);
  const lastMs = Math.max(firstMs, shifted(envelope.lastMs));
  return { firstMs, lastMs, at: (clientMs) => Math.min(lastMs, shifted(clientMs)) };
}
