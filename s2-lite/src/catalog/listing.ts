import { afterPrefix } from "../keys/kind.js";
import type { LmdbStore, Row } from "../store/lmdb-store.js";

/** One page of a listing. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
}

/**
 * Lists rows whose key begins with `prefix` and is greater than `startAfter`, in the order of their
 * bytes. `hasMore` is exact.
 */
export function listRows<T>(
  store: LmdbStore,
  prefix: Buffer,
  startAfter: Buffer | undefined,
  limit: number,
  decode: (row: Row) => T,
): Page<T> {
  const after = startAfter === undefined ? undefined : Buffer.concat([startAfter, Buffer.from([0])]);
  const start = after !== undefined && Buffer.compare(after, prefix) > 0 ? after : prefix;
  const end = afterPrefix(prefix);
  const items: T[] = [];
  let hasMore = false;
  if (Buffer.compare(start, end) < 0) {
    store.scan({ start, end }, (row) => {
      if (items.length === limit) {
        hasMore = true;
        return false;
      }
      items.push(decode(row));
      return true;
    });
  }
  return { items, hasMore };
}
