import { createSessionId, type Fact, parseProjectId } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { ConnectionHealth } from "../../../src/dashboard/model/connection-health.js";
import { countGroups, currentFact, filterFacts } from "../../../src/dashboard/model/fact-list.js";
import {
  MAX_FILTER_CHARS,
  matchesFilters,
  NO_FILTERS,
  parseFilters,
} from "../../../src/dashboard/model/filters.js";
import { Observable } from "../../../src/dashboard/model/observable.js";
import { parseRoute, sessionHref, sessionsHref } from "../../../src/dashboard/model/route.js";
import { rowTops, rowWindow } from "../../../src/dashboard/model/row-window.js";
import { ServerClock } from "../../../src/dashboard/model/server-clock.js";
import { SharedListFeed } from "../../../src/dashboard/model/shared-list-feed.js";
import { SignInState } from "../../../src/dashboard/model/sign-in-state.js";
import { MAX_BARS, sparkline } from "../../../src/dashboard/model/sparkline.js";
import { Theme } from "../../../src/dashboard/model/theme.js";
import { describeTrouble } from "../../../src/dashboard/model/trouble.js";
import type { ListChange } from "../../../src/dashboard/ports.js";
import { fabricate } from "../browser/fabricate.js";

const route = (path: string) => parseRoute(new URL(path, "https://replay.example.com"));
const id = createSessionId(1_760_000_000_000, new Uint8Array(10).fill(7));

describe("addresses", () => {
  it.each([
    ["?t=161", 161_000],
    ["?t=161.5", 161_500],
    ["?t=2:41", 161_000],
    ["?t=1:02:41", 3_761_000],
    ["?t=2m41s", 161_000],
    ["?jumpto=161250", 161_250],
    ["?ts=161", 161_000],
    ["?t=soon", undefined],
    ["?t=-5", undefined],
    ["?jumpto=-5", undefined],
    ["?t=", undefined],
    ["", undefined],
  ])("a session's %s starts at %s ms", (query, startMs) => {
    expect(route(`/sessions/${id}${query}`)).toEqual({ screen: "session", id, startMs });
  });

  it("lead to the list with its filters, and what they do not know they leave out", () => {
    expect(route("/?status=live&user=7&q=lamp&project=shop-web")).toEqual({
      screen: "sessions",
      filters: { status: "live", user: "7", text: "lamp" },
      project: parseProjectId("shop-web"),
    });
    expect(route("/sessions?status=odd&project=N0pe!")).toEqual({
      screen: "sessions",
      filters: NO_FILTERS,
      project: undefined,
    });
  });

  it("that name nothing are not found", () => {
    expect(route("/sessions/1234").screen).toBe("not-found");
    expect(route("/elsewhere").screen).toBe("not-found");
    expect(route(`/sessions/${id}/frames`).screen).toBe("not-found");
  });

  it("are written as they are read", () => {
    const filters = { status: "away" as const, user: "a b&c", text: "100 %" };
    const read = route(sessionsHref(filters, parseProjectId("shop-web")));
    expect(read).toMatchObject({ filters, project: "shop-web" });
    expect(sessionsHref(NO_FILTERS)).toBe("/");
    expect(sessionHref(id, 161_900)).toBe(`/sessions/${id}?t=161`);
    expect(route(sessionHref(id, 161_900))).toMatchObject({ startMs: 161_000 });
  });
});

describe("filters", () => {
  const item = fabricate(1_760_000_000_000, { user: { id: "7", name: "Maja Lindqvist" }, status: "live" });

  it("find every word in the user or the page, in any case", () => {
    expect(matchesFilters(item, { ...NO_FILTERS, text: "MAJA lamp" })).toBe(true);
    expect(matchesFilters(item, { ...NO_FILTERS, text: "maja zebra" })).toBe(false);
    expect(matchesFilters(item, { ...NO_FILTERS, user: "7", status: "live" })).toBe(true);
    expect(matchesFilters(item, { ...NO_FILTERS, user: "70" })).toBe(false);
    expect(matchesFilters(item, { ...NO_FILTERS, status: "closed" })).toBe(false);
  });

  it("are cut to what the server takes", () => {
    const q = "x".repeat(MAX_FILTER_CHARS + 1);
    expect(parseFilters(new URLSearchParams({ q, user: q }))).toMatchObject({
      text: q.slice(1),
      user: q.slice(1),
    });
  });
});

describe("the sparkline", () => {
  const base = { status: "closed" as const, ticks: [] };
  const activity = (counts: readonly number[]) => ({ startMs: 0, binMs: 1_000, counts });

  it("has a bar for each bin, and adds up neighbours past its width", () => {
    expect(sparkline({ ...base, activity: activity(Array(MAX_BARS).fill(1)) })).toHaveLength(MAX_BARS);
    expect(sparkline({ ...base, activity: activity(Array(MAX_BARS + 1).fill(1)) })).toHaveLength(26);
    expect(sparkline({ ...base, activity: activity([]) })).toEqual([]);
  });

  it("marks trouble where it was, errors before rage, and now at the end of a live one", () => {
    const bars = sparkline({
      status: "live",
      activity: activity([5, 0, 3, 1]),
      ticks: [
        { type: "rage", atMs: 1_500 },
        { type: "error", atMs: 1_900 },
        { type: "rage", atMs: 2_000 },
        { type: "rage", atMs: -50 },
      ],
    });
    expect(bars.map(({ kind }) => kind)).toEqual(["rage", "error", "rage", "now"]);
    expect(bars.every(({ height }) => height > 0 && height <= 1)).toBe(true);
  });
});

describe("facts", () => {
  const facts: readonly Fact[] = [
    { type: "navigation", atMs: 10, text: "/a" },
    { type: "click", atMs: 20, text: "Pay" },
    { type: "rage", atMs: 20, text: "Pay" },
    { type: "console", atMs: 30, text: "Payment failed", detail: { code: 502 } },
  ];

  it("the current one is the last at or before now", () => {
    expect([9, 10, 19, 20, 29, 30, 99].map((atMs) => currentFact(facts, atMs))).toEqual([
      -1, 0, 0, 2, 2, 3, 3,
    ]);
    expect(currentFact([], 5)).toBe(-1);
  });

  it("are counted and shown by group and by words", () => {
    expect(countGroups(facts)).toEqual({ pages: 1, clicks: 2, typing: 0, errors: 1, events: 0 });
    expect(filterFacts(facts, "clicks", "")).toHaveLength(2);
    expect(filterFacts(facts, undefined, "PAY failed 502")).toEqual([facts[3]]);
    expect(filterFacts(facts, undefined, " ")).toBe(facts);
  });
});

describe("a window over rows", () => {
  const tops = rowTops(Array(10_000).fill(32));

  it("draws what is in view and a little more, however long the list", () => {
    expect(rowWindow(tops, 0, 640, 0)).toEqual({ first: 0, end: 21 });
    expect(rowWindow(tops, 32_000, 640, 64)).toEqual({ first: 998, end: 1_023 });
    expect(rowWindow(tops, 320_000, 640, 0)).toMatchObject({ end: 10_000 });
    expect(rowWindow(rowTops([]), 0, 640, 100)).toEqual({ first: 0, end: 0 });
  });
});

describe("the theme", () => {
  const storage = () => {
    const kept = new Map<string, string>();
    return {
      kept,
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
  };

  it("follows the system until the other is chosen, and remembers that", () => {
    const memory = storage();
    const theme = new Theme(memory);
    expect(theme.choice.value).toBe("system");
    theme.toggle(true);
    expect(theme.choice.value).toBe("light");
    expect(new Theme(memory).choice.value).toBe("light");
    theme.toggle(true);
    expect(theme.choice.value).toBe("system");
    expect(memory.kept.size).toBe(0);
  });

  it("works where nothing can be remembered", () => {
    const refuse = () => {
      throw new Error("denied");
    };
    const theme = new Theme({ getItem: refuse, setItem: refuse, removeItem: refuse });
    theme.choose("dark");
    expect(theme.choice.value).toBe("dark");
  });
});

describe("the server's clock", () => {
  const clock = (serverMs: number, nowMs: number) =>
    new ServerClock({
      nowMs: () => nowMs,
      fetch: async () => new Response("", { headers: { date: new Date(serverMs).toUTCString() } }),
    });

  it("is learnt from an answer when it differs", async () => {
    const late = clock(7_200_000, 3_600_000);
    expect(late.nowMs()).toBe(3_600_000);
    await late.fetch("/v1/projects");
    expect(late.nowMs()).toBe(7_200_000);
  });

  it("ignores what a header's whole seconds and the way there explain", async () => {
    const same = clock(3_601_000, 3_600_000);
    await same.fetch("/v1/projects");
    expect(same.nowMs()).toBe(3_600_000);
  });
});

describe("being signed in", () => {
  it("ends with any refusal but that of a key", async () => {
    let status = 401;
    const signIn = new SignInState(async () => new Response(null, { status }));
    await signIn.fetch("/v1/sign-in");
    expect(signIn.state.value).toBe("unknown");
    await signIn.fetch("/v1/sessions");
    expect(signIn.state.value).toBe("no");
    status = 200;
    signIn.state.set("yes");
    await signIn.fetch("/v1/sessions");
    expect(signIn.state.value).toBe("yes");
  });
});

describe("the connection", () => {
  it("is quiet while it is fine, lost while it is tried again, and stopped when given up", () => {
    const status = new Observable<{ readonly state: string }>({ state: "connecting" });
    let opened = 0;
    const health = new ConnectionHealth({ status, retry: () => status.set({ state: "connecting" }) });
    health.onOpen(() => {
      opened += 1;
    });
    expect(health.state.value).toBe("fine");
    status.set({ state: "open" });
    status.set({ state: "waiting" });
    expect(health.state.value).toBe("lost");
    status.set({ state: "connecting" });
    expect(health.state.value).toBe("lost");
    status.set({ state: "open" });
    expect(health.state.value).toBe("fine");
    expect(opened).toBe(2);
    status.set({ state: "failed" });
    expect(health.state.value).toBe("stopped");
  });
});

describe("one subscription for several listeners", () => {
  it("opens once, tells everybody, and ends with the last", () => {
    const open: ((change: ListChange) => void)[] = [];
    let ended = 0;
    const feed = new SharedListFeed({
      list: (_project, handler) => {
        open.push(handler);
        return () => {
          ended += 1;
        };
      },
    });
    const project = parseProjectId("shop-web");
    const heard: string[] = [];
    const first = feed.list(project, () => heard.push("first"));
    const second = feed.list(project, () => heard.push("second"));
    expect(open).toHaveLength(1);
    open[0]?.({ changed: [], removed: [] });
    expect(heard).toEqual(["first", "second"]);
    first();
    first();
    expect(ended).toBe(0);
    second();
    expect(ended).toBe(1);
    feed.list(project, () => {});
    expect(open).toHaveLength(2);
  });
});

describe("trouble", () => {
  it("names the thing and the next step", () => {
    const error = (code: string) => Object.assign(new Error("x"), { code });
    expect(describeTrouble(error("unavailable"), "the sessions")).toMatchObject({
      title: "Could not load the sessions",
      retry: true,
    });
    expect(describeTrouble(error("not_found"), "this session").retry).toBe(false);
    expect(describeTrouble(new TypeError("Failed to fetch"), "the sessions").advice).toContain(
      "does not answer",
    );
  });
});
