import type { ProjectId } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import type { LiveStatus } from "../../../src/client/index.js";
import { grow, seqNums, session, until } from "../../support/live-sessions.js";
import { begin, watch } from "./bench.js";

describe("tabs that share a connection", () => {
  it("hold one between them and get every frame once and in order, wherever it is cut", async () => {
    for (const seed of [5, 11, 23]) {
      const recorded = session(seed);
      grow(recorded, 20);
      let state = seed;
      const random = (): number => {
        state = (state * 16_807) % 2_147_483_647;
        return state / 2_147_483_647;
      };
      let mostOpen = 0;
      const { server, browser } = await begin({ sessions: [recorded], breaks: () => random() < 0.2 });
      const tabs: { from: number; got: ReturnType<typeof watch> }[] = [];
      for (let round = 0; round < 12; round++) {
        if (round < 6) {
          const from = recorded.stored[Math.floor(random() * recorded.stored.length)]?.seqNum ?? 0;
          tabs.push({ from, got: watch(browser.tab(), recorded, from) });
        }
        grow(recorded, 3);
        const tab = tabs[Math.floor(random() * tabs.length)];
        const has = tab?.got.frames.length ?? 0;
        await until(
          () =>
            (tab?.got.frames.length ?? 0) > has ||
            tab?.got.frames.at(-1)?.seqNum === recorded.stored.at(-1)?.seqNum,
        );
        mostOpen = Math.max(mostOpen, server.liveCount());
      }
      const last = recorded.stored.at(-1)?.seqNum;
      await until(() => tabs.every(({ got }) => got.frames.at(-1)?.seqNum === last));
      for (const { from, got } of tabs) {
        expect(seqNums(got.frames)).toEqual(seqNums(recorded.stored).filter((seqNum) => seqNum >= from));
        expect(
          got.frames.every(({ seqNum, bytes }) =>
            Buffer.from(bytes).equals(
              Buffer.from(recorded.stored.find((stored) => stored.seqNum === seqNum)?.bytes ?? []),
            ),
          ),
        ).toBe(true);
      }
      expect(mostOpen).toBe(1);
      browser.close();
    }
  });

  it("that join where others are already are told that they have everything", async () => {
    const recorded = session();
    grow(recorded, 3);
    const { server, browser } = await begin({ sessions: [recorded] });
    const first = watch(browser.tab(), recorded);
    await until(() => first.caughtUp.length === 1);
    const second = watch(browser.tab(), recorded, recorded.tail);
    await until(() => second.caughtUp.length === 1);
    expect(second.caughtUp).toEqual([recorded.tail]);
    grow(recorded, 1);
    await until(() => first.frames.length === 4 && second.frames.length === 1);
    expect(server.liveCount()).toBe(1);
  });

  it("that ask for the tail get only what comes after it, though another is behind", async () => {
    const recorded = session();
    grow(recorded, 4);
    const { browser } = await begin({ sessions: [recorded] });
    const tail = watch(browser.tab(), recorded, "tail");
    const all = watch(browser.tab(), recorded, 0);
    await until(() => tail.caughtUp.length > 0 && all.frames.length === 4);
    grow(recorded, 2);
    await until(() => tail.frames.length === 2 && all.frames.length === 6);
    expect(seqNums(tail.frames)).toEqual(seqNums(recorded.stored).slice(4));
  });

  it("hear nothing of what another asks for", async () => {
    const [one, two] = [session(1), session(2)];
    const { server, browser } = await begin({ sessions: [one, two] });
    const tab = browser.tab();
    const states: string[] = [];
    tab.live.status.subscribe(({ state }) => states.push(state));
    watch(tab, one);
    await until(() => tab.live.status.value.state === "open");
    const other = browser.tab();
    const got = watch(other, two);
    await until(() => got.caughtUp.length > 0);
    await until(() => other.live.status.value.state === "open");
    got.end();
    await until(() => server.hits.length === 3);
    grow(one, 1);
    const again = watch(tab, one, one.tail);
    await until(() => again.caughtUp.length > 0);
    // The last is its own asking.
    expect(states).toEqual(["connecting", "open", "connecting", "open"]);
  });

  it("share lists, each of its own project", async () => {
    const { server, browser } = await begin({ sessions: [] });
    const [mine, gone] = [session(1), session(2)];
    const heard = { default: [] as string[], other: [] as string[] };
    const tabs = (["default", "other"] as const).map((project) => {
      const tab = browser.tab();
      tab.live.list(project as ProjectId, (changed, removed) => {
        heard[project].push(...changed.map(({ id }) => id), ...removed.map((id) => `no ${id}`));
      });
      return tab;
    });
    await until(() => tabs.every(({ live }) => live.status.value.state === "open"));
    expect(server.hits.at(-1)).toBe("GET /v1/live?list=default%2Cother");
    server.tell([mine.item()], []);
    server.tell([], [gone.id]);
    await until(() => heard.default.length === 2 && heard.other.length === 1);
    expect(heard).toEqual({ default: [mine.id, `no ${gone.id}`], other: [`no ${gone.id}`] });
    expect(server.liveCount()).toBe(1);
  });

  it("hear that nobody is signed in, and go on when one has signed in", async () => {
    const recorded = session();
    grow(recorded, 2);
    let signedIn = false;
    const { server, browser } = await begin({
      sessions: [recorded],
      refuse: () => (signedIn ? undefined : 401),
    });
    const tabs = [browser.tab(), browser.tab()];
    const got = tabs.map((tab) => watch(tab, recorded));
    const refused: LiveStatus = { state: "failed", code: "unauthorized" };
    await until(() => tabs.every(({ live }) => live.status.value.state === "failed"));
    expect(tabs.map(({ live }) => live.status.value)).toEqual([refused, refused]);
    signedIn = true;
    tabs[0]?.live.retry();
    await until(() => got.every(({ frames }) => frames.length === 2));
    expect(server.liveCount()).toBe(1);
  });

  it("know how long the next attempt is away, each on its own clock", async () => {
    const recorded = session();
    const { browser } = await begin({ sessions: [recorded], refuse: () => 503 });
    const clock = { now: () => 7_000_000, timeout: () => () => {} };
    const tab = browser.tab({ clock });
    watch(tab, recorded);
    await until(() => tab.live.status.value.state === "waiting");
    const status = tab.live.status.value;
    const aheadMs = status.state === "waiting" ? status.retryAtMs - clock.now() : Number.NaN;
    expect(aheadMs).toBeGreaterThan(0);
    expect(aheadMs).toBeLessThanOrEqual(15_000);
  });
});
