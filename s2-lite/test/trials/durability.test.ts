import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { HeldSync, HOLDS, type HoldPlace, noStrace } from "../support/held-sync.js";
import { RECORDS, S2S } from "../support/one-stream.js";
import { bundleProgram, type Program, startProgram } from "../support/program.js";
import { H2Call, h2connect, json } from "../support/raw.js";
import { appendPayload, fields, frame, seenFrames } from "../support/s2s.js";
import { BASIN, temporaryFolder } from "../support/server.js";
import { tell, trialSize } from "../support/trial-size.js";

const ROUNDS = trialSize(1, 10);
/** Requests that are answered at once while the sync is held: each shows the old state. */
const LOOKS = 20;
const MAX_WRITES_OF_A_COMMIT = 6;

const missing = noStrace();
if (missing !== undefined) tell(`durability: NOT TRIED: ${missing}`);

/** A server with a stream of one record, and a client of each kind that would see the next one. */
async function setUp(program: string) {
  const dir = await temporaryFolder();
  const running = startProgram(program, ["--dir", dir, "--port", "0"]);
  const endpoint = await running.listening;
  await json(endpoint, "POST", "/v1/basins", { basin: BASIN });
  for (const stream of ["s", "doomed", "changed"]) await json(endpoint, "POST", "/v1/streams", { stream });
  await json(endpoint, "POST", RECORDS, { records: [{ body: "before" }] });
  const h2 = h2connect(endpoint);
  const session = new H2Call(h2, RECORDS, { ":method": "POST", ...S2S });
  const follower = new H2Call(h2, `${RECORDS}?seq_num=0`, S2S);
  const sse = new H2Call(h2, `${RECORDS}?seq_num=0`, { accept: "text/event-stream" });
  await session.until((call) => call.status === 200);
  await follower.until((call) => seenFrames(call.bytes).length === 2); // the record, the heartbeat
  await sse.until((call) => call.bytes.includes("event: ping"));
  return { running, dir, endpoint, h2, session, follower, sse };
}

type Surroundings = Awaited<ReturnType<typeof setUp>>;

/** What may be the write that is held; everything else waits behind it. */
const FIRST = {
  "an append": undefined,
  "a stream's creation": ["POST", "/v1/streams", { stream: "new" }],
  "a stream's deletion": ["DELETE", "/v1/streams/doomed", undefined],
  "a change of config": ["PATCH", "/v1/streams/changed", { retention_policy: { age: 60 } }],
} as const;
type First = keyof typeof FIRST;

/** What is answered late: each tells its name when it is. On the session's connection: in this order. */
function ask({ h2 }: Surroundings, told: string[]): Promise<unknown> {
  const tells = async (name: string, method: string, path: string, body?: unknown) => {
    const call = new H2Call(h2, path, { ":method": method, "content-type": "application/json" });
    call.stream.end(body === undefined ? undefined : JSON.stringify(body));
    await call.until(({ ended }) => ended);
    told.push(name);
    return call.bytes.toString();
  };
  return Promise.all([
    tells("unary ack", "POST", RECORDS, { records: [{ headers: [["", "fence"]], body: "token" }] }),
    tells("failed match", "POST", RECORDS, { records: [{}], match_seq_num: 0 }).then((answer) =>
      expect(answer).toBe('{"seq_num_mismatch":3}'),
    ),
    tells("failed fence", "POST", RECORDS, { records: [{}], fencing_token: "other" }).then((answer) =>
      expect(answer).toBe('{"fencing_token_mismatch":"token"}'),
    ),
    tells("long poll", "GET", `${RECORDS}?seq_num=1&wait=60`),
    tells("created stream", "POST", "/v1/streams", { stream: "new" }),
    tells("deleted stream", "DELETE", "/v1/streams/doomed"),
    tells("changed config", "PATCH", "/v1/streams/changed", { retention_policy: { age: 60 } }),
  ]);
}

/** What clients can see although it is not durable. */
async function leaks(surroundings: Surroundings, told: readonly string[]): Promise<string[]> {
  const { endpoint, session, follower, sse } = surroundings;
  const seen = new Set<string>();
  for (let look = 0; look < LOOKS; look++) {
    const tail = (await json(endpoint, "GET", `${RECORDS}/tail`)).body as { tail: { seq_num: number } };
    if (tail.tail.seq_num !== 1) seen.add("tail");
    const read = (await json(endpoint, "GET", `${RECORDS}?seq_num=0`)).body as { records: unknown[] };
    if (read.records.length !== 1) seen.add("read");
    if ((await json(endpoint, "GET", `${RECORDS}?seq_num=1`)).status !== 416) seen.add("read at the tail");
    const list = (await json(endpoint, "GET", "/v1/streams")).body as {
      streams: { name: string; deleted_at: string | null }[];
    };
    if (list.streams.some(({ name }) => name === "new")) seen.add("listing of the created stream");
    if (list.streams.some(({ deleted_at }) => deleted_at !== null)) seen.add("listing of the deleted stream");
    const config = (await json(endpoint, "GET", "/v1/streams/changed")).body as {
      retention_policy: { age: number };
    };
    if (config.retention_policy.age === 60) seen.add("config");
  }
  for (const name of told) seen.add(name);
  if (session.bytes.length > 0) seen.add("session ack");
  if (recordFrames(follower) !== 1) seen.add("S2S follower");
  if (sse.bytes.toString().split("event: batch").length !== 2) seen.add("SSE follower");
  return [...seen];
}

/** Frames that carry records: heartbeats carry none. */
function recordFrames(follower: H2Call): number {
  return seenFrames(follower.bytes).filter(({ payload }) => fields(payload).has(1)).length;
}

/** Holds the commit of an append at the place, looks at everything, lets go and waits for everything. */
async function tryHold(program: string, place: HoldPlace, first: First): Promise<string[]> {
  const { surroundings, held, told, firstAnswer } = await holdCommit(program, place, first);
  const { running, session, follower, sse } = surroundings;
  const answers = ask(surroundings, told);
  const seen = await leaks(surroundings, told);
  await held.release();
  await Promise.all([answers, firstAnswer]);
  await session.until((call) => seenFrames(call.bytes).length === 1);
  await follower.until((call) => recordFrames(call) === 3);
  await sse.until((call) => call.bytes.toString().split("event: batch").length === 4);
  await stop(running);
  return seen;
}

/** Writes with the commit held: the first write alone, so that nothing else shares its transaction. */
async function holdCommit(program: string, place: HoldPlace, first: First) {
  // Pages may be written by the same system call as the meta page, before it: then it is a later one.
  for (let nth = 1; nth <= MAX_WRITES_OF_A_COMMIT; nth++) {
    const surroundings = await setUp(program);
    const { running, dir, endpoint, session } = surroundings;
    const held = await HeldSync.attach(running.child.pid ?? 0, join(dir, "data.mdb"), place, nth);
    onTestFinished(() => held.release());
    const told: string[] = [];
    const request = FIRST[first];
    const append = () => session.stream.write(frame(appendPayload("held")));
    const [method = "", path = "", body] = request ?? [];
    if (request === undefined) append();
    const firstAnswer =
      request === undefined
        ? session.until((call) => call.bytes.length > 0)
        : json(endpoint, method, path, body).then(() => void told.push(first));
    const where = await Promise.race([held.reached(), firstAnswer]);
    if (where !== undefined && (where.meta || !HOLDS[place].meta)) {
      if (request !== undefined) append();
      return { surroundings, held, told, firstAnswer };
    }
    await held.release();
    await firstAnswer;
    await stop(running);
  }
  throw new Error(`the commit never came by: ${place}`);
}

async function stop(running: Program): Promise<void> {
  running.child.kill("SIGTERM");
  await running.exited;
}

describe.runIf(missing === undefined)("while the system call that syncs is held", () => {
  let program: string;
  beforeAll(async () => {
    program = await bundleProgram();
  });

  const cases = (Object.keys(HOLDS) as HoldPlace[]).flatMap((place) =>
    (Object.keys(FIRST) as First[]).map((first) => ({ place, first })),
  );
  it.each(cases)(
    "$first, held $place, is seen by no client",
    { timeout: trialSize(60_000, 600_000) },
    async ({ place, first }) => {
      for (let round = 0; round < ROUNDS; round++) expect(await tryHold(program, place, first)).toEqual([]);
      tell(`durability: ${first}, held ${place}, ${ROUNDS} times: seen by nobody`);
    },
  );

  it("the same looks find a store that shows commits before they are synced", {
    timeout: 60_000,
  }, async () => {
    const hasty = await bundleProgram({ overlappingSync: true });
    const seen = await Promise.all(
      (["a stream's creation", "a change of config"] as const).map((first) =>
        tryHold(hasty, "before the pages are synced", first),
      ),
    );
    tell(`durability: with overlapping syncs these showed it early: ${seen.flat().join(", ")}`);
    expect(seen).toEqual([["listing of the created stream"], ["config"]]);
  });

  it("and one that does not sync", { timeout: 60_000 }, async () => {
    const careless = await bundleProgram({ noSync: true });
    await expect(tryHold(careless, "before the pages are synced", "an append")).rejects.toThrow(
      "never came by",
    );
  });
});
