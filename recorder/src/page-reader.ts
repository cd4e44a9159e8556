import {
  DEFAULT_PAGE_BYTES,
  type FramesPage,
  MAX_PAGE_BYTES,
  type SessionRef,
  sessionStreamName,
} from "./protocol/index.js";
import { parseRecord } from "./records.js";
import type { S2Port, StoredRecord } from "./s2-port.js";
import { S2Failure } from "./s2-port.js";
import { StreamWalk, type WalkedFrame } from "./stream-walk.js";
import { lastRecord } from "./takeover.js";

/** What to read: `toSeqNum` exclusive, at most `maxBytes` of frames unless the first alone is larger. */
export interface PageRange {
  readonly fromSeqNum: number;
  readonly toSeqNum?: number;
  readonly maxBytes?: number;
}

/** Reads a page of frames; `undefined` when there is no such session. Throws `S2Failure`, `RecorderError` `corrupt`. */
export async function readPage(
  port: S2Port,
  session: SessionRef,
  range: PageRange,
): Promise<FramesPage | undefined> {
  const stream = sessionStreamName(session);
  try {
    const [last, page] = await Promise.all([lastRecord(port, stream), gather(port, stream, range)]);
    if (last === undefined) return undefined;
    const closed = parseRecord(last).kind === "closed";
    return finish(page, closed, Math.max(last.seqNum + 1, page.seen));
  } catch (error) {
    if (error instanceof S2Failure && error.kind === "missing") return undefined;
    throw error;
  }
}

interface Gathered {
  readonly frames: readonly WalkedFrame[];
  /** Where to read on. */
  readonly next: number;
  /** seqNum after the last record that was read. */
  readonly seen: number;
  readonly dropped: number;
  /** It ended at the tail, not at a limit. */
  readonly ended: boolean;
  readonly closed: boolean;
}

async function gather(port: S2Port, stream: string, range: PageRange): Promise<Gathered> {
  const { fromSeqNum, toSeqNum = Number.POSITIVE_INFINITY } = range;
  const maxBytes = Math.min(Math.max(range.maxBytes ?? DEFAULT_PAGE_BYTES, 1), MAX_PAGE_BYTES);
  const walk = new StreamWalk(fromSeqNum);
  const frames: WalkedFrame[] = [];
  let bytes = 0;
  let closed = false;
  const done = (next: number, ended: boolean): Gathered => ({
    frames,
    next,
    seen: walk.next,
    dropped: walk.dropped,
    ended,
    closed,
  });
  for (let count = firstCount(maxBytes); walk.resume < toSeqNum; count *= 4) {
    const records = await readSome(port, stream, walk.next, Math.min(toSeqNum - walk.next, count));
    if (records.length === 0) return done(walk.resume, true);
    for (const record of records) {
      // A frame that began before the end is read to its last part.
      if (walk.resume >= toSeqNum) break;
      const walked = walk.take(record);
      if (walked?.type === "closed") closed = true;
      if (walked?.type !== "frame") continue;
      bytes += walked.frame.bytes.length;
      if (bytes > maxBytes && frames.length > 0) return done(walked.frame.seqNum, false);
      frames.push(walked.frame);
    }
  }
  return done(walk.resume, false);
}

/** How many records a small page is asked as: about twice what fills it at the measured 4 KB a frame. S2 would give 1 MiB of them. */
const firstCount = (maxBytes: number): number =>
  maxBytes < DEFAULT_PAGE_BYTES ? Math.max(16, Math.ceil(maxBytes / 2048)) : Number.POSITIVE_INFINITY;

function readSome(
  port: S2Port,
  stream: string,
  fromSeqNum: number,
  count: number,
): Promise<readonly StoredRecord[]> {
  // Records of one frame may go on past the end that was asked for.
  return port.read(stream, { seqNum: fromSeqNum }, count > 0 && count < 1000 ? count : undefined);
}

function finish(page: Gathered, isClosed: boolean, tail: number): FramesPage {
  const { frames, dropped } = page;
  const closed = isClosed || page.closed;
  // Parts at the very end that nothing has followed are no frame yet, and may never be one: there is no more for now.
  const unfinished = page.ended && page.next < page.seen && tail === page.seen;
  const readable = unfinished ? page.next : tail;
  return { frames, next: page.next, tail: Math.max(readable, page.next), closed, dropped };
}
