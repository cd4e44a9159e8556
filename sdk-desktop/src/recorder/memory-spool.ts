import { createUploader, ENVELOPE_BYTES, type Keeper, type Session } from "@reeltime/recorder/uploader";
import type { SpooledUploaderOptions, SpoolRun } from "../spool/types.js";

/** A spool's run in memory alone. */
export function beginMemoryRun(
  apiHost: string,
  projectKey: string,
  maxBytes: number,
): SpoolRun & { readonly hasRoom: boolean } {
  let session: Session | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const keepers = new Set<{ readonly sizes: () => readonly number[] }>();
  const sum = (count: (size: number) => number): number =>
    [...keepers].reduce((all, { sizes }) => sizes().reduce((some, size) => some + count(size), all), 0);
  return {
    get waiting() {
      return sum(() => 1);
    },
    get hasRoom() {
      return sum((size) => size) < maxBytes;
    },
    createUploader: (options: SpooledUploaderOptions) => {
      let sizes: number[] = [];
      keepers.add({ sizes: () => sizes });
      const keeper: Keeper = {
        held: [],
        firstNumber: 0,
        get isFull() {
          return sum((size) => size) > maxBytes * 2;
        },
        keep: (entry, place = sizes.length) => {
          sizes[place] = ENVELOPE_BYTES + entry.body.length;
        },
        letGo: (count) => void sizes.splice(0, Math.min(count, sizes.length)),
        prepare: (most) => Promise.resolve(most),
        startMs: () => undefined,
      };
      return createUploader({
        ...options,
        apiHost,
        projectKey,
        maxQueueBytes: Infinity,
        keeper,
        createWriter: () => {
          sizes = [];
          return options.createWriter();
        },
        loadSession: () => session,
        saveSession: (now) => {
          session = now;
        },
        exclusive: (work) => {
          const mine = last.then(work, work);
          last = mine.catch(() => undefined);
          return mine;
        },
      });
    },
  };
}
