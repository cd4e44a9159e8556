import type { StreamConfig } from "../catalog/stream-config.js";
import { type Comparison, compareStreams } from "./compare.js";
import { RecordReader } from "./record-reader.js";
import { isCopyOf } from "./renumber.js";
import type { S2Client, StreamRef } from "./s2-client.js";

/** A stream on both sides. */
export interface StreamPair {
  readonly source: S2Client;
  readonly target: S2Client;
  readonly from: StreamRef;
  readonly to: StreamRef;
}

/** Where a copy goes on. */
export interface Place {
  /** The source's next record; undefined when the target has all. */
  readonly nextInSource: number | undefined;
  readonly nextInTarget: number;
  /** How much less the target's numbers are from here on. */
  readonly offset: number;
}

/** What the target has of the source, or why it is no copy of it. */
export type Alignment = { readonly place: Place } | { readonly conflict: string };

/**
 * Finds out what the target has of the source by comparing all of it. That its numbers are the source's is
 * tried first; then, as the source has been trimmed, that they began at its first record, or where a record
 * that both have tells.
 */
export async function alignStreams(
  pair: StreamPair,
  config: StreamConfig,
  sourceTail: number,
): Promise<Alignment> {
  const { source, target, from, to } = pair;
  const targetTail = await target.tail(to);
  let closest = { compared: -1, at: 0 };
  for (const offset of await possibleOffsets(pair, sourceTail)) {
    const readers = {
      source: new RecordReader(source, from, { end: sourceTail }),
      target: new RecordReader(target, to, { end: targetTail }),
    };
    const found = await compareStreams({ ...readers, targetTail, offset });
    if (found.differs) {
      if (found.compared > closest.compared) closest = found;
      continue;
    }
    const place = placeOf(found, sourceTail, targetTail);
    if (place === undefined) continue;
    if (isLossExplained(found, config)) return { place };
    return {
      conflict: `the target no longer has records that it must have had, below ${found.missingBelow}`,
    };
  }
  const where = closest.compared < 0 ? "" : `; they differ from the source's record ${closest.at} on`;
  return { conflict: `the target has a stream of that name with other records${where}` };
}

/** Whether all that the target lacks below its tail was to be deleted there: by a trim, or by age. */
export function isLossExplained(
  found: Extract<Comparison, { differs: false }>,
  { retention_policy: policy }: StreamConfig,
): boolean {
  return found.missingBelow <= found.trimPoint || "age" in policy;
}

/** Where to go on; undefined when nothing shows that this target is a copy of this source. */
function placeOf(
  found: Extract<Comparison, { differs: false }>,
  sourceTail: number,
  targetTail: number,
): Place | undefined {
  const { nextInSource, offset, compared, missingBelow } = found;
  const seen = compared > 0 || missingBelow > 0;
  if (nextInSource !== undefined)
    return seen || targetTail === 0 ? { nextInSource, nextInTarget: targetTail, offset } : undefined;
  const end = seen ? found.nextInTarget : sourceTail - offset;
  return end === targetTail ? { nextInSource, nextInTarget: end, offset } : undefined;
}

async function possibleOffsets(pair: StreamPair, sourceTail: number): Promise<readonly number[]> {
  const { source, target, from, to } = pair;
  const first = await new RecordReader(source, from, { end: sourceTail }).peek();
  const offsets = new Set([0, first?.seqNum ?? sourceTail]);
  if (first !== undefined) {
    // The source may have lost records since they were copied: then the target has its first one further on.
    for (const copy of await target.read(to, { timestamp: first.timestamp })) {
      const offset = first.seqNum - copy.seqNum;
      if (copy.timestamp === first.timestamp && isCopyOf(copy, first, offset)) offsets.add(offset);
    }
  }
  const oldest = await new RecordReader(target, to).peek();
  if (oldest !== undefined) {
    for (const record of await source.read(from, { timestamp: oldest.timestamp })) {
      const offset = record.seqNum - oldest.seqNum;
      if (record.timestamp === oldest.timestamp && isCopyOf(oldest, record, offset)) offsets.add(offset);
    }
  }
  return [...offsets].filter((offset) => offset >= 0);
}
