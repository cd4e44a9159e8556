import type { BasinConfig } from "../catalog/basin-config.js";
import { resolveStreamConfig } from "../catalog/stream-config.js";
import { toS2LiteError } from "../errors.js";
import { COPY_STREAMS_AT_ONCE } from "../limits.js";
import { jsonText } from "../wire/json-text.js";
import { copyStream, type StreamOutcome } from "./copy-stream.js";
import type { S2Client } from "./s2-client.js";

/** Who hears how a copy goes. */
export interface CopyListener {
  /** Records were appended to the target. */
  appended(records: number, meteredBytes: number): void;
  /** A stream is done with. */
  stream(name: string, outcome: StreamOutcome | { readonly outcome: "failed"; readonly why: string }): void;
}

/** A basin to copy. */
export interface BasinCopy {
  readonly source: S2Client;
  readonly target: S2Client;
  readonly basin: string;
  /** Its name in the target. */
  readonly toBasin: string;
  /** Only streams whose names begin so. */
  readonly prefix: string;
  readonly listener: CopyListener;
}

/**
 * Copies a basin's config and its streams, several at once. Resolves with why nothing of it was copied, if so;
 * streams are told to the listener one by one. Throws when the source cannot be listed.
 */
export async function copyBasin(copy: BasinCopy): Promise<string | undefined> {
  const { source, target, basin, toBasin } = copy;
  const config = await source.basinConfig(basin);
  if (config === undefined) return "there is no such basin";
  if (config === "encrypted") return "S2 encrypts its streams, and a copy has no keys to read them";
  let there = await target.basinConfig(toBasin);
  if (there === undefined) {
    await target.createBasin(toBasin, config);
    there = await target.basinConfig(toBasin);
  }
  if (there === undefined || there === "encrypted" || !isSame(there, config))
    return "the target has a basin of that name with another config: make them the same, or delete it";
  await copyStreams(copy);
  return undefined;
}

async function copyStreams(copy: BasinCopy): Promise<void> {
  const streams = copy.source.streams(copy.basin, copy.prefix);
  const work = async () => {
    // Each takes the next name of the one listing.
    for (let next = await streams.next(); next.done !== true; next = await streams.next())
      if (!next.value.deleting) await copyOne(copy, next.value.name);
  };
  await Promise.all(Array.from({ length: COPY_STREAMS_AT_ONCE }, work));
}

async function copyOne(copy: BasinCopy, stream: string): Promise<void> {
  const { source, target, listener } = copy;
  const name = `${copy.basin}/${stream}`;
  try {
    const outcome = await copyStream({
      source,
      target,
      from: { basin: copy.basin, stream },
      to: { basin: copy.toBasin, stream },
      onAppended: (records, bytes) => listener.appended(records, bytes),
    });
    listener.stream(name, outcome);
  } catch (error) {
    listener.stream(name, { outcome: "failed", why: toS2LiteError(error).message });
  }
}

/** Whether two configs mean the same: S2 Cloud tells a basin's with the defaults filled in. */
function isSame(left: BasinConfig, right: BasinConfig): boolean {
  const filled = (config: BasinConfig) =>
    jsonText({ ...config, default_stream_config: resolveStreamConfig(config.default_stream_config) });
  return filled(left) === filled(right);
}
