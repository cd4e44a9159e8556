import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Asked, Operation, Told } from "../support/history.js";
import { checkHistory } from "../support/history-checker.js";
import { HistoryClients } from "../support/history-clients.js";
import { makeUpHistory } from "../support/made-up-history.js";
import { bundleProgram, startProgram } from "../support/program.js";
import { json } from "../support/raw.js";
import { BASIN, eventually, sdk, temporaryFolder } from "../support/server.js";
import { tell, trialSize } from "../support/trial-size.js";

/** Folders that are written from empty; streams of each; falls of each server; clients of each stream. */
const ROUNDS = trialSize(2, 20);
const STREAMS = 4;
const FALLS = trialSize(3, 6);
const UNARY_CLIENTS = 5;
/** Operations on each stream in a server's life, at least; then it is killed at any moment of the next while. */
const OPERATIONS_PER_LIFE = 60;
const MAX_KILL_DELAY_MS = 100;
const MADE_UP = trialSize(300, 10_000);

/** An operation, by what of it matters. */
const operation = (
  client: string,
  called: number,
  returned: number,
  asked: Asked,
  told: Told,
): Operation => ({
  client,
  called,
  returned,
  asked,
  told,
});
const append = (
  called: number,
  returned: number,
  records: string[],
  told: Told,
  conditions: { setsFence?: string; fencingToken?: string; matchSeqNum?: number } = {},
): Operation => {
  const none = { setsFence: undefined, fencingToken: undefined, matchSeqNum: undefined };
  return operation("writer", called, returned, { op: "append", records, ...none, ...conditions }, told);
};
const acked = (start: number, end = start + 1): Told => ({ as: "acked", start, end });
const OPEN: Told = { as: "open" };
const FALL = 50;
const NEVER = Number.POSITIVE_INFINITY;
const read = (called: number, returned: number, records: string[], from = 0) =>
  operation("reader", called, returned, { op: "read" }, { as: "records", from, records, toTail: true });
const seen = (called: number, returned: number, from: number, records: string[]) =>
  operation("follower", called, returned, { op: "read" }, { as: "records", from, records, toTail: false });
const tail = (called: number, returned: number, seqNum: number) =>
  operation("looker", called, returned, { op: "tail" }, { as: "tail", seqNum });

describe("the checker rejects", () => {
  const wrong: Record<string, Operation[]> = {
    "a stale tail": [append(0, 1, ["a"], acked(0)), tail(2, 3, 0)],
    "a stale read": [append(0, 1, ["a"], acked(0)), append(2, 3, ["b"], acked(1)), read(4, 5, ["a"])],
    "a lost ack": [append(0, 1, ["a"], acked(0)), append(60, 61, ["b"], acked(0)), read(62, 63, ["b"])],
    "a lost ack at the end": [append(0, 1, ["a"], acked(0)), append(2, 3, ["b"], acked(1)), tail(60, 61, 1)],
    "a duplicate": [append(0, 1, ["a"], acked(0)), read(2, 3, ["a", "a"])],
    "an open append that happened twice": [append(0, FALL, ["a"], OPEN), read(60, 61, ["a", "a"])],
    "a read that vanishes": [append(0, FALL, ["a"], OPEN), read(2, 3, ["a"]), tail(60, 61, 0)],
    "what a follower saw and nobody after it": [
      append(0, FALL, ["a"], OPEN),
      seen(2, 3, 0, ["a"]),
      tail(60, 61, 0),
    ],
    "an append that happens after the fall": [
      append(0, FALL, ["a"], OPEN),
      tail(60, 61, 0),
      read(62, 63, ["a"]),
    ],
    "an append that happens before its call": [tail(0, 1, 1), append(2, 3, ["a"], acked(0))],
    "an order that the calls had not": [append(0, 1, ["a"], acked(1)), append(2, 3, ["b"], acked(0))],
    "half a batch": [append(0, FALL, ["a", "b"], OPEN), read(60, 61, ["a"])],
    "a record that nobody sent": [append(0, 1, ["a"], acked(0)), read(2, 3, ["x"])],
    "one place for two": [append(0, 1, ["a"], acked(0)), append(0, 1, ["b"], acked(0))],
    "a hole": [append(0, 1, ["a"], acked(1)), tail(2, 3, 2)],
    "a wrong fence that is accepted": [
      append(0, 1, ["f"], acked(0), { setsFence: "mine" }),
      append(2, 3, ["a"], acked(1), { fencingToken: "" }),
    ],
    "a fence that nobody set": [
      append(0, 1, ["a"], { as: "fence mismatch", current: "x" }, { fencingToken: "" }),
    ],
    "a right fence that is refused": [
      append(0, 1, ["f"], acked(0), { setsFence: "mine" }),
      append(2, 3, ["a"], { as: "fence mismatch", current: "" }, { fencingToken: "mine" }),
    ],
    "a fence that a fall forgot": [
      append(0, 1, ["f"], acked(0), { setsFence: "mine" }),
      append(60, 61, ["a"], { as: "fence mismatch", current: "" }, { fencingToken: "mine" }),
    ],
    "a wrong match that is accepted": [
      append(0, 1, ["a"], acked(0)),
      append(2, 3, ["b"], acked(1), { matchSeqNum: 0 }),
    ],
    "a refused append that is there": [
      append(0, 1, ["a"], { as: "number mismatch", next: 0 }, { matchSeqNum: 1 }),
      read(2, 3, ["a"]),
    ],
    "a mismatch that tells a wrong number": [
      append(0, 1, ["a"], acked(0)),
      append(2, 3, ["b"], { as: "number mismatch", next: 0 }, { matchSeqNum: 7 }),
    ],
  };
  it.each(Object.entries(wrong))("%s", (_, history) => {
    expect(checkHistory(history).linearizable).toBe(false);
  });
});

describe("the checker accepts", () => {
  const right: Record<string, Operation[]> = {
    nothing: [],
    "an open append that never happened": [append(0, FALL, ["a"], OPEN), tail(60, 61, 0)],
    "an open append that happened late": [
      append(0, FALL, ["a"], OPEN),
      append(1, 2, ["b"], acked(0)),
      tail(3, 4, 1),
      append(5, 6, ["c"], acked(1)),
      read(60, 61, ["b", "c", "a"]),
    ],
    "one that happened between two looks": [append(0, FALL, ["a"], OPEN), tail(1, 2, 0), tail(3, 4, 1)],
    "one without a fall, whenever": [append(0, NEVER, ["a"], OPEN), tail(60, 61, 0), tail(160, 161, 1)],
    "a look at an append under way, before and after": [
      append(0, 10, ["a"], acked(0)),
      tail(1, 9, 0),
      tail(2, 8, 1),
    ],
    "two open appends in the order that a read tells": [
      append(0, FALL, ["a"], OPEN),
      append(0, FALL, ["b"], OPEN),
      read(60, 61, ["b", "a"]),
    ],
    "two open appends of which nobody knows the order": [
      append(0, FALL, ["a"], OPEN),
      append(0, FALL, ["b", "c"], OPEN),
      tail(1, 2, 2),
      append(60, 61, ["d"], acked(3)),
    ],
    "a refusal by a fence that only an open append can have set": [
      append(0, FALL, ["f"], OPEN, { setsFence: "mine" }),
      append(2, 3, ["a"], { as: "fence mismatch", current: "mine" }, { fencingToken: "" }),
      tail(60, 61, 1),
    ],
    "one that happened before a fall, and a look after it at less": [
      append(0, 1, ["a"], acked(0)),
      append(2, FALL, ["b"], OPEN),
      seen(60, 70, 0, ["a"]),
      read(61, 71, ["a", "b"]),
    ],
    "a follower that is shown late what is long there": [
      append(0, 1, ["a"], acked(0)),
      append(2, 3, ["b"], acked(1)),
      seen(0, 10, 0, ["a"]),
    ],
  };
  it.each(Object.entries(right))("%s", (_, history) => {
    expect(checkHistory(history)).toMatchObject({ linearizable: true });
  });

  it("every history that was made linearizable, and none with a tail that was never so", () => {
    let operations = 0;
    const size = fc.record({
      operations: fc.integer({ min: 4, max: 120 }),
      clients: fc.integer({ min: 1, max: 8 }),
      fallEvery: fc.integer({ min: 15, max: 200 }),
    });
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.double({ min: 0, max: 0.999_999, noNaN: true })),
        size,
        (numbers, made) => {
          const history = makeUpHistory(() => numbers.next().value, made);
          const verdict = checkHistory(history);
          expect(verdict).toMatchObject({ linearizable: true });
          operations += history.length;
          // Whoever looks when all is over sees every acknowledged record.
          const least = Math.max(0, ...history.map(({ told }) => (told.as === "acked" ? told.end : 0)));
          if (least === 0) return;
          const after = 1 + Math.max(...history.map(({ returned }) => returned));
          expect(checkHistory([...history, tail(after, after + 1, least - 1)]).linearizable).toBe(false);
        },
      ),
      { numRuns: MADE_UP },
    );
    tell(`linearizability: ${MADE_UP} made-up histories of ${operations} operations were judged right`);
  });
});

describe("a server that is killed now and then", () => {
  it("is linearizable", { timeout: trialSize(180_000, 3_600_000) }, async () => {
    const program = await bundleProgram();
    let [operations, happened, open, takenBack] = [0, 0, 0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      const histories = await runRound(program);
      for (const { history, unexpected } of histories) {
        expect(unexpected).toEqual([]);
        const verdict = checkHistory(history.operations);
        if (!verdict.linearizable) expect.fail(verdict.reason);
        operations += verdict.operations;
        happened += verdict.happened;
        takenBack += verdict.takenBack;
        open += history.operations.filter(({ told }) => told.as === "open").length;
      }
    }
    tell(
      `linearizability: ${operations} operations on ${ROUNDS * STREAMS} streams over ${ROUNDS * FALLS} kills; ` +
        `of ${open} open appends ${happened} had happened; ${takenBack} choices taken back`,
    );
    expect(operations).toBeGreaterThan(ROUNDS * STREAMS * FALLS * OPERATIONS_PER_LIFE);
  });
});

/** Clients on some streams of one folder, while its server is killed again and again; then a last look. */
async function runRound(program: string): Promise<readonly HistoryClients[]> {
  const dir = await temporaryFolder();
  const clients = Array.from({ length: STREAMS }, (_, index) => new HistoryClients(`s${index}`));
  for (let fall = 0; fall <= FALLS; fall++) {
    const running = startProgram(program, ["--dir", dir, "--port", "0"]);
    const endpoint = await running.listening;
    const basin = sdk(endpoint).basin(BASIN);
    if (fall === 0) {
      await json(endpoint, "POST", "/v1/basins", { basin: BASIN });
      for (let index = 0; index < STREAMS; index++)
        await json(endpoint, "POST", "/v1/streams", { stream: `s${index}` });
    }
    const run = clients.map((client, index) => client.run(basin.stream(`s${index}`), UNARY_CLIENTS));
    const before = clients.map(({ history }) => history.operations.length);
    await eventually(async () => {
      for (const [index, { history }] of clients.entries())
        expect(history.operations.length).toBeGreaterThan((before[index] ?? 0) + OPERATIONS_PER_LIFE);
    }, 60_000);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * MAX_KILL_DELAY_MS));
    for (const client of clients) client.expectFall();
    if (fall === FALLS) await Promise.all(run);
    running.child.kill("SIGKILL");
    await running.exited;
    for (const client of clients) client.fell();
    await Promise.all(run);
  }
  return clients;
}
