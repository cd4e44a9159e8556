import type { SessionItem, StoredFrame } from "@reeltime/recorder/protocol";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  createLiveConnection,
  type LiveConnection,
  type LiveStatus,
  type PageSignals,
} from "../../src/client/index.js";
import {
  HIDDEN_AFTER_MS,
  MAX_WATCHED_SESSIONS,
  REOPEN_AFTER_MS,
  RETRY_ATTEMPTS,
  SILENCE_MS,
} from "../../src/client/limits.js";
import { grow, seqNums, serve, session, until } from "../support/live-sessions.js";
import { ManualClock } from "../support/manual-clock.js";
import { hasty, testSignals } from "../support/test-page.js";

function connect(options: Parameters<typeof createLiveConnection>[0]): LiveConnection {
  const live = createLiveConnection({ random: () => 0, ...options });
  onTestFinished(() => live.close());
  return live;
}

describe("one connection", () => {
  it("gives every frame once and in order, wherever it is cut", async () => {
    for (const seed of [3, 7, 19]) {
      const recorded = session(seed);
      grow(recorded, 30);
      let state = seed;
      const server = await serve({
        sessions: [recorded],
        breaks: () => {
          state = (state * 16_807) % 2_147_483_647;
          return state % 4 === 0;
        },
      });
      const live = connect({ baseUrl: server.url, clock: hasty });
      const got: StoredFrame[] = [];
      live.watch(recorded.id, 0, { frames: (frames) => got.push(...frames) });
      for (let round = 0; round < 20; round++) {
        await until(() => got.length >= recorded.stored.length || live.status.value.state === "open");
        grow(recorded, 2);
      }
      await until(() => got.length >= recorded.stored.length);
      expect(seqNums(got)).toEqual(seqNums(recorded.stored));
      expect(
        got.every(({ bytes }, index) =>
          Buffer.from(bytes).equals(Buffer.from(recorded.stored[index]?.bytes ?? [])),
        ),
      ).toBe(true);
      live.close();
    }
  });

  it("resumes from Last-Event-ID without loss", async () => {
    const recorded = session();
    grow(recorded, 3);
    const server = await serve({ sessions: [recorded] });
    const live = connect({ baseUrl: server.url, clock: hasty });
    const got: StoredFrame[] = [];
    live.watch(recorded.id, 0, { frames: (frames) => got.push(...frames) });
    await until(() => got.length === 3);
    const tail = recorded.tail;
    server.cut();
    await until(() => live.status.value.state !== "open");
    grow(recorded, 2);
    await until(() => got.length === 5);
    expect(server.lastEventIds).toEqual(["", `${recorded.id}@${tail}`]);
    expect(seqNums(got)).toEqual(seqNums(recorded.stored));
  });

  it("carries all that a page watches, and keeps each place when more is watched", async () => {
    const [one, two] = [session(1), session(2)];
    grow(one, 2);
    grow(two, 2);
    const server = await serve({ sessions: [one, two] });
    const live = connect({ baseUrl: server.url });
    const got = { one: [] as StoredFrame[], two: [] as StoredFrame[] };
    live.watch(one.id, 0, { frames: (frames) => got.one.push(...frames) });
    await until(() => got.one.length === 2);
    const unwatch = live.watch(two.id, 0, { frames: (frames) => got.two.push(...frames) });
    await until(() => got.two.length === 2);
    await until(() => server.liveCount() === 1);
    expect(server.hits.at(-1)).toContain(encodeURIComponent(`${one.id}@${one.tail},${two.id}@0`));
    unwatch();
    unwatch();
    await until(() => server.hits.length === 3);
    grow(one, 1);
    grow(two, 1);
    await until(() => got.one.length === 3);
    expect(got.two).toHaveLength(2);
    expect(seqNums(got.one)).toEqual(seqNums(one.stored));
  });

  it("what is watched in one go is one request", async () => {
    const sessions = [session(1), session(2), session(3)];
    const server = await serve({ sessions });
    const live = connect({ baseUrl: server.url });
    let caughtUp = 0;
    for (const { id } of sessions) live.watch(id, 0, { caughtUp: () => (caughtUp += 1) });
    await until(() => caughtUp === 3);
    expect(server.hits).toHaveLength(1);
  });

  it("two who watch one session from different places each get theirs", async () => {
    const recorded = session();
    grow(recorded, 6);
    const middle = recorded.stored[3]?.seqNum ?? 0;
    const server = await serve({ sessions: [recorded] });
    const live = connect({ baseUrl: server.url });
    const late: StoredFrame[] = [];
    const all: StoredFrame[] = [];
    live.watch(recorded.id, middle, { frames: (frames) => late.push(...frames) });
    await until(() => late.length === 3);
    live.watch(recorded.id, 0, { frames: (frames) => all.push(...frames) });
    await until(() => all.length === 6);
    expect(seqNums(late)).toEqual(seqNums(recorded.stored).slice(3));
    expect(seqNums(all)).toEqual(seqNums(recorded.stored));
  });

  it("tells of a session's change, and that it cannot be watched", async () => {
    const recorded = session();
    const server = await serve({ sessions: [recorded] });
    const live = connect({ baseUrl: server.url });
    const items: SessionItem[] = [];
    let caughtUp = false;
    live.watch(recorded.id, undefined, {
      session: (item) => items.push(item),
      caughtUp: () => {
        caughtUp = true;
      },
    });
    await until(() => caughtUp);
    recorded.close();
    await until(() => items.length > 0);
    expect(items[0]?.status).toBe("closed");
  });

  it("sends credentials in headers, never in the address", async () => {
    const recorded = session();
    const seen: [string, RequestInit | undefined][] = [];
    const live = connect({
      baseUrl: "http://reeltime.test",
      headers: () => ({ authorization: "Bearer rk_secret" }),
      fetch: async (input, init) => {
        seen.push([input, init]);
        return new Response(new ReadableStream(), { headers: { "content-type": "text/event-stream" } });
      },
    });
    live.watch(recorded.id, 5, {});
    await until(() => seen.length === 1);
    expect(seen[0]?.[0]).toBe(`http://reeltime.test/v1/live?sessions=${recorded.id}%405`);
    expect(new Headers(seen[0]?.[1]?.headers).get("authorization")).toBe("Bearer rk_secret");
  });
});

describe("when it breaks", () => {
  const failing = (clock: ManualClock, signals: PageSignals, statuses: LiveStatus[]) => {
    let attempts = 0;
    const live = connect({
      clock,
      page: signals,
      fetch: async () => {
        attempts += 1;
        throw new TypeError("no network");
      },
    });
    live.status.subscribe((status) => statuses.push(status));
    live.watch(session().id, 0, {});
    return { live, attempts: () => attempts };
  };

  it("tries a bounded number of times, longer apart each time, then says that it failed", async () => {
    const clock = new ManualClock();
    const statuses: LiveStatus[] = [];
    const { live, attempts } = failing(clock, testSignals(), statuses);
    await clock.pass(5 * 60_000);
    expect(attempts()).toBe(RETRY_ATTEMPTS + 1);
    expect(live.status.value).toEqual({ state: "failed", code: "network" });
    const waits = statuses.filter((status) => status.state === "waiting");
    expect(waits).toHaveLength(RETRY_ATTEMPTS);
    live.retry();
    await clock.pass(100);
    expect(attempts()).toBe(RETRY_ATTEMPTS + 2);
  });

  it("tries at once when the network is back", async () => {
    const clock = new ManualClock();
    const signals = testSignals();
    const { attempts } = failing(clock, signals, []);
    await clock.pass(60_000);
    const before = attempts();
    signals.set(false, false);
    await clock.pass(50);
    expect(attempts()).toBe(before);
    signals.set(false, true);
    await clock.pass(50);
    expect(attempts()).toBe(before + 1);
  });

  it("does not try again what is refused for good", async () => {
    const server = await serve({ sessions: [], refuse: () => 401 });
    const live = connect({ baseUrl: server.url, clock: hasty });
    live.watch(session().id, 0, {});
    await until(() => live.status.value.state === "failed");
    expect(live.status.value).toEqual({ state: "failed", code: "unauthorized" });
    expect(server.hits).toHaveLength(1);
  });

  it("a server that is not ready is tried again", async () => {
    const recorded = session();
    let refusals = 3;
    const server = await serve({
      sessions: [recorded],
      refuse: () => {
        refusals -= 1;
        return refusals >= 0 ? 503 : undefined;
      },
    });
    const live = connect({ baseUrl: server.url, clock: hasty });
    live.watch(recorded.id, 0, {});
    await until(() => live.status.value.state === "open");
    expect(server.hits).toHaveLength(4);
  });

  it("takes a connection without a sign of life for dead", async () => {
    const clock = new ManualClock();
    let attempts = 0;
    const live = connect({
      clock,
      page: testSignals(),
      fetch: async (_input, init) => {
        attempts += 1;
        const body = new ReadableStream({
          start: (controller) => {
            init?.signal?.addEventListener("abort", () => controller.error(new Error("aborted")));
          },
        });
        return new Response(body);
      },
    });
    live.watch(session().id, 0, {});
    await clock.pass(REOPEN_AFTER_MS + 50);
    expect(live.status.value.state).toBe("open");
    await clock.pass(SILENCE_MS - 100);
    expect(attempts).toBe(1);
    await clock.pass(1_000);
    expect(attempts).toBe(2);
  });
});

describe("a hidden page", () => {
  it("keeps its connection for a while, lets it go, and comes back where it was", async () => {
    const recorded = session();
    grow(recorded, 2);
    const server = await serve({ sessions: [recorded] });
    const clock = new ManualClock();
    const signals = testSignals();
    const live = connect({ baseUrl: server.url, clock, page: signals });
    const got: StoredFrame[] = [];
    live.watch(recorded.id, 0, { frames: (frames) => got.push(...frames) });
    await clock.pass(REOPEN_AFTER_MS + 16);
    await until(() => got.length === 2);
    signals.set(true);
    await clock.pass(HIDDEN_AFTER_MS - 100);
    expect(live.status.value.state).toBe("open");
    await clock.pass(200);
    expect(live.status.value.state).toBe("resting");
    await until(() => server.liveCount() === 0);
    grow(recorded, 3);
    signals.set(false);
    await clock.pass(16);
    await until(() => got.length === 5);
    expect(seqNums(got)).toEqual(seqNums(recorded.stored));
  });

  it("a glance at another tab costs nothing", async () => {
    const recorded = session();
    const server = await serve({ sessions: [recorded] });
    const clock = new ManualClock();
    const signals = testSignals();
    const live = connect({ baseUrl: server.url, clock, page: signals });
    live.watch(recorded.id, 0, {});
    await clock.pass(REOPEN_AFTER_MS + 16);
    await until(() => live.status.value.state === "open");
    signals.set(true);
    await clock.pass(HIDDEN_AFTER_MS / 2);
    signals.set(false);
    await clock.pass(HIDDEN_AFTER_MS);
    expect(server.hits).toHaveLength(1);
  });
});

it("watches as many sessions as the server takes, and not one more", () => {
  const live = connect({ fetch: () => new Promise(() => {}) });
  for (let seed = 0; seed < MAX_WATCHED_SESSIONS; seed++) live.watch(session(seed).id, 0, {});
  expect(() => live.watch(session(MAX_WATCHED_SESSIONS).id, 0, {})).toThrow(RangeError);
  expect(() => live.watch(session(0).id, 0, {})).not.toThrow();
});

it("is idle when nothing is watched", async () => {
  const recorded = session();
  const server = await serve({ sessions: [recorded] });
  const live = connect({ baseUrl: server.url });
  const unwatch = live.watch(recorded.id, 0, {});
  await until(() => live.status.value.state === "open");
  unwatch();
  await until(() => server.liveCount() === 0);
  expect(live.status.value.state).toBe("idle");
});
