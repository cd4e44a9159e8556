import {
  encodeUpload,
  type OpenResponse,
  type SessionItem,
  type SessionList,
  sessionStartMs,
} from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CATCH_UP_MS } from "../../src/limits.js";
import { frameOf, startTestServer, type TestServer, temporaryS2, until } from "../running.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOW_MS = 1_790_000_000_000;
/** The client's clock is this much ahead. */
const AHEAD_MS = 10 * MINUTE_MS;
const ENV = { REELTIME_IDLE_MINUTES: "2", REELTIME_MAX_SESSION_HOURS: "1" };

describe("a session that was held back", () => {
  let s2: Awaited<ReturnType<typeof temporaryS2>>;
  let test: TestServer;
  let nowMs = NOW_MS;
  beforeAll(async () => {
    s2 = await temporaryS2();
    test = await startTestServer({ s2, env: ENV, clock: () => nowMs, lifeTickMs: 50 });
    await test.server.ready();
  });
  afterAll(async () => {
    await test?.close();
    await s2?.close();
  });

  const detail = async (id: string): Promise<SessionItem> =>
    (await (await test.read(`/v1/sessions/${id}`)).json()) as SessionItem;
  const open = (agoMs: number, more: object = {}): Promise<OpenResponse> =>
    test.open({ sentAtMs: nowMs + AHEAD_MS, startedAtMs: nowMs + AHEAD_MS - agoMs, ...more });
  const start = async (agoMs: number, more: object = {}): Promise<number> =>
    nowMs - sessionStartMs((await open(agoMs, more)).sessionId);
  const append = async (
    session: OpenResponse,
    number: number,
    agoMs: number,
    input = true,
  ): Promise<number> => {
    const atMs = nowMs + AHEAD_MS - agoMs;
    const frame = frameOf(number, { firstMs: atMs, lastMs: atMs, inputMs: input ? atMs : undefined });
    const upload = encodeUpload({ token: session.token, sentAtMs: nowMs + AHEAD_MS, frames: [frame] });
    return (await test.post(session.sessionId, "frames", upload)).status;
  };
  const closed = (session: OpenResponse): Promise<SessionItem> =>
    until(async () => {
      const item = await detail(session.sessionId);
      return item.status === "closed" && item;
    });
  /** The idle clock has looked: at one, opened now, that was idle by its own times. */
  const looked = async (): Promise<void> => {
    const idle = await open(30 * MINUTE_MS);
    expect(await append(idle, 0, 30 * MINUTE_MS)).toBe(200);
    expect(await append(idle, 1, 20 * MINUTE_MS, false)).toBe(200);
    expect((await closed(idle)).reason).toBe("idle");
  };

  it("starts where it says by the server's clock, within bounds", async () => {
    expect(await start(30 * MINUTE_MS)).toBe(30 * MINUTE_MS);
    expect(await start(HOUR_MS)).toBe(HOUR_MS);
    expect(await start(HOUR_MS + 1)).toBe(HOUR_MS);
    expect(await start(-1)).toBe(0);
    const before = await open(20 * MINUTE_MS);
    expect(await start(20 * MINUTE_MS + 1, { after: before.token })).toBe(20 * MINUTE_MS);
    expect(await start(20 * MINUTE_MS - 1, { after: before.token })).toBe(20 * MINUTE_MS - 1);
  });

  it("stands in a list where it starts", async () => {
    const before = await open(2_000);
    const now = await test.open({ sentAtMs: nowMs });
    const between = await open(1_000);
    const list = (await (await test.read("/v1/sessions?limit=100")).json()) as SessionList;
    const ids = [now, between, before].map(({ sessionId }) => sessionId);
    expect(list.sessions.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids);
  });

  it("is not closed before what was held back has come, keeps its times, and then ends", async () => {
    const session = await open(50 * MINUTE_MS);
    await looked();
    for (let minute = 50; minute > 32; minute -= 2)
      expect(await append(session, (50 - minute) / 2, minute * MINUTE_MS)).toBe(200);
    await looked();
    expect((await detail(session.sessionId)).status).toBe("away");
    expect(await append(session, 9, 32 * MINUTE_MS)).toBe(200);
    const endMs = nowMs - 32 * MINUTE_MS;
    nowMs += CATCH_UP_MS;
    expect(await closed(session)).toMatchObject({
      reason: "idle",
      startMs: endMs - 18 * MINUTE_MS,
      lastMs: endMs,
    });
    expect(await append(session, 10, 40 * MINUTE_MS)).toBe(410);
  });

  it("is as a rebuilt catalog has it", async () => {
    const session = await open(50 * MINUTE_MS);
    expect(await append(session, 0, 50 * MINUTE_MS)).toBe(200);
    const known = await detail(session.sessionId);
    const other = await startTestServer({ s2, env: ENV, clock: () => nowMs, lifeTickMs: HOUR_MS });
    try {
      await other.server.ready();
      const answer = await other.read(`/v1/sessions/${session.sessionId}`);
      // The other one has not heard anything of it: by the server's clock it is idle.
      const rebuilt = (await answer.json()) as SessionItem;
      expect({ ...rebuilt, status: known.status, reason: known.reason }).toEqual(known);
    } finally {
      await other.close();
    }
  });
});
