import { createSessionId, parseProjectId, type SessionState } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { Life, type OpenSession } from "../../src/life/life.js";
import { MAX_CLOSING } from "../../src/limits.js";

const NOW_MS = 1_700_000_000_000;
const limits = { idleLimitMs: 1_000, sessionLimitMs: 1_000_000 };
const log = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };

const sessionAt = (startMs: number, index = 0): OpenSession => ({
  session: {
    project: parseProjectId("default"),
    sessionId: createSessionId(startMs, new Uint8Array(10).fill(index)),
  },
  startMs,
  lastMs: startMs,
});

const stateWith = (inputMs: number | undefined): SessionState => ({
  writers: [],
  windows: [],
  lateRuns: [],
  totals: { frames: 0, events: 0, bytes: 0, firstMs: 0, lastMs: inputMs ?? 0, inputMs },
});

/** A life over what the test says the catalog and the stream say. */
function lifeOf(open: readonly OpenSession[], state: () => Promise<SessionState | undefined>) {
  const closed: string[] = [];
  const behind: string[] = [];
  let closing = 0;
  let mostClosing = 0;
  const life = new Life({
    recorder: {
      state: async () => {
        closing += 1;
        mostClosing = Math.max(mostClosing, closing);
        await new Promise((resolve) => setImmediate(resolve));
        closing -= 1;
        return state();
      },
      close: async ({ sessionId }, reason) => {
        closed.push(`${sessionId} ${reason}`);
        return "closed";
      },
    },
    openSessions: async () => open,
    onBehind: ({ sessionId }) => behind.push(sessionId),
    limits,
    clock: () => NOW_MS,
    log: log as never,
  });
  return { life, closed, behind, mostClosing: () => mostClosing };
}

describe("a look at the open sessions", () => {
  it("asks the stream before it closes, since the catalog may be behind, and says so when it is", async () => {
    const stale = sessionAt(NOW_MS - 5_000);
    const touched = lifeOf([stale], async () => stateWith(NOW_MS - 10));
    await touched.life.look();
    expect([touched.closed, touched.behind]).toEqual([[], [stale.session.sessionId]]);
    const idle = lifeOf([stale], async () => stateWith(NOW_MS - 1_000));
    await idle.life.look();
    expect([idle.closed, idle.behind]).toEqual([[`${stale.session.sessionId} idle`], []]);
  });

  it("leaves alone what was erased meanwhile, and what is not due", async () => {
    const gone = lifeOf([sessionAt(NOW_MS - 5_000)], async () => undefined);
    await gone.life.look();
    expect(gone.closed).toEqual([]);
    expect(gone.behind).toHaveLength(1);
    let asked = 0;
    const fresh = lifeOf([sessionAt(NOW_MS - 999)], async () => {
      asked += 1;
      return stateWith(undefined);
    });
    await fresh.life.look();
    expect(asked).toBe(0);
  });

  it("closes so many at once and not one more, and all of them", async () => {
    const many = Array.from({ length: MAX_CLOSING * 5 }, (_, index) => sessionAt(NOW_MS - 5_000, index));
    const { life, closed, mostClosing } = lifeOf(many, async () => stateWith(undefined));
    await life.look();
    expect(closed).toHaveLength(many.length);
    expect(mostClosing()).toBe(MAX_CLOSING);
  });

  it("goes on after a session that cannot be read", async () => {
    const [bad, good] = [sessionAt(NOW_MS - 5_000, 1), sessionAt(NOW_MS - 5_000, 2)];
    let asked = 0;
    const { life, closed } = lifeOf([bad, good], async () => {
      asked += 1;
      if (asked === 1) throw new Error("not now");
      return stateWith(undefined);
    });
    await life.look();
    expect(closed).toHaveLength(1);
  });
});
