import { RecorderError } from "@reeltime/recorder";
import { ProtocolError } from "@reeltime/recorder/protocol";
import { MAX_RETRY_MS, RETRY_MS } from "./limits.js";

/**
 * Does `work` until it succeeds: S2 may be away for a while. Waits twice as long after each failure.
 * Throws what `work` threw once `signal` is aborted, and when trying again cannot help (a stream holds what no
 * server of ours writes).
 */
export async function untilDone<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<T> {
  for (let waitMs = RETRY_MS; ; waitMs = Math.min(MAX_RETRY_MS, waitMs * 2)) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || isCorrupt(error)) throw error;
      onError(error);
      await pause(waitMs, signal);
    }
  }
}

/** Whether an error says that a stream holds what no server of ours writes. */
export const isCorrupt = (error: unknown): boolean =>
  error instanceof ProtocolError || (error instanceof RecorderError && error.code === "corrupt");

/** Waits, or until `signal` is aborted. */
export function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, waitMs);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
