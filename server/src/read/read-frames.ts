import type { Recorder } from "@reeltime/recorder";
import type { FramesPage, SessionId, SessionRef, StoredFrame } from "@reeltime/recorder/protocol";
import type { Catalog, PlayStart } from "../catalog/index.js";
import type { FramesQuery } from "./query.js";

/** What reading needs. */
export interface ReadParts {
  readonly recorder: Recorder;
  readonly catalog: Catalog;
}

/**
 * Reads a page of a session's frames. From a seqNum that is one read of S2. At a time the catalog says where to
 * begin, so it is one read too, whatever the session's length, and one for each late run that overlaps.
 * `undefined`: no such session. Throws `RecorderError` `unavailable`.
 */
export async function readFrames(
  { recorder, catalog }: ReadParts,
  id: SessionId,
  query: FramesQuery,
): Promise<FramesPage | undefined> {
  const { start, untilSeqNum, maxBytes } = query;
  const range = { maxBytes, ...(untilSeqNum !== undefined && { toSeqNum: untilSeqNum }) };
  if (start.type === "from") {
    const session = await catalog.find(id);
    return session && recorder.read(session, { ...range, fromSeqNum: start.seqNum });
  }
  const found = await catalog.startAt(id, start.at);
  if (found === undefined) return undefined;
  const { session } = found;
  const point =
    found.start ?? (await recorder.locate(session, start.at === "end" ? "end" : { atMs: start.at }));
  if (point === undefined) return undefined;
  const [page, late] = await Promise.all([
    recorder.read(session, { ...range, fromSeqNum: point.fromSeqNum }),
    readLate(recorder, session, point.late, maxBytes),
  ]);
  if (page === undefined) return undefined;
  const own = new Set(page.frames.map((frame) => frame.seqNum));
  const others = late.frames.filter((frame) => !own.has(frame.seqNum));
  return { ...page, frames: [...others, ...page.frames], dropped: page.dropped + late.dropped };
}

/** Reads late runs, `maxBytes` of them at the most: they come in front of a page, and may at worst double it. */
async function readLate(
  recorder: Recorder,
  session: SessionRef,
  runs: PlayStart["late"],
  maxBytes: number,
): Promise<{ readonly frames: readonly StoredFrame[]; readonly dropped: number }> {
  const frames: StoredFrame[] = [];
  let dropped = 0;
  let left = maxBytes;
  for (const run of runs) {
    for (let at = run.fromSeqNum; at < run.toSeqNum && left > 0; ) {
      const page = await recorder.read(session, { fromSeqNum: at, toSeqNum: run.toSeqNum, maxBytes: left });
      if (page === undefined || page.next <= at) break;
      frames.push(...page.frames);
      dropped += page.dropped;
      left -= page.frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
      at = page.next;
    }
  }
  return { frames, dropped };
}
