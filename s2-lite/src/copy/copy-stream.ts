import type { StreamConfig } from "../catalog/stream-config.js";
import { meteredBytes } from "../stream/records.js";
import { jsonText } from "../wire/json-text.js";
import { alignStreams, isLossExplained, type Place, type StreamPair } from "./align.js";
import { compareStreams } from "./compare.js";
import { RecordReader } from "./record-reader.js";
import { renumber } from "./renumber.js";

/** How a stream's copy ended. */
export type StreamOutcome =
  /** Everything is there and was read back. */
  | {
      readonly outcome: "copied" | "equal";
      /** How much less the target's numbers are, at the end; 0 when they are the source's. */
      readonly offset: number;
      /** Whether the source has got more records meanwhile. */
      readonly grew: boolean;
    }
  /** There is no such stream any more. */
  | { readonly outcome: "gone" }
  /** Something stands against it; the target was left as it was found, or as far as it came. */
  | { readonly outcome: "refused"; readonly why: string };

/** A stream to copy, and who wants to hear how it goes. */
export interface StreamCopy extends StreamPair {
  /** Records were appended to the target. */
  readonly onAppended: (records: number, meteredBytes: number) => void;
}

/** A stream as it was when its copy began. */
interface Snapshot {
  readonly config: StreamConfig;
  readonly tail: number;
}

/** What there is in the target to begin with. */
interface Found {
  readonly place: Place;
  readonly config: StreamConfig;
}

/**
 * Copies one stream, up to the tail that it has now, and verifies it: makes it, or goes on where an earlier copy
 * stopped, or finds it equal. Throws `other` or `unavailable` when an endpoint stands in the way; a later copy
 * then goes on.
 */
export async function copyStream(copy: StreamCopy): Promise<StreamOutcome> {
  const { source, target, from, to } = copy;
  const config = await source.streamConfig(from);
  if (config === undefined) return { outcome: "gone" };
  const snapshot = { config, tail: await source.tail(from) };
  // 1. what is there is a beginning of it, or nothing happens
  const found = await findOrMake(copy, snapshot);
  if ("conflict" in found) return { outcome: "refused", why: found.conflict };
  let { offset } = found.place;
  const { nextInSource } = found.place;
  const complete = nextInSource === undefined || nextInSource >= snapshot.tail;
  if (complete && isSame(found.config, config)) return { outcome: "equal", offset, grew: false };
  if (!complete) {
    // 2. the rest, with nothing in the way of its timestamps
    if (!isSame(found.config, whileCopying(config))) await target.reconfigureStream(to, whileCopying(config));
    const appended = await appendRest(copy, found.place, nextInSource, snapshot.tail);
    if ("why" in appended) return { outcome: "refused", why: appended.why };
    offset = appended.offset;
    // 3. read back
    const wrong = await verify(copy, snapshot, appended);
    if (wrong !== undefined) return { outcome: "refused", why: wrong };
  }
  // 4. and the config as it is to stay
  const set = await target.reconfigureStream(to, config);
  if (!isSame(set, config))
    return { outcome: "refused", why: `the target keeps another config: ${jsonText(set)}` };
  return { outcome: "copied", offset, grew: (await source.tail(from)) > snapshot.tail };
}

async function findOrMake(
  copy: StreamCopy,
  { config, tail }: Snapshot,
): Promise<Found | { readonly conflict: string }> {
  const { target, to } = copy;
  const making = whileCopying(config);
  let there = await target.streamConfig(to);
  if (there === undefined) {
    const isNew = await target.createStream(to, making);
    if (isNew) return { place: { nextInSource: 0, nextInTarget: 0, offset: 0 }, config: making };
    there = making;
  }
  const aligned = await alignStreams(copy, config, tail);
  return "conflict" in aligned ? aligned : { place: aligned.place, config: there };
}

interface Appended {
  /** Where it began: the first of the records that were still there. */
  readonly first: Place & { readonly nextInSource: number };
  /** How much less the target's numbers are at its end. */
  readonly offset: number;
  /** The target's tail behind it. */
  readonly end: number;
}

async function appendRest(
  copy: StreamCopy,
  place: Place,
  nextInSource: number,
  sourceEnd: number,
): Promise<Appended | { readonly why: string }> {
  const { source, target, from, to } = copy;
  const reader = new RecordReader(source, from, { from: nextInSource, end: sourceEnd });
  let first: Appended["first"] | undefined;
  let { offset, nextInTarget: end } = place;
  for (;;) {
    const page = await reader.takePage();
    if (page.length === 0) break;
    const at = end;
    const records = page.map((record) => {
      offset = record.seqNum - end++; // a hole in the source is closed
      first ??= { nextInSource: record.seqNum, nextInTarget: at, offset };
      return renumber(record, offset);
    });
    const { next, refused } = await target.append(to, records, at);
    if (refused) return { why: othersAppend(next, at) };
    copy.onAppended(
      records.length,
      records.reduce((sum, record) => sum + meteredBytes(record), 0),
    );
  }
  // The last of its records are gone: then its next one has another number, too.
  offset = sourceEnd - end;
  return { first: first ?? { nextInSource: sourceEnd, nextInTarget: end, offset }, offset, end };
}

/** Reads back what was appended; returns what is wrong with it. */
async function verify(
  copy: StreamCopy,
  { config, tail }: Snapshot,
  { first, end, offset }: Appended,
): Promise<string | undefined> {
  const { source, target, from, to } = copy;
  const targetTail = await target.tail(to);
  if (targetTail !== end) return othersAppend(targetTail, end);
  if (first.nextInTarget === end) return undefined;
  const found = await compareStreams({
    source: new RecordReader(source, from, { from: first.nextInSource, end: tail }),
    target: new RecordReader(target, to, { from: first.nextInTarget, end }),
    targetTail,
    offset: first.offset,
  });
  if (found.differs) return `the source's record ${found.at} is another one in the target`;
  if (found.nextInTarget === end && isLossExplained(found, config)) return undefined;
  return `not all that was appended to the target is there, up to ${end} (numbers ${offset} less)`;
}

function othersAppend(tail: number, expected: number): string {
  return `somebody else appends to the target, whose tail is ${tail} and not ${expected}`;
}

/** A config under which every record keeps its timestamp, and no stream is deleted for being empty still. */
function whileCopying(config: StreamConfig): StreamConfig {
  const timestamping = { mode: "client-require", uncapped: true } as const;
  return { ...config, timestamping, delete_on_empty: { min_age_secs: 0 } };
}

function isSame(left: StreamConfig, right: StreamConfig): boolean {
  return jsonText(left) === jsonText(right);
}
