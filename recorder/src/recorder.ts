import { randomBytes } from "node:crypto";
import { RecorderError } from "./errors.js";
import { appendEvents, followEvents, makeShared, readEvents } from "./event-log.js";
import { followSession, followStream } from "./follow.js";
import { Gate } from "./gate.js";
import { HeldSessions } from "./held-sessions.js";
import { decodeIndexEntry } from "./index-entries.js";
import { IndexWriter } from "./index-writer.js";
import {
  DEFAULT_LIMITS,
  DEFAULT_LIST,
  INDEX_AGE_SECS,
  MAX_LIST,
  MAX_SUMMARIES_AT_ONCE,
  type RecorderLimits,
} from "./limits.js";
import { locate } from "./locate.js";
import { openSession } from "./opening.js";
import { readPage } from "./page-reader.js";
import {
  CONTROL_STREAM,
  createSessionId,
  INDEX_STREAM,
  type OpenedRecord,
  type ProjectId,
  parseSessionId,
  parseSessionStreamName,
  type SessionRef,
  sessionPrefix,
  sessionStreamName,
} from "./protocol/index.js";
import { parseRecord } from "./records.js";
import { createS2Port } from "./s2.js";
import { S2Failure, type S2Port } from "./s2-port.js";
import { readOpened, readSummary, reopened } from "./session-reading.js";
import { SummaryBudget } from "./summary-builder.js";
import { lastRecord, loadSession } from "./takeover.js";
import type {
  IndexEntry,
  Recorder,
  RecorderListener,
  S2Access,
  SessionPage,
  SessionStatusInStream,
} from "./types.js";
import type { WriterContext } from "./writer-context.js";

/** How long a project's sessions are kept. */
export interface Retention {
  /** Seconds its records are kept; `undefined`: for ever. S2 fixes it when a record is written. */
  readonly ageSecs: number | undefined;
}

/** Configures {@link createRecorder}. */
export interface RecorderOptions {
  readonly s2: S2Access;
  /** Names this server in the index, so that it can pass over its own entries. */
  readonly serverId: string;
  /** Epoch ms. The machine's clock unless said otherwise. */
  readonly clock?: () => number;
  /** 0 to 1, for pauses and names of calls. */
  readonly random?: () => number;
  /** Random bytes, for ids of sessions. Node's generator unless said otherwise. */
  readonly randomBytes?: (size: number) => Uint8Array;
  /** Asked at each opening. For ever unless said otherwise. */
  readonly retention?: (project: ProjectId) => Retention;
  /** Some limits, to reach them in a test. */
  readonly limits?: Partial<RecorderLimits>;
  /** Stands between the recorder and S2: to count, delay or break calls in a test. */
  readonly wrapPort?: (port: S2Port) => S2Port;
}

/** Seconds after which S2 removes a stream that retention has emptied, or whose opening never came. */
const DELETE_ON_EMPTY_SECS = 24 * 60 * 60;

/** Makes the recorder of one server process. It does nothing until it is asked. */
export function createRecorder(options: RecorderOptions): Recorder {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const random = options.random ?? Math.random;
  const clock = options.clock ?? Date.now;
  const bytes = options.randomBytes ?? randomBytes;
  const port = (options.wrapPort ?? ((plain) => plain))(createS2Port(options.s2, limits.ackTimeoutMs));
  const listeners = new Set<RecorderListener>();
  const tell = (call: (listener: RecorderListener) => void): void => {
    for (const listener of listeners) {
      try {
        call(listener);
      } catch (error) {
        // A listener that breaks its promise ends the process, but no append loses its outcome by it.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  };
  const context: WriterContext = {
    port,
    clock,
    random,
    limits,
    budget: new SummaryBudget(limits.maxHeldSummaryBytes),
    summaries: new Gate(MAX_SUMMARIES_AT_ONCE),
    events: {
      appended: (session, frames, state, tail) => {
        tell((listener) => listener.appended?.(session, frames, state));
        index.grew(session, tail);
      },
      closed: (session, closed, summary, tail) => {
        tell((listener) => listener.closed?.(session, closed, summary, tail));
        index.closed(session, closed.reason);
        held.closed(session, closed.reason);
      },
    },
  };
  const index = new IndexWriter(context, options.serverId);
  const held = new HeldSessions(context);
  let draining: Promise<void> | undefined;
  const refuseWhenDraining = (): void => {
    if (draining !== undefined) throw new RecorderError("draining", "this server is going away");
  };

  return {
    ready: () =>
      outside(async () => {
        await port.ensureBasin();
        await makeShared(context, INDEX_STREAM, INDEX_AGE_SECS);
        await makeShared(context, CONTROL_STREAM);
      }),

    open: async ({ project, client, offsetMs, after, startMs }) => {
      refuseWhenDraining();
      const openedMs = Math.floor(startMs ?? clock());
      const opened: OpenedRecord = {
        project,
        sessionId: createSessionId(openedMs, bytes(10)),
        openedMs,
        offsetMs,
        client,
        ...(after === undefined ? {} : { after }),
      };
      const { ageSecs } = options.retention?.(project) ?? { ageSecs: undefined };
      const config = {
        timestamping: "client-require",
        ageSecs,
        deleteOnEmptySecs: DELETE_ON_EMPTY_SECS,
      } as const;
      const session = { project, sessionId: opened.sessionId };
      held.opened(session, await outside(() => openSession(context, opened, config)));
      tell((listener) => listener.opened?.(session, opened));
      index.opened(session);
      return opened;
    },

    append: async (request) => {
      refuseWhenDraining();
      const reason = held.closedReason(request.session);
      if (reason !== undefined) return { type: "closed", reason };
      return held.writer(request.session).append(request);
    },

    close: async (session, reason) => {
      refuseWhenDraining();
      if (held.closedReason(session) !== undefined) return "already-closed";
      return held.writer(session).close(reason);
    },

    erase: (session) =>
      outside(async () => {
        refuseWhenDraining();
        const outcome = await port.deleteStream(sessionStreamName(session));
        held.erased(session);
        tell((listener) => listener.erased?.(session));
        // Also when it was gone already: an erasure that broke off may not have been told.
        index.erased(session);
        await port.deleteStream(`notes/${session.project}/${session.sessionId}`);
        return outcome === "missing" ? "missing" : "erased";
      }),

    status: (session) => outside(() => readStatus(port, session)),

    opened: (session) => outside(() => readOpened(port, session).catch(unlessMissing)),

    summary: (session) =>
      outside(async () => {
        const loaded = await loadSession(port, session);
        if (loaded.type !== "closed") return undefined;
        const { closed, tail } = loaded;
        return { summary: await readSummary(port, session, closed, tail), closed, tail };
      }),

    state: (session) =>
      outside(async () => {
        const loaded = await loadSession(port, session);
        if (loaded.type === "missing") return undefined;
        return loaded.type === "open" ? loaded.position.state : loaded.state;
      }),

    locate: (session, at) => outside(() => locate(port, session, at)),
    read: (session, range) => outside(() => readPage(port, session, range)),
    follow: (session, fromSeqNum, signal) => followSession(context, session, fromSeqNum, signal),
    list: (project, { after, limit } = {}) => outside(() => listSessions(port, project, after, limit)),
    followIndex: (fromSeqNum, signal) => followIndex(context, fromSeqNum, signal),
    appendEvents: (stream, events, matchSeqNum) =>
      outside(() => appendEvents(context, stream, events, matchSeqNum)),
    readEvents: (stream) => outside(() => readEvents(context, stream)),
    followEvents: (stream, fromSeqNum, signal) => followEvents(context, stream, fromSeqNum, signal),
    held: () => held.states(),
    lastNumber: (session, writer) => held.find(session)?.lastNumber(writer),

    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    drain: () => {
      draining ??= (async () => {
        await held.drain();
        await index.drain();
        await port.close();
      })();
      return draining;
    },
  };
}

async function readStatus(port: S2Port, session: SessionRef): Promise<SessionStatusInStream> {
  try {
    const [last, opened] = await Promise.all([
      lastRecord(port, sessionStreamName(session)),
      readOpened(port, session),
    ]);
    if (last === undefined) return { type: "missing" };
    const tail = last.seqNum + 1;
    const parsed = parseRecord(last);
    if (parsed.kind === "closed") return { type: "closed", closed: parsed.closed, tail };
    return { type: "open", opened: opened ?? reopened(session), tail };
  } catch (error) {
    if (error instanceof S2Failure && error.kind === "missing") return { type: "missing" };
    throw error;
  }
}

/** `after` is the id of the last session of the page before. Throws `ProtocolError` `invalid` when it is none. */
async function listSessions(
  port: S2Port,
  project: ProjectId,
  after: string | undefined,
  limit = DEFAULT_LIST,
): Promise<SessionPage> {
  const prefix = sessionPrefix(project);
  const startAfter =
    after === undefined
      ? {}
      : { startAfter: sessionStreamName({ project, sessionId: parseSessionId(after) }) };
  const bounded = Math.min(Math.max(1, Math.floor(limit)), MAX_LIST);
  const { names, next } = await port.listStreams({ prefix, limit: bounded, ...startAfter });
  const sessions = names.map(parseSessionStreamName).filter((session) => session !== undefined);
  return { sessions, next: next === undefined ? undefined : next.slice(next.lastIndexOf("/") + 1) };
}

async function* followIndex(
  context: WriterContext,
  fromSeqNum: number,
  signal: AbortSignal,
): AsyncGenerator<
  | { readonly seqNum: number; readonly entry: IndexEntry }
  | { readonly type: "caught-up"; readonly tail: number }
> {
  for await (const tailed of followStream(context, INDEX_STREAM, fromSeqNum, signal)) {
    if (tailed.type === "tail") {
      yield { type: "caught-up", tail: tailed.tail };
      continue;
    }
    const { seqNum, body } = tailed.record;
    const entry = readEntry(body);
    if (entry !== undefined) yield { seqNum, entry };
  }
}

/** One record that no server of ours wrote does not keep a catalog from the others. */
function readEntry(body: Uint8Array): IndexEntry | undefined {
  try {
    return decodeIndexEntry(body);
  } catch (error) {
    if (error instanceof RecorderError) return undefined;
    throw error;
  }
}

/** What S2 cannot do now is `unavailable` outside this package. */
async function outside<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof S2Failure)) throw error;
    throw new RecorderError("unavailable", `S2: ${error.message}`, { cause: error });
  }
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof S2Failure && error.kind === "missing") return undefined;
  throw error;
}
