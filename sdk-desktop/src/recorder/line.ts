import type { Fetch } from "@reeltime/recorder/uploader";

/** The way to the collector, for one recording. */
export interface Line {
  readonly fetch: Fetch;
  /**
   * Ends what is under way, and whatever is asked from then on: for who asks, as if the network were gone. A request that nobody
   * answers would keep the app alive until its own time is over. What cannot be cut is a connection that is still being made, which
   * Node gives up after 10 s.
   */
  readonly cut: () => void;
}

/** A line that can be cut, over one that cannot. */
export function openLine(fetch: Fetch): Line {
  /** Ends each request that is under way. */
  const ends = new Set<() => void>();
  let isCut = false;
  return {
    fetch: async (url, init) => {
      const request = new AbortController();
      const end = (): void => request.abort();
      // `AbortSignal.any` is not in every Node 20.
      const given = init.signal as AbortSignal | undefined;
      given?.addEventListener("abort", end);
      ends.add(end);
      if (isCut || given?.aborted) end();
      try {
        return await fetch(url, { ...init, signal: request.signal });
      } finally {
        given?.removeEventListener("abort", end);
        ends.delete(end);
      }
    },
    cut: () => {
      isCut = true;
      for (const end of ends) end();
    },
  };
}
