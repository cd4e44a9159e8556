import type { Writable } from "node:stream";

/** Resolves at the next `drain` or `close`, and leaves no listener behind. */
export function drainedOrClosed(writable: Writable): Promise<void> {
  if (writable.destroyed || !writable.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      writable.off("drain", done);
      writable.off("close", done);
      resolve();
    };
    writable.on("drain", done);
    writable.on("close", done);
  });
}
