import {
  type AppendAck,
  type AppendSession,
  type BytesAppendRecord,
  FencingTokenMismatchError,
  RangeNotSatisfiableError,
  type ReadRecord,
  S2,
  S2Error,
  type S2Stream,
  SeqNumMismatchError,
} from "@s2-dev/streamstore";
import { meteredBytes } from "./s2-metering.js";
import type {
  AppendChannel,
  Batch,
  BatchAck,
  NewRecord,
  NewStream,
  ReadStart,
  S2Port,
  StoredRecord,
  Tailed,
} from "./s2-port.js";
import { S2Failure, type S2FailureKind } from "./s2-port.js";
import type { S2Access } from "./types.js";

const UTF8 = new TextEncoder();
const TEXT = new TextDecoder();

/** Header names are a handful of single letters: encoded once. */
const encodedNames = new Map<string, Uint8Array>();
function encodeName(name: string): Uint8Array {
  const known = encodedNames.get(name);
  if (known !== undefined) return known;
  const bytes = UTF8.encode(name);
  if (encodedNames.size < 64) encodedNames.set(name, bytes);
  return bytes;
}

/**
 * S2 over its official SDK; the one file that knows it. Appends are tried once, since only their caller can tell
 * what an unknown outcome was; everything else is tried three times, as the SDK does.
 */
export function createS2Port(access: S2Access, ackTimeoutMs: number): S2Port {
  const { accessToken, accountEndpoint, basinEndpoint } = access;
  const endpoints = {
    ...(accountEndpoint === undefined ? {} : { account: accountEndpoint }),
    ...(basinEndpoint === undefined ? {} : { basin: basinEndpoint }),
  };
  const once = new S2({
    accessToken,
    endpoints,
    retry: { maxAttempts: 1, requestTimeoutMillis: ackTimeoutMs },
  });
  const patient = new S2({ accessToken, endpoints });
  const basin = patient.basin(access.basin);
  const writes = once.basin(access.basin);

  /** Without it a call to an endpoint that has gone silent would wait for minutes. */
  const soon = () => ({ signal: AbortSignal.timeout(ackTimeoutMs) });

  return {
    ensureBasin: () =>
      guard(async () => {
        try {
          await basin.streams.list({ prefix: "index", limit: 1 }, soon());
        } catch (error) {
          if (!(error instanceof S2Error) || error.code !== "basin_not_found") throw error;
          await patient.basins.create({ basin: access.basin }, soon()).catch(unlessExists);
        }
      }),
    createStream: (name, config) =>
      guard(async () => {
        const made = await basin.streams
          .create({ stream: name, config: streamConfig(config) }, soon())
          .catch(unlessExists);
        return made === undefined ? "exists" : "created";
      }),
    deleteStream: (name) =>
      guard(async () => {
        try {
          await basin.streams.delete({ stream: name }, soon());
          return "deleted";
        } catch (error) {
          if (failureKind(error) === "missing") return "missing";
          throw error;
        }
      }),
    listStreams: ({ prefix, startAfter, limit }) =>
      guard(async () => {
        const after = startAfter === undefined ? {} : { startAfter };
        const page = await basin.streams.list({ prefix, limit, ...after }, soon());
        const next = page.hasMore ? page.streams.at(-1)?.name : undefined;
        return { names: page.streams.filter((s) => !s.deletedAt).map((s) => s.name), next };
      }),
    append: (stream, batch) =>
      guard(async () => toAck(await writes.stream(stream).append(toInput(batch), soon()))),
    openAppends: (stream) => openChannel(writes.stream(stream)),
    read: (stream, start, count) => guard(() => readOnce(basin.stream(stream), start, count, soon())),
    tail: (stream) => guard(async () => (await basin.stream(stream).checkTail(soon())).tail.seqNum),
    follow: (stream, fromSeqNum, signal) => follow(writes.stream(stream), fromSeqNum, signal),
    // Connections belong to streams, and each lets its own go.
    close: async () => {},
  };
}

const streamConfig = (config: NewStream) => ({
  timestamping: { mode: config.timestamping, uncapped: false },
  retentionPolicy: config.ageSecs === undefined ? { infinite: {} } : { ageSecs: config.ageSecs },
  ...(config.deleteOnEmptySecs === undefined
    ? {}
    : { deleteOnEmpty: { minAgeSecs: config.deleteOnEmptySecs } }),
});

async function readOnce(
  stream: S2Stream,
  start: ReadStart,
  count: number | undefined,
  options: { readonly signal: AbortSignal },
): Promise<readonly StoredRecord[]> {
  try {
    const from = "timestampMs" in start ? { timestamp: start.timestampMs } : start;
    const batch = await stream.read(
      { start: { from }, ...(count === undefined ? {} : { stop: { limits: { count } } }) },
      { as: "bytes", ...options },
    );
    return batch.records.map(toStored);
  } catch (error) {
    if (error instanceof RangeNotSatisfiableError) return [];
    throw error;
  }
}

async function* follow(stream: S2Stream, fromSeqNum: number, signal: AbortSignal): AsyncGenerator<Tailed> {
  try {
    const start = { from: { seqNum: fromSeqNum }, clamp: true };
    const session = await stream.readSession({ start }, { as: "bytes", signal });
    const reader = session.getReader();
    const stop = (): void => {
      reader.cancel().catch(() => {
        // It is gone already.
      });
    };
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    try {
      let wake: () => void = () => {};
      let caughtUpTo: number | undefined;
      let watching = false;
      /** The SDK's promise for the next time that everything was read; asked for once each time. */
      const watch = (): void => {
        if (watching) return;
        watching = true;
        session.caughtUp().then(
          (tail) => {
            watching = false;
            caughtUpTo = tail.seqNum;
            wake();
          },
          () => {
            // The read rejects too, and that is the one that is heard.
            watching = false;
          },
        );
      };
      let behind = true;
      watch();
      for (;;) {
        const read = reader.read();
        let settled = false;
        const next = read.finally(() => {
          settled = true;
          wake();
        });
        next.catch(() => {
          // Heard below, where it is awaited.
        });
        while (!settled) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (settled || (behind && caughtUpTo !== undefined)) resolve();
          });
          if (!settled && behind && caughtUpTo !== undefined) {
            behind = false;
            yield { type: "tail", tail: caughtUpTo };
            caughtUpTo = undefined;
          }
        }
        const { done, value } = await next;
        if (done) return;
        yield { type: "record", record: toStored(value) };
        behind = true;
        caughtUpTo = undefined;
        if (session.isCaughtUp()) {
          behind = false;
          yield { type: "tail", tail: value.seqNum + 1 };
        } else watch();
      }
    } finally {
      signal.removeEventListener("abort", stop);
      stop();
    }
  } catch (error) {
    if (!signal.aborted) throw toFailure(error);
  } finally {
    letGo(stream);
  }
}

/** Acks are taken from the session's own stream of them, in order; nobody else reads it, and it would grow. */
function openChannel(stream: S2Stream): AppendChannel {
  interface Waiting {
    readonly resolve: (ack: BatchAck) => void;
    readonly reject: (error: S2Failure) => void;
  }
  const waiting: Waiting[] = [];
  const abort = new AbortController();
  let opening: Promise<AppendSession> | undefined;
  let failed: S2Failure | undefined;
  const fail = (error: unknown): void => {
    failed ??= toFailure(error);
    for (const { reject } of waiting.splice(0)) reject(failed);
    abort.abort();
    letGo(stream);
  };
  const readAcks = async (session: AppendSession): Promise<void> => {
    const reader = session.readable.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      waiting.shift()?.resolve(toAck(next.value));
    }
  };
  const open = (): Promise<AppendSession> => {
    // Our own flow control is by batches: the SDK's could let a small batch overtake a large one.
    const session = stream.appendSession({ maxInflightBytes: 256 * 1024 * 1024 }, { signal: abort.signal });
    session.then(readAcks).catch(fail);
    return session;
  };
  return {
    submit: (batch) => {
      if (failed !== undefined) return Promise.reject(failed);
      opening ??= open();
      const sent = new Promise<BatchAck>((resolve, reject) => waiting.push({ resolve, reject }));
      opening.then((session) => session.submit(toInput(batch))).catch(fail);
      return sent;
    },
    close: async () => {
      try {
        await (await opening)?.close();
      } catch {
        // Its appends have been told already.
      }
      letGo(stream);
    },
    abort: () => fail(new S2Failure("unavailable", "the append session was let go")),
  };
}

function letGo(stream: S2Stream): void {
  stream.close().catch(() => {
    // Nothing is lost with a connection that does not close in order.
  });
}

const toInput = (batch: Batch) => {
  const records = batch.records.map(toAppendRecord);
  return {
    records,
    meteredBytes: records.reduce((sum, record) => sum + record.meteredBytes, 0),
    ...(batch.matchSeqNum === undefined ? {} : { matchSeqNum: batch.matchSeqNum }),
    ...(batch.fencingToken === undefined ? {} : { fencingToken: batch.fencingToken }),
  };
};

const toAppendRecord = (record: NewRecord): BytesAppendRecord => ({
  body: record.body,
  headers: record.headers.map(([name, value]) => [
    encodeName(name),
    typeof value === "string" ? UTF8.encode(value) : value,
  ]),
  timestamp: record.timestampMs,
  meteredBytes: meteredBytes(record),
});

const toAck = (ack: AppendAck): BatchAck => ({
  startSeqNum: ack.start.seqNum,
  endSeqNum: ack.end.seqNum,
  endTimestampMs: ack.end.timestamp.getTime(),
});

const toStored = (record: ReadRecord<"bytes">): StoredRecord => ({
  seqNum: record.seqNum,
  timestampMs: record.timestamp.getTime(),
  headers: record.headers.map(([name, value]) => [TEXT.decode(name), value]),
  body: record.body,
});

async function guard<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toFailure(error);
  }
}

function unlessExists(error: unknown): undefined {
  if (failureKind(error) !== "exists") throw error;
  return undefined;
}

function toFailure(error: unknown): S2Failure {
  if (error instanceof S2Failure) return error;
  const tail = error instanceof SeqNumMismatchError ? error.expectedSeqNum : undefined;
  const message = error instanceof Error ? error.message : "S2 failed";
  return new S2Failure(failureKind(error), message, { cause: error, tail });
}

function failureKind(error: unknown): S2FailureKind {
  if (error instanceof SeqNumMismatchError) return "seq_mismatch";
  if (error instanceof FencingTokenMismatchError) return "fenced";
  if (!(error instanceof S2Error)) return "unavailable";
  switch (error.code ?? "") {
    case "stream_not_found":
    case "stream_deletion_pending":
      return "missing";
    case "resource_already_exists":
      return "exists";
    default:
      return "unavailable";
  }
}
