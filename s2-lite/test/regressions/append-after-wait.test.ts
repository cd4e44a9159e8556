/*
 * Cause: an append that waited for room held on to the stream as it was when it came. When that left memory meanwhile,
 * as a quiet stream does, others loaded it anew and wrote; the append then gave out their numbers once more and
 * overwrote acknowledged records.
 */
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import type { Exchange } from "../../src/http/exchange.js";
import { DORMANT_AFTER_MS } from "../../src/limits.js";
import { AppendSessions } from "../../src/resources/append-sessions.js";
import { recordRoutes } from "../../src/resources/records.js";
import type { Committer } from "../../src/store/committer.js";
import { openEngine, streamConfig } from "../support/engine.js";
import { BASIN, temporaryFolder } from "../support/server.js";

const HEADERS: Readonly<Record<string, string>> = { "s2-basin": BASIN, "content-type": "application/json" };

/** A request with a body, and the answer's text once it is there. */
function request(body: string): { exchange: Exchange; answered: Promise<string> } {
  let answer: (text: string) => void = () => undefined;
  const answered = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const exchange: Exchange = {
    method: "POST",
    target: "/v1/streams/s/records",
    body: Readable.from([Buffer.from(body)]),
    header: (name) => HEADERS[name],
    headerLines: () => [],
    answered: false,
    closed: false,
    unsentBytes: 0,
    addHeaders: () => undefined,
    begin: () => undefined,
    write: () => undefined,
    end: () => undefined,
    answer: (_status, _headers, bytes) => answer(bytes.toString()),
    drained: () => Promise.resolve(),
    onClosed: () => undefined,
  };
  return { exchange, answered };
}

it("an append that waited long for room goes behind what was written meanwhile", async () => {
  let nowMs = 1_000_000;
  const now = () => nowMs;
  const engine = await openEngine(await temporaryFolder(), now);
  const { store, streams } = engine;
  await streams.ensure(BASIN, "s", streamConfig({}));
  let room = () => {};
  let waits = () => {};
  const waiting = new Promise<void>((resolve) => {
    waits = resolve;
  });
  const ports = { store, streams, sessions: new AppendSessions(), now, heartbeatMs: () => 60_000 };
  const append = (committer: Pick<Committer, "hasRoom" | "whenRoom">) => {
    const route = recordRoutes({ ...ports, committer: committer as Committer }).at(-1);
    const { exchange, answered } = request('{"records":[{"body":"x"}]}');
    return Promise.all([answered, route?.methods.POST?.(exchange, ["s"], "")]).then(([text]) => text);
  };
  const full = {
    hasRoom: false,
    whenRoom: () =>
      new Promise<void>((resolve) => {
        room = resolve;
        waits();
      }),
  };
  const late = append(full);
  await waiting;
  nowMs += DORMANT_AFTER_MS + 1;
  engine.registry.sweep();
  expect(await append(engine.committer)).toContain('"tail":{"seq_num":1,');
  full.hasRoom = true;
  room();
  expect(await late).toContain('"tail":{"seq_num":2,');
  await engine.close();
});
