import type { SessionId, SessionItem } from "@reeltime/recorder/protocol";
import { createSessionId, emptyActivity } from "@reeltime/recorder/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LIVE_LIMITS, MAX_RECENT } from "../../src/live/limits.js";
import { ListFeed } from "../../src/live/list-feed.js";
import { Pacer } from "../../src/live/pacer.js";
import { PROJECT } from "../catalog/support/frames.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const id = (index: number): SessionId => createSessionId(1_800_000_000_000 + index, new Uint8Array(10));
const item = (index: number, over: Partial<SessionItem> = {}): SessionItem => ({
  id: id(index),
  project: PROJECT,
  status: "live",
  reason: null,
  startMs: 0,
  lastMs: 0,
  user: null,
  page: { url: "", title: "" },
  client: { sdk: "test/1" },
  counts: { events: 0, bytes: 0, pages: 0, clicks: 0, errors: 0, rages: 0, lostEvents: 0 },
  activity: emptyActivity(0),
  ticks: [],
  ...over,
});
function feed(limits: Partial<typeof LIVE_LIMITS> = {}) {
  const list = new ListFeed(PROJECT, { ...LIVE_LIMITS, ...limits }, Date.now);
  const heard: (readonly [changed: readonly SessionId[], removed: readonly SessionId[]])[] = [];
  const viewer = {
    list: (_: string, changed: readonly SessionItem[], removed: readonly SessionId[]) =>
      void heard.push([changed.map((each) => each.id), removed]),
  };
  return { list, heard, viewer };
}

describe("a pacer", () => {
  it("runs at once after a quiet spell, then together at the end of the interval", () => {
    let runs = 0;
    const pacer = new Pacer(100, () => {
      runs += 1;
    });
    pacer.ask();
    expect(runs).toBe(1);
    pacer.ask();
    pacer.ask();
    vi.advanceTimersByTime(99);
    expect(runs).toBe(1);
    vi.advanceTimersByTime(1);
    expect(runs).toBe(2);
    vi.advanceTimersByTime(500);
    pacer.ask();
    expect(runs).toBe(3);
    pacer.now();
    expect(runs).toBe(4);
    pacer.close();
    pacer.now();
    vi.advanceTimersByTime(500);
    expect(runs).toBe(4);
  });
});

describe("a list's changes", () => {
  it("are told at once, then together once an interval", () => {
    const { list, heard, viewer } = feed();
    list.join(viewer);
    list.changed([item(1)], []);
    expect(heard).toEqual([[[id(1)], []]]);
    list.changed([item(2)], []);
    list.changed([item(2), item(3)], [id(1)]);
    expect(heard).toHaveLength(1);
    vi.advanceTimersByTime(LIVE_LIMITS.tellEveryMs);
    expect(heard[1]).toEqual([[id(2), id(3)], [id(1)]]);
  });

  it("are told so many at a time: news before growth, and growth takes turns", async () => {
    const { list, heard, viewer } = feed({ listItems: 2 });
    list.changed([item(1), item(2), item(3), item(4)], []);
    for (let turn = 0; turn < 3; turn++) await vi.advanceTimersByTimeAsync(LIVE_LIMITS.tellEveryMs);
    list.join(viewer);
    heard.length = 0;
    const grown = [1, 2, 3, 4].map((index) => item(index, { lastMs: 1 }));
    list.changed([...grown.slice(0, 3), item(4, { status: "closed" })], []);
    for (let turn = 0; turn < 3; turn++) await vi.advanceTimersByTimeAsync(LIVE_LIMITS.tellEveryMs);
    expect(heard.map(([changed]) => changed)).toEqual([
      [id(4), id(1)],
      [id(2), id(3)],
    ]);
  });

  it("of late are told to whoever comes after them, and forgotten in time and in number", () => {
    const { list, heard, viewer } = feed({ recentMs: 1_000 });
    list.changed([item(1), item(2)], []);
    vi.advanceTimersByTime(600);
    list.changed([item(3)], [id(2)]);
    list.join(viewer);
    expect(heard.shift()).toEqual([[id(3), id(1)], [id(2)]]);
    vi.advanceTimersByTime(401);
    heard.length = 0;
    list.join(viewer);
    expect(heard[0]).toEqual([[id(3)], [id(2)]]);
    expect(list.isIdle).toBe(false);
    heard.length = 0;
    list.changed(
      Array.from({ length: MAX_RECENT + 1 }, (_, index) => item(100 + index)),
      [],
    );
    const { list: many, heard: manyHeard, viewer: late } = feed({ listItems: 10_000 });
    many.changed(
      Array.from({ length: MAX_RECENT + 1 }, (_, index) => item(index)),
      [],
    );
    many.join(late);
    expect(manyHeard[0]?.[0]).toHaveLength(MAX_RECENT);
    expect(manyHeard[0]?.[0]).not.toContain(id(0));
  });
});
