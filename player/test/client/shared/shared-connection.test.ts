import type { ProjectId, StoredFrame } from "@reeltime/recorder/protocol";
import { afterEach, describe, expect, it } from "vitest";
import type { LiveStatus } from "../../../src/client/index.js";
import {
  MAX_LISTED_PROJECTS,
  MAX_REJOINS,
  MAX_UNTAKEN_BYTES,
  MAX_WATCHED_SESSIONS,
} from "../../../src/client/limits.js";
import type { FromWorker, ToWorker } from "../../../src/client/shared/messages.js";
import type { WorkerHandle } from "../../../src/client/shared/worker-link.js";
import { RecordedSession } from "../../support/recorded-session.js";
import {
  type SessionServer,
  type SessionServerOptions,
  startSessionServer,
} from "../../support/session-server.js";
import { textChange } from "../../support/synthetic.js";
import { hasty, type Tab, TestBrowser } from "./bench.js";

const START = 1_795_000_000_000;
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function begin(
  options: SessionServerOptions,
): Promise<{ readonly server: SessionServer; readonly browser: TestBrowser }> {
  const server = await startSessionServer(options);
  const browser = new TestBrowser(server.url);
  ends.push(
    () => server.close(),
    () => browser.close(),
  );
  return { server, browser };
}

/** Waits for a truth; the test's own limit of time is the only one. */
async function until(truth: () => boolean): Promise<void> {
  while (!truth()) await new Promise((resolve) => setTimeout(resolve, 2));
}

const session = (seed = 1): RecordedSession => new RecordedSession(START + seed, seed);
const grow = (to: RecordedSession, count: number): void => {
  for (let index = 0; index < count; index++) {
    to.append({ events: [textChange(START + to.stored.length, "x")], records: 1 + (index % 3) });
  }
};
const seqNums = (frames: readonly StoredFrame[]): readonly number[] => frames.map(({ seqNum }) => seqNum);

/** Watches and keeps what comes. */
function watch(tab: Tab, recorded: RecordedSession, from: number | "tail" = 0) {
  const got = {
    frames: [] as StoredFrame[],
    caughtUp: [] as number[],
    refused: [] as string[],
    end: () => {},
  };
  got.end = tab.live.watch(recorded.id, from === "tail" ? undefined : from, {
    frames: (frames) => got.frames.push(...frames),
    caughtUp: (tail) => got.caughtUp.push(tail),
    refused: (code) => got.refused.push(code),
  });
  return got;
}

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

describe("a tab", () => {
  it("that is gone without a word is let go", async () => {
    const [one, two] = [session(1), session(2)];
    const { server, browser } = await begin({ sessions: [one, two] });
    const [stays, goes] = [browser.tab(), browser.tab()];
    const got = watch(stays, one);
    watch(goes, two);
    await until(() => browser.hub.size === 2 && server.liveCount() === 1);
    await until(() => server.hits.at(-1)?.includes(two.id) === true);
    goes.die();
    await until(() => browser.hub.size === 1);
    await until(() => server.hits.at(-1)?.includes(two.id) === false && server.liveCount() === 1);
    grow(one, 1);
    await until(() => got.frames.length === 1);
    stays.die();
    await until(() => server.liveCount() === 0);
  });

  it("that nobody sees lets go, and comes back where it was; with nobody looking the connection ends", async () => {
    const recorded = session();
    grow(recorded, 2);
    const { server, browser } = await begin({ sessions: [recorded] });
    const tabs = [browser.tab(), browser.tab()];
    const got = tabs.map((tab) => watch(tab, recorded));
    await until(() => got.every(({ caughtUp }) => caughtUp.length > 0));
    tabs[0]?.page.set(true);
    await until(() => tabs[0]?.live.status.value.state === "resting");
    grow(recorded, 2);
    await until(() => got[1]?.frames.length === 4);
    expect(got[0]?.frames).toHaveLength(2);
    tabs[1]?.page.set(true);
    await until(() => server.liveCount() === 0);
    grow(recorded, 2);
    for (const { page } of tabs) page.set(false);
    await until(() => got.every(({ frames }) => frames.length === 6));
    for (const { frames } of got) expect(seqNums(frames)).toEqual(seqNums(recorded.stored));
    await until(() => server.liveCount() === 1);
  });

  it("that is put aside whole comes back where it was", async () => {
    const recorded = session();
    grow(recorded, 2);
    const { server, browser } = await begin({ sessions: [recorded] });
    const tab = browser.tab();
    const got = watch(tab, recorded);
    await until(() => got.caughtUp.length === 1);
    tab.page.freeze();
    await until(() => browser.hub.size === 0 && server.liveCount() === 0);
    grow(recorded, 2);
    tab.page.thaw();
    await until(() => got.frames.length === 4);
    expect(seqNums(got.frames)).toEqual(seqNums(recorded.stored));
  });

  it("that ends what it watches is idle", async () => {
    const recorded = session();
    const { server, browser } = await begin({ sessions: [recorded] });
    const tab = browser.tab();
    const got = watch(tab, recorded);
    await until(() => tab.live.status.value.state === "open");
    got.end();
    got.end();
    expect(tab.live.status.value.state).toBe("idle");
    await until(() => server.liveCount() === 0);
  });

  it("watches as many sessions as a connection takes, and not one more", async () => {
    const { browser } = await begin({ sessions: [] });
    const tab = browser.tab();
    for (let seed = 0; seed < MAX_WATCHED_SESSIONS; seed++) watch(tab, session(seed));
    expect(() => watch(tab, session(MAX_WATCHED_SESSIONS))).toThrow(RangeError);
    expect(() => watch(tab, session(0))).not.toThrow();
  });
});

describe("without the worker", () => {
  it("a tab has a connection of its own", async () => {
    const recorded = session();
    grow(recorded, 2);
    const { server, browser } = await begin({ sessions: [recorded] });
    const none = browser.tab({
      worker: () => {
        throw new ReferenceError("SharedWorker is not defined");
      },
    });
    const failing = browser.tab({
      worker: () => ({
        port: new MessageChannel().port1,
        addEventListener: (_type, listener) => queueMicrotask(listener),
      }),
    });
    const got = [none, failing].map((tab) => watch(tab, recorded));
    await until(() => got.every(({ frames }) => frames.length === 2));
    await until(() => [none, failing].every(({ live }) => live.status.value.state === "open"));
    expect(server.liveCount()).toBe(2);
    expect(browser.workers).toHaveLength(0);
  });

  it("a tab whose worker answers late has its own meanwhile, and moves over without loss", async () => {
    const recorded = session();
    grow(recorded, 2);
    const { server, browser } = await begin({ sessions: [recorded] });
    // Nobody is at the other end until `arrive` puts the worker there.
    const { port1, port2 } = new MessageChannel();
    ends.push(() => port1.close());
    const arrive = (): void => browser.hub.attach(port1);
    const handle: WorkerHandle = { port: port2, addEventListener: () => {} };
    const tab = browser.tab({ worker: () => handle, clock: hasty });
    const got = watch(tab, recorded);
    await until(() => got.frames.length === 2);
    arrive();
    await until(() => browser.hub.size === 1 && server.hits.length === 2 && server.liveCount() === 1);
    grow(recorded, 2);
    await until(() => got.frames.length === 4);
    expect(seqNums(got.frames)).toEqual(seqNums(recorded.stored));
  });

  it("that died, tabs start another and lose nothing, a bounded number of times", async () => {
    const recorded = session();
    grow(recorded, 1);
    const { server, browser } = await begin({ sessions: [recorded] });
    const tabs = [browser.tab(), browser.tab()];
    const got = tabs.map((tab) => watch(tab, recorded));
    for (let deaths = 1; deaths <= MAX_REJOINS + 1; deaths++) {
      await until(() => got.every(({ frames }) => frames.length === recorded.stored.length));
      browser.killWorker();
      grow(recorded, 2);
    }
    await until(() => got.every(({ frames }) => frames.length === recorded.stored.length));
    for (const { frames } of got) expect(seqNums(frames)).toEqual(seqNums(recorded.stored));
    expect(browser.workers).toHaveLength(MAX_REJOINS + 2);
    expect(browser.hub.size).toBe(0);
    await until(() => server.liveCount() === 2);
  });
});

describe("limits of sharing", () => {
  it("more sessions than one connection takes come over a second", async () => {
    const sessions = Array.from({ length: MAX_WATCHED_SESSIONS + 1 }, (_, seed) => session(seed));
    for (const each of sessions) grow(each, 1);
    const { server, browser } = await begin({ sessions });
    const [first, second] = [browser.tab(), browser.tab()];
    const got = sessions.map((each, index) => watch(index < MAX_WATCHED_SESSIONS ? first : second, each));
    await until(() => got.every(({ caughtUp }) => caughtUp.length > 0));
    await until(() => server.liveCount() === 2);
    expect(got.every(({ frames }) => frames.length === 1)).toBe(true);
    got.at(-1)?.end();
    await until(() => server.liveCount() === 1);
  });

  it("more projects than one connection takes come over a second", async () => {
    const { server, browser } = await begin({ sessions: [] });
    const tabs = Array.from({ length: MAX_LISTED_PROJECTS + 1 }, (_, index) => {
      const tab = browser.tab();
      tab.live.list(`project-${index}` as ProjectId, () => {});
      return tab;
    });
    await until(() => tabs.every(({ live }) => live.status.value.state === "open"));
    await until(() => server.liveCount() === 2);
  });

  it("a page that takes nothing is let go when too much is on its way, and no other", async () => {
    const recorded = session();
    const { server, browser } = await begin({ sessions: [recorded] });
    const takes = watch(browser.tab(), recorded);
    await until(() => takes.caughtUp.length > 0);
    const port = browser.connect();
    const said: FromWorker[] = [];
    port.onmessage = ({ data }) => said.push(data as FromWorker);
    const say = (message: ToWorker): void => port.postMessage(message);
    say({ type: "hello" });
    say({ type: "watch", id: 1, session: recorded.id, from: 0 });
    await until(() => said.some((message) => message.type === "caught-up"));
    const eighth = new Uint8Array(MAX_UNTAKEN_BYTES / 8);
    for (let count = 1; count <= 8; count++) {
      recorded.appendBytes(eighth, START);
      await until(() => said.filter(({ type }) => type === "frames").length === count);
    }
    expect(browser.hub.size).toBe(2);
    expect(said.at(-1)?.type).toBe("frames");
    const asked = server.hits.length;
    await until(() => takes.frames.length === 8);
    recorded.appendBytes(new Uint8Array(1), START);
    await until(() => said.at(-1)?.type === "dropped");
    expect(browser.hub.size).toBe(1);
    await until(() => takes.frames.length === 9);
    expect(server.hits).toHaveLength(asked);
  });
});
