import { S2LiteError, toS2LiteError } from "../errors.js";
import {
  decodeStreamKey,
  decodeStreamRow,
  encodeStreamKey,
  encodeStreamRow,
  type StreamRow,
} from "../keys/stream.js";
import { encodeTaskKey, encodeTaskRow, TaskKind } from "../keys/task.js";
import type { Committer } from "../store/committer.js";
import type { LmdbStore, Write } from "../store/lmdb-store.js";
import { checkOnChange, firstCheck } from "../stream/empty-check.js";
import { type StreamRegistry, streamDeletionPending } from "../stream/registry.js";
import type { StreamIdentity, StreamState } from "../stream/stream-state.js";
import type { Basin, Basins, Provision } from "./basins.js";
import type { Ids } from "./ids.js";
import { KeyedLock } from "./keyed-lock.js";
import { listRows, type Page } from "./listing.js";
import {
  applyStreamConfigChange,
  EMPTY_STREAM_CONFIG,
  type PartialStreamConfig,
  resolveStreamConfig,
  type StreamConfig,
  type StreamConfigChange,
} from "./stream-config.js";

/** A stream with its name. */
export type Stream = StreamRow & { readonly name: string };

/** What streams need of their surroundings. */
export interface StreamsPorts {
  readonly store: LmdbStore;
  readonly committer: Committer;
  readonly ids: Ids;
  readonly basins: Basins;
  readonly registry: StreamRegistry;
  readonly now: () => number;
  /** A stream's deletion became durable: its rows may go. */
  readonly onDeleted: (state: StreamState) => void;
  /** A check whether a stream is empty became due at once. */
  readonly onCheckDue: () => void;
}

/** The streams of all basins, and every change to them. A change is durable before it is told. */
export class Streams {
  readonly #ports: StreamsPorts;
  readonly #locks = new KeyedLock();

  constructor(ports: StreamsPorts) {
    this.#ports = ports;
  }

  /** The stream, or undefined. */
  find(basinId: number, name: string): Stream | undefined {
    const key = encodeStreamKey(basinId, name);
    const row = this.#ports.store.get(key, decodeStreamRow);
    return row === undefined ? undefined : { ...row, name };
  }

  /** A stream's config; throws `stream_not_found` (also without the basin), `stream_deletion_pending`. */
  config(basinName: string, name: string): StreamConfig {
    const basin = this.#ports.basins.find(basinName);
    const stream = basin === undefined ? undefined : this.find(basin.id, name);
    if (stream === undefined) throw notFound(basinName, name);
    if (stream.deletedAtMs !== null) throw streamDeletionPending();
    return stream.config;
  }

  /**
   * The stream to append to or read. A missing one is created if its basin says so for this use.
   * Throws `basin_not_found`, `stream_not_found`, and both `…_deletion_pending`.
   */
  async open(
    basinName: string,
    name: string,
    use: "append" | "read",
    config: PartialStreamConfig | undefined,
  ): Promise<StreamState> {
    const { basins, registry } = this.#ports;
    let state = registry.peek(basinName, name);
    if (state === undefined) {
      const basin = basins.get(basinName);
      state = registry.load(basinName, basin.id, name);
      if (state === undefined) {
        const create =
          use === "append" ? basin.config.create_stream_on_append : basin.config.create_stream_on_read;
        if (!create) throw notFound(basinName, name);
        await this.#provide(basinName, name, config ?? EMPTY_STREAM_CONFIG, async () => undefined);
        state = registry.load(basinName, basin.id, name);
        if (state === undefined) throw notFound(basinName, name);
      }
    }
    if (state.ended !== undefined) {
      await state.whenSettled();
      throw state.ended;
    }
    state.usedAtMs = this.#ports.now();
    return state;
  }

  /** Creates a stream. With the token and config of its creation it is a `noop`; else it must be new. */
  async create(
    basinName: string,
    name: string,
    config: PartialStreamConfig,
    token: string | undefined,
  ): Promise<[Stream, Provision]> {
    const asked = JSON.stringify(config);
    const request = token === undefined ? null : { token, config: asked };
    return this.#provide(
      basinName,
      name,
      config,
      async (existing) => {
        const same = existing.request?.token === token && existing.request?.config === asked;
        if (token !== undefined && same) return undefined;
        throw new S2LiteError("resource_already_exists", `stream \`${name}\` already exists`);
      },
      request,
    );
  }

  /** Makes the stream be there with exactly this config over its basin's defaults. */
  async ensure(basinName: string, name: string, config: PartialStreamConfig): Promise<[Stream, Provision]> {
    return this.#provide(basinName, name, config, async (existing, basin) => {
      const wanted = resolveStreamConfig(config, basin.config.default_stream_config);
      if (JSON.stringify(existing.config) === JSON.stringify(wanted)) return undefined;
      return this.#setConfig(basin, existing, wanted);
    });
  }

  /** Changes a stream's config as a PATCH asks; what it clears falls back to the basin's defaults now. */
  async reconfigure(basinName: string, name: string, wanted: StreamConfigChange): Promise<StreamConfig> {
    return this.#locks.run(lockKey(basinName, name), async () => {
      const basin = this.#ports.basins.getLive(basinName);
      const existing = this.#live(basin, name);
      const partial = applyStreamConfigChange(existing.config, wanted);
      const config = resolveStreamConfig(partial, basin.config.default_stream_config);
      await this.#setConfig(basin, existing, config);
      return config;
    });
  }

  /** Marks a stream for deletion, durably. Again while it goes: nothing. Throws `stream_not_found`. */
  async delete(basinName: string, name: string): Promise<void> {
    await this.#locks.run(lockKey(basinName, name), async () => {
      const basin = this.#ports.basins.find(basinName);
      const existing = basin === undefined ? undefined : this.find(basin.id, name);
      if (basin === undefined || existing === undefined) throw notFound(basinName, name);
      if (existing.deletedAtMs !== null) return;
      await this.#markDeleted(identityOf(basin, existing), existing);
    });
  }

  /**
   * Runs `work` on one incarnation of a stream while nobody else changes or deletes it, and not at all when it is gone
   * or going. What it is given to delete the stream with accepts nothing more from the moment it is called.
   */
  async alone(
    identity: StreamIdentity,
    work: (stream: Stream, deleteIt: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    await this.#locks.run(lockKey(identity.basin, identity.name), async () => {
      const existing = this.find(identity.basinId, identity.name);
      if (existing?.id !== identity.id || existing.deletedAtMs !== null) return;
      await work(existing, () => this.#markDeleted(identity, existing));
    });
  }

  async #markDeleted(identity: StreamIdentity, existing: Stream): Promise<void> {
    const { registry, now, onDeleted } = this.#ports;
    const { id, basin, basinId, name } = identity;
    const state = registry.load(basin, basinId, name);
    if (state === undefined) throw notFound(basin, name);
    const pending = streamDeletionPending();
    state.end(pending); // 1. nothing more is accepted
    const taskKey = encodeTaskKey(TaskKind.deleteStream, id);
    const task = encodeTaskRow(taskKey, { basin, basinId, stream: name });
    try {
      // 2. behind what was accepted, the marker becomes durable
      await state.write([
        rowWrite(basinId, { ...existing, deletedAtMs: now() }),
        { key: taskKey, value: task },
      ]);
    } catch (error) {
      state.giveUp(toS2LiteError(error));
      // The outcome of a failed write may be unknown: a marker that is there after all is carried out.
      const stored = this.find(basinId, name);
      if (stored?.id === id && stored.deletedAtMs !== null) onDeleted(state);
      throw error;
    }
    state.releaseFollowers(pending); // 3. only now may anybody hear of it
    onDeleted(state);
  }

  /** Lists a basin's streams by name, those being deleted too. Throws `basin_not_found`. */
  list(basinName: string, prefix: string, startAfter: string | undefined, limit: number): Page<Stream> {
    const { id } = this.#ports.basins.get(basinName);
    const after = startAfter === undefined ? undefined : encodeStreamKey(id, startAfter);
    return listRows(this.#ports.store, encodeStreamKey(id, prefix), after, limit, ({ key, value }) => ({
      ...decodeStreamRow(key, value),
      name: decodeStreamKey(key).name,
    }));
  }

  /** Creates the stream unless it is there; then `existing` decides, and may return an updated one. */
  async #provide(
    basinName: string,
    name: string,
    config: PartialStreamConfig,
    onExisting: (existing: Stream, basin: Basin) => Promise<Stream | undefined>,
    request: StreamRow["request"] = null,
  ): Promise<[Stream, Provision]> {
    return this.#locks.run(lockKey(basinName, name), async () => {
      const basin = this.#ports.basins.getLive(basinName);
      const existing = this.find(basin.id, name);
      if (existing !== undefined) {
        if (existing.deletedAtMs !== null) throw streamDeletionPending();
        const updated = await onExisting(existing, basin);
        return [updated ?? existing, updated === undefined ? "noop" : "updated"];
      }
      // No pause from the basin's check to the submit: a deletion of the basin comes wholly later.
      const { id, write } = this.#ports.ids.take();
      const stream: Stream = {
        id,
        name,
        createdAtMs: this.#ports.now(),
        deletedAtMs: null,
        config: resolveStreamConfig(config, basin.config.default_stream_config),
        request,
      };
      const { config: resolved, createdAtMs } = stream;
      const check = firstCheck(this.#ports.store, identityOf(basin, stream), resolved, createdAtMs);
      await this.#ports.committer.write([write, rowWrite(basin.id, stream), ...check]);
      return [stream, "created"];
    });
  }

  #live(basin: Basin, name: string): Stream {
    const existing = this.find(basin.id, name);
    if (existing === undefined) throw notFound(basin.name, name);
    if (existing.deletedAtMs !== null) throw streamDeletionPending();
    return existing;
  }

  async #setConfig(basin: Basin, existing: Stream, config: StreamConfig): Promise<Stream> {
    const updated = { ...existing, config };
    const change = { from: existing.config, to: config };
    const identity = identityOf(basin, existing);
    const check = checkOnChange(this.#ports.store, identity, change, this.#ports.now());
    await this.#ports.committer.write([rowWrite(basin.id, updated), ...check]);
    const state = this.#ports.registry.peek(basin.name, existing.name);
    if (state !== undefined) state.config = config;
    if (check.length > 0) this.#ports.onCheckDue();
    return updated;
  }
}

function identityOf(basin: Basin, { id, name }: Stream): StreamIdentity {
  return { id, basin: basin.name, basinId: basin.id, name };
}

function lockKey(basin: string, name: string): string {
  return `${basin}\0${name}`;
}

function rowWrite(basinId: number, { name, ...row }: Stream): Write {
  const key = encodeStreamKey(basinId, name);
  return { key, value: encodeStreamRow(key, row) };
}

function notFound(basin: string, name: string): S2LiteError {
  return new S2LiteError("stream_not_found", `stream \`${name}\` in basin \`${basin}\` not found`);
}
