import { deepEqual, equal } from "node:assert/strict";
import { type CaseRun, group } from "../case.js";
import type { ConformanceContext } from "../context.js";
import { EventRead } from "./tools/events.js";
import { ReadSession } from "./tools/sessions.js";
import { StreamClient } from "./tools/stream.js";

/** A stream with records at 10, 20 and 20: its tail is 3. */
const TIMES = [10, 20, 20];

/** Starts, and where they lie: before the tail, at it, or beyond. */
const STARTS: Readonly<Record<string, "before" | "at" | "beyond">> = {
  "": "at",
  "tail_offset=0": "at",
  "tail_offset=1": "before",
  "seq_num=2": "before",
  "seq_num=3": "at",
  "seq_num=4": "beyond",
  "seq_num=18446744073709551615": "beyond",
  "timestamp=20": "before",
  "timestamp=21": "beyond",
};

/** Limits and waits: whether they bound a session, and how long it may wait. */
const ENDS: Readonly<Record<string, { bounded: boolean; waits: boolean | undefined; zero?: boolean }>> = {
  "": { bounded: false, waits: undefined },
  "wait=0": { bounded: false, waits: false },
  "count=5": { bounded: true, waits: undefined },
  "count=5&wait=0": { bounded: true, waits: false },
  "count=5&wait=1": { bounded: true, waits: true },
  "bytes=500": { bounded: true, waits: undefined },
  "until=18446744073709551615": { bounded: true, waits: undefined },
  "until=18446744073709551615&wait=0": { bounded: true, waits: false },
  "count=0": { bounded: true, waits: undefined, zero: true },
  "bytes=0": { bounded: true, waits: undefined, zero: true },
  "count=0&wait=1": { bounded: true, waits: true, zero: true },
  "bytes=0&count=5": { bounded: true, waits: undefined, zero: true },
};

interface Situation {
  readonly query: string;
  readonly where: "before" | "at" | "beyond";
  readonly clamp: boolean;
  readonly end: { readonly bounded: boolean; readonly waits: boolean | undefined; readonly zero?: boolean };
}

const SITUATIONS: readonly Situation[] = Object.entries(STARTS).flatMap(([start, where]) =>
  ["", "clamp=false", "clamp=true"].flatMap((clamp) =>
    Object.entries(ENDS).map(([end, meaning]) => ({
      query: [start, clamp, end].filter((part) => part !== "").join("&"),
      where,
      clamp: clamp === "clamp=true",
      end: meaning,
    })),
  ),
);

/** What S2 answers: records, nothing, or that the start is not written; `follows` if it then waits. */
function expectedOf(
  { where, clamp, end }: Situation,
  unary: boolean,
): "records" | "empty" | "416" | "follows" {
  if (end.zero === true) return "empty";
  const follows = unary ? end.waits === true : (!end.bounded && end.waits !== false) || end.waits === true;
  if (where === "before") return "records";
  if (where === "beyond" && !clamp) return "416";
  if (follows) return "follows";
  return unary || end.bounded ? "416" : "empty";
}

const TAIL = '{"tail":{"seq_num":3,"timestamp":20}}';

async function seenUnary(stream: StreamClient, { query }: Situation): Promise<string> {
  const answer = await stream.get(query);
  if (answer.status !== 416)
    return `${answer.status} ${await stream.reads(query)}`.replace(/^200 200/, "200");
  equal(answer.text, TAIL, query);
  equal(answer.headers["content-type"], "application/json");
  return "416";
}

/** Every start and every end, over one way to read. */
function matrix(
  seen: (stream: StreamClient, situation: Situation) => Promise<string>,
  unary: boolean,
): CaseRun {
  return async (ctx: ConformanceContext) => {
    const stream = await StreamClient.withTimes(ctx, TIMES);
    const differing: string[] = [];
    // In slices: a few wait for a second.
    for (let from = 0; from < SITUATIONS.length; from += 60)
      await Promise.all(
        SITUATIONS.slice(from, from + 60).map(async (situation) => {
          const expected = expectedOf(situation, unary);
          const found = await seen(stream, situation);
          const fits =
            expected === "records"
              ? /^200 \d/.test(found)
              : expected === "416"
                ? found === "416"
                : found === expected;
          if (!fits) differing.push(`${situation.query}: ${found}, not ${expected}`);
        }),
      );
    deepEqual(differing, []);
  };
}

/** Where a read may begin, and with which limits: all of it. */
export const READ_MATRIX = group("read matrix", {
  "unary, each start with each end": matrix(async (stream, situation) => {
    if (expectedOf(situation, true) === "follows") {
      const began = performance.now();
      const found = await seenUnary(stream, situation);
      return found === "200" && performance.now() - began > 900 ? "follows" : found;
    }
    const found = await seenUnary(stream, situation);
    return found === "200" ? "empty" : found;
  }, true),

  "S2S, each start with each end": matrix(async (stream, situation) => {
    const session = ReadSession.begin(stream.basin, `${stream.path}?${situation.query}`);
    const { call } = session;
    await call.until(() => call.ended || session.frames.length > 0);
    if (call.status !== 200)
      return call.status === 416 && call.bytes.toString() === TAIL ? "416" : `${call.status}`;
    session.close();
    if (session.records.length > 0) return `200 ${session.records.length}`;
    return session.heartbeats.length > 0 ? "follows" : "empty";
  }, false),

  "SSE, each start with each end": matrix(async (stream, situation) => {
    const read = EventRead.begin(stream.basin, `${stream.path}?${situation.query}`);
    const { call } = read;
    await call.until(() => call.ended || (call.status === 200 && read.events.length > 0));
    if (call.status !== 200)
      return call.status === 416 && call.bytes.toString() === TAIL ? "416" : `${call.status}`;
    read.close();
    const [first] = read.events;
    if (first?.event === "batch") return "200 1";
    return first?.event === "ping" ? "follows" : first?.data === "[DONE]" ? "empty" : `${first?.event}`;
  }, false),

  "an empty stream has nothing to begin at": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const start of ["seq_num=0", "timestamp=0", "tail_offset=0", "tail_offset=9", ""]) {
      const answer = await stream.get(start);
      equal(answer.status, 416, start);
      equal(answer.text, '{"tail":{"seq_num":0,"timestamp":0}}');
      equal(await stream.reads(`${start}&clamp=true`), "416", start);
      equal(await stream.reads(`${start}&count=0`), "200", start);
      const session = ReadSession.begin(stream.basin, `${stream.path}?${start}&wait=0`);
      deepEqual(await session.result(), []);
      equal(session.frames.length, 0);
    }
  },

  "clamp changes nothing where there are records": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, TIMES);
    for (const start of ["seq_num=1", "timestamp=11", "tail_offset=2"])
      equal(await stream.reads(`${start}&clamp=true`), "200 1,2", start);
  },
});
