import { backoffMs, wait } from "./backoff.js";
import { RecorderError } from "./errors.js";
import { type OpenedRecord, type SessionRef, sessionStreamName } from "./protocol/index.js";
import { openingRecords } from "./records.js";
import type { NewStream } from "./s2-port.js";
import { S2Failure } from "./s2-port.js";
import { emptyState } from "./session-state.js";
import type { JustOpened, WriterContext } from "./writer-context.js";

/** Tries to open one session; each makes sure what the one before left. */
const MAX_TRIES = 4;

/**
 * Makes a session: its stream, then in one batch the fence and the opened record. The id is new, so whatever is in
 * the stream after an unknown outcome is our own. Throws `RecorderError` `unavailable`.
 */
export async function openSession(
  context: WriterContext,
  opened: OpenedRecord,
  config: NewStream,
): Promise<JustOpened> {
  const { port, random, limits } = context;
  const session: SessionRef = { project: opened.project, sessionId: opened.sessionId };
  const stream = sessionStreamName(session);
  const state = emptyState(opened.openedMs);
  const records = openingRecords(opened, state);
  const tail = records.length;
  let last: unknown;
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    if (attempt > 0) await wait(backoffMs(attempt + 3, limits.maxBackoffMs, random));
    const channel = port.openAppends(stream);
    try {
      await port.createStream(stream, config);
      // A stream of this name that has records can only be this one, from a try before.
      if (attempt === 0 || (await port.tail(stream)) < tail)
        await channel.submit({ records, matchSeqNum: 0 });
      const position = {
        state,
        tail,
        settled: tail,
        headerSeqNum: tail - 1,
        headerBytes: 0,
        timestampMs: opened.openedMs,
      };
      return { opened, position, channel };
    } catch (error) {
      if (!(error instanceof S2Failure)) throw error;
      channel.abort();
      last = error;
    }
  }
  throw new RecorderError("unavailable", "the session could not be opened", { cause: last });
}
