import { S2LiteError } from "../errors.js";
import { decodeMetaRow, encodeMetaRow, FORMAT_VERSION, META_KEY } from "../keys/meta.js";
import type { LmdbStore, Write } from "../store/lmdb-store.js";

/**
 * Gives out ids of basins and of streams' incarnations, never one twice: so whatever is still under way
 * for a deleted stream cannot touch a later one of the same name.
 */
export class Ids {
  #next: number;

  /** Throws `storage` when the folder has a format this version does not know. */
  constructor(store: LmdbStore) {
    const row = store.get(META_KEY, (_key, bytes) => decodeMetaRow(bytes)) ?? {
      format: FORMAT_VERSION,
      nextId: 1,
    };
    if (row.format !== FORMAT_VERSION)
      throw new S2LiteError(
        "storage",
        `the folder has format ${row.format}; this version reads ${FORMAT_VERSION}`,
      );
    this.#next = row.nextId;
  }

  /** A new id, and the write that must become durable with its first use. */
  take(): { readonly id: number; readonly write: Write } {
    const id = this.#next++;
    return { id, write: this.write() };
  }

  /** The write that makes what was given out so far durable. */
  write(): Write {
    return { key: META_KEY, value: encodeMetaRow({ format: FORMAT_VERSION, nextId: this.#next }) };
  }
}
