/** What is measured of one server: each takes a basin through the official SDK and returns numbers. */
import { setMaxListeners } from "node:events";
import { AppendInput, AppendRecord } from "@s2-dev/streamstore";

const KIB = new Uint8Array(1_024).map((_, index) => (index * 31) & 255);
const BATCH_RECORDS = 900;
const IN_FLIGHT = 4;
let streams = 0;

const oneRecord = () => AppendInput.create([AppendRecord.bytes({ body: KIB })]);
const newStream = (basin) => basin.stream(`bench-${process.pid}-${++streams}`);

/** Milliseconds of each of `count` appends of one record, one after the other, through one held session. */
export async function heldAcks(basin, count) {
  const stream = newStream(basin);
  const session = await stream.appendSession();
  const takes = [];
  for (let index = 0; index < count; index++) {
    const started = performance.now();
    await (await session.submit(oneRecord())).ack();
    takes.push(performance.now() - started);
  }
  await session.close();
  await stream.close();
  return takes;
}

/** The same by unary appends. */
export async function unaryAcks(basin, count) {
  const stream = newStream(basin);
  const takes = [];
  for (let index = 0; index < count; index++) {
    const started = performance.now();
    await stream.append(oneRecord());
    takes.push(performance.now() - started);
  }
  await stream.close();
  return takes;
}

/** Sessions held open on as many streams; `run(ms)` keeps four appends of 1 KiB in flight on each and answers acks a second. */
export async function manyStreams(basin, count) {
  const held = [];
  for (let index = 0; index < count; index++) {
    const stream = newStream(basin);
    held.push({ stream, session: await stream.appendSession() });
  }
  const append = async (session) => (await session.submit(oneRecord())).ack();
  for (let from = 0; from < held.length; from += 50)
    await Promise.all(held.slice(from, from + 50).map(({ session }) => append(session)));
  return {
    run: async (ms) => {
      const takes = [];
      const started = performance.now();
      const until = started + ms;
      const lane = async ({ session }) => {
        while (performance.now() < until) {
          const sent = performance.now();
          await append(session);
          takes.push(performance.now() - sent);
        }
      };
      await Promise.all(held.flatMap((one) => Array.from({ length: IN_FLIGHT }, () => lane(one))));
      return { perSecond: (takes.length * 1_000) / (performance.now() - started), takes };
    },
    close: async () => {
      for (const { session, stream } of held) {
        await session.close();
        await stream.close();
      }
    },
  };
}

/** Appends batches of 900 records of 1 KiB through one session, four in flight; answers megabytes a second and the stream. */
export async function batches(basin, count) {
  const stream = newStream(basin);
  const session = await stream.appendSession();
  const batch = () =>
    AppendInput.create(Array.from({ length: BATCH_RECORDS }, () => AppendRecord.bytes({ body: KIB })));
  await (await session.submit(batch())).ack();
  let left = count;
  const started = performance.now();
  const lane = async () => {
    while (left-- > 0) await (await session.submit(batch())).ack();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  const seconds = (performance.now() - started) / 1_000;
  await session.close();
  return { megabytesPerSecond: (count * BATCH_RECORDS * KIB.length) / 1e6 / seconds, stream };
}

/** Reads a stream from its start to its tail through a read session; answers megabytes a second. */
export async function catchUp(stream) {
  const { tail } = await stream.checkTail();
  const started = performance.now();
  let bytes = 0;
  const session = await stream.readSession(
    { start: { from: { seqNum: 0 } }, stop: { limits: { count: tail.seqNum } } },
    { as: "bytes" },
  );
  for await (const { body } of session) bytes += body.length;
  return bytes / 1e6 / ((performance.now() - started) / 1_000);
}

/** As many read sessions at the tail of a stream each, nothing being appended; `close` lets them go. */
export async function followers(basin, count) {
  const sessions = [];
  const ended = new AbortController();
  setMaxListeners(0, ended.signal);
  for (let index = 0; index < count; index++) {
    const stream = newStream(basin);
    const session = await stream.readSession(
      { start: { from: { tailOffset: 0 }, clamp: true } },
      { as: "bytes", signal: ended.signal },
    );
    // It reads for as long as it is there, as a viewer does.
    session
      .getReader()
      .read()
      .catch(() => undefined);
    sessions.push(stream);
  }
  return {
    close: async () => {
      ended.abort();
      await Promise.allSettled(sessions.map((stream) => stream.close()));
    },
  };
}
