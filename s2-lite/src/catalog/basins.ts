import { S2LiteError } from "../errors.js";
import {
  type BasinRow,
  decodeBasinKey,
  decodeBasinRow,
  encodeBasinKey,
  encodeBasinRow,
} from "../keys/basin.js";
import { encodeTaskKey, encodeTaskRow, TaskKind } from "../keys/task.js";
import type { Committer } from "../store/committer.js";
import type { LmdbStore, Write } from "../store/lmdb-store.js";
import { applyBasinConfigChange, type BasinConfig, type BasinConfigChange } from "./basin-config.js";
import type { Ids } from "./ids.js";
import { KeyedLock } from "./keyed-lock.js";
import { listRows, type Page } from "./listing.js";

/** What providing a basin or a stream did. */
export type Provision = "created" | "updated" | "noop";
/** A basin with its name. */
export type Basin = BasinRow & { readonly name: string };

/** The basins: who there are, and every change to them. A change is durable before it is told. */
export class Basins {
  readonly #store: LmdbStore;
  readonly #committer: Committer;
  readonly #ids: Ids;
  readonly #now: () => number;
  readonly #locks = new KeyedLock();
  /** Basins whose deletion is submitted: nothing may be created in them any more. */
  readonly #deleting = new Set<string>();

  constructor(store: LmdbStore, committer: Committer, ids: Ids, now: () => number) {
    this.#store = store;
    this.#committer = committer;
    this.#ids = ids;
    this.#now = now;
  }

  /** The basin, or undefined. */
  find(name: string): Basin | undefined {
    const key = encodeBasinKey(name);
    const row = this.#store.get(key, decodeBasinRow);
    return row === undefined ? undefined : { ...row, name };
  }

  /** The basin; throws `basin_not_found`. */
  get(name: string): Basin {
    const basin = this.find(name);
    if (basin === undefined) throw new S2LiteError("basin_not_found", `basin \`${name}\` not found`);
    return basin;
  }

  /** The basin; throws also `basin_deletion_pending`, at once when a deletion is on its way. */
  getLive(name: string): Basin {
    const basin = this.get(name);
    if (basin.deletedAtMs !== null || this.#deleting.has(name)) throw deletionPending(name);
    return basin;
  }

  /** Creates a basin. With the token and config of its creation it is a `noop`; else it must be new. */
  create(name: string, config: BasinConfig, token: string | undefined): Promise<[Basin, Provision]> {
    return this.#locks.run(name, async () => {
      const asked = JSON.stringify(config);
      const existing = this.find(name);
      if (existing !== undefined) {
        if (existing.deletedAtMs !== null) throw deletionPending(name);
        const same = existing.request?.token === token && existing.request?.config === asked;
        if (token !== undefined && same) return [existing, "noop"];
        throw new S2LiteError("resource_already_exists", `basin \`${name}\` already exists`);
      }
      const request = token === undefined ? null : { token, config: asked };
      return [await this.#add(name, config, request), "created"];
    });
  }

  /** Makes the basin be there with exactly this config. */
  ensure(name: string, config: BasinConfig): Promise<[Basin, Provision]> {
    return this.#locks.run(name, async () => {
      const existing = this.find(name);
      if (existing === undefined) return [await this.#add(name, config, null), "created"];
      if (existing.deletedAtMs !== null) throw deletionPending(name);
      if (JSON.stringify(existing.config) === JSON.stringify(config)) return [existing, "noop"];
      const updated = { ...existing, config };
      await this.#committer.write([this.#rowWrite(updated)]);
      return [updated, "updated"];
    });
  }

  /** Changes a basin's config as a PATCH asks; returns the new config. */
  reconfigure(name: string, wanted: BasinConfigChange): Promise<BasinConfig> {
    return this.#locks.run(name, async () => {
      const existing = this.getLive(name);
      const config = applyBasinConfigChange(existing.config, wanted);
      await this.#committer.write([this.#rowWrite({ ...existing, config })]);
      return config;
    });
  }

  /** Marks a basin for deletion, durably; returns it when that was new. Throws `basin_not_found`. */
  markDeleted(name: string): Promise<Basin | undefined> {
    return this.#locks.run(name, async () => {
      const existing = this.get(name);
      if (existing.deletedAtMs !== null) return undefined;
      const marked = { ...existing, deletedAtMs: this.#now() };
      const key = encodeTaskKey(TaskKind.deleteBasin, existing.id);
      const task = encodeTaskRow(key, { basin: name, basinId: existing.id, stream: null });
      this.#deleting.add(name);
      try {
        await this.#committer.write([this.#rowWrite(marked), { key, value: task }]);
      } finally {
        this.#deleting.delete(name);
      }
      return marked;
    });
  }

  /** Removes an emptied basin and its task: the name is free. */
  remove(name: string, id: number): Promise<void> {
    return this.#locks.run(name, () =>
      this.#committer.write([
        { key: encodeBasinKey(name), value: undefined },
        { key: encodeTaskKey(TaskKind.deleteBasin, id), value: undefined },
      ]),
    );
  }

  /** Lists basins by name, those being deleted too. */
  list(prefix: string, startAfter: string | undefined, limit: number): Page<Basin> {
    const after = startAfter === undefined ? undefined : encodeBasinKey(startAfter);
    return listRows(this.#store, encodeBasinKey(prefix), after, limit, ({ key, value }) => ({
      ...decodeBasinRow(key, value),
      name: decodeBasinKey(key),
    }));
  }

  async #add(name: string, config: BasinConfig, request: BasinRow["request"]): Promise<Basin> {
    const { id, write } = this.#ids.take();
    const basin: Basin = { id, name, createdAtMs: this.#now(), deletedAtMs: null, config, request };
    await this.#committer.write([write, this.#rowWrite(basin)]);
    return basin;
  }

  #rowWrite({ name, ...row }: Basin): Write {
    const key = encodeBasinKey(name);
    return { key, value: encodeBasinRow(key, row) };
  }
}

function deletionPending(name: string): S2LiteError {
  return new S2LiteError("basin_deletion_pending", `basin \`${name}\` is being deleted`);
}
