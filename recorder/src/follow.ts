import { backoffMs, wait } from "./backoff.js";
import { RecorderError } from "./errors.js";
import { type SessionRef, sessionStreamName } from "./protocol/index.js";
import type { StoredRecord } from "./s2-port.js";
import { S2Failure, type Tailed } from "./s2-port.js";
import { StreamWalk } from "./stream-walk.js";
import { hear } from "./takeover.js";
import type { Followed } from "./types.js";
import type { WriterContext } from "./writer-context.js";

type FollowContext = Pick<WriterContext, "port" | "random" | "limits">;

/**
 * Follows a stream by one S2 read session, opening another from the next seqNum when it breaks, until `signal`.
 * Throws `S2Failure` `missing`.
 */
export async function* followStream(
  { port, random, limits }: FollowContext,
  stream: string,
  fromSeqNum: number,
  signal: AbortSignal,
): AsyncGenerator<Tailed> {
  let next = fromSeqNum;
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      for await (const tailed of port.follow(stream, next, signal)) {
        attempt = 0;
        if (tailed.type === "record") next = tailed.record.seqNum + 1;
        yield tailed;
        if (signal.aborted) return;
      }
    } catch (error) {
      if (!(error instanceof S2Failure) || error.kind === "missing") throw error;
    }
    if (!signal.aborted) await wait(backoffMs(attempt, limits.maxBackoffMs, random), signal);
  }
}

/** Follows a session's frames until it is closed, erased, or `signal` says so. A frame that cannot be read is passed over. */
export async function* followSession(
  context: FollowContext,
  session: SessionRef,
  fromSeqNum: number,
  signal: AbortSignal,
): AsyncGenerator<Followed> {
  const walk = new StreamWalk(fromSeqNum);
  try {
    for await (const tailed of followStream(context, sessionStreamName(session), fromSeqNum, signal)) {
      if (tailed.type === "tail") {
        yield { type: "caught-up", tail: tailed.tail };
        continue;
      }
      const followed = takeRecord(walk, tailed.record);
      if (followed === undefined) continue;
      yield followed;
      if (followed.type === "closed") return;
    }
  } catch (error) {
    if (!(error instanceof S2Failure)) throw error;
    yield { type: "missing" };
  }
}

function takeRecord(walk: StreamWalk, record: StoredRecord): Followed | undefined {
  try {
    const walked = walk.take(record);
    if (walked?.type === "frame") return { type: "frame", frame: hear(walked.frame) };
    return walked?.type === "closed" ? walked : undefined;
  } catch (error) {
    // One record that no server of ours wrote does not keep a viewer from the others.
    if (error instanceof RecorderError) return undefined;
    throw error;
  }
}
