import { parseProjectId, type SessionItem, type SessionList } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { NO_FILTERS } from "../../../src/dashboard/model/filters.js";
import { isFirstVisit, SessionsStore } from "../../../src/dashboard/model/sessions-store.js";
import type { ListChange, SessionsQuery } from "../../../src/dashboard/ports.js";
import { fabricate } from "../browser/fabricate.js";

const SHOP = parseProjectId("shop-web");
const at = (second: number, given: Parameters<typeof fabricate>[1] = {}): SessionItem =>
  fabricate(1_760_000_000_000 + second * 1_000, given);

/** An API whose answers wait to be given. */
function world() {
  const asked: {
    readonly query: SessionsQuery;
    answer(list: SessionList): void;
    refuse(error: Error): void;
  }[] = [];
  const handlers = new Set<(change: ListChange) => void>();
  const store = new SessionsStore(
    {
      sessions: (query) =>
        new Promise((answer, refuse) => {
          asked.push({ query, answer, refuse });
        }),
    },
    {
      list: (_project, handler) => {
        handlers.add(handler);
        return () => handlers.delete(handler);
      },
    },
  );
  const say = (change: ListChange): void => {
    for (const handler of handlers) handler(change);
  };
  return { store, asked, say, handlers, rows: () => store.state.value.feed.rows };
}

describe("the sessions store", () => {
  it("loads a page, then the next one from its cursor, until the end", async () => {
    const { store, asked, rows } = world();
    const opened = store.open(SHOP, NO_FILTERS);
    asked[0]?.answer({ sessions: [at(20)], next: "cursor-1" });
    await opened;
    const more = store.more();
    expect(asked[1]?.query.cursor).toBe("cursor-1");
    asked[1]?.answer({ sessions: [at(10)], next: null });
    await more;
    expect(rows()).toHaveLength(2);
    await store.more();
    expect(asked).toHaveLength(2);
  });

  it("asks for one next page at a time", async () => {
    const { store, asked } = world();
    const opened = store.open(SHOP, NO_FILTERS);
    asked[0]?.answer({ sessions: [at(20)], next: "cursor-1" });
    await opened;
    void store.more();
    await store.more();
    expect(asked).toHaveLength(2);
  });

  it("passes filters on, and drops the answer to older ones", async () => {
    const { store, asked, rows } = world();
    void store.open(SHOP, { ...NO_FILTERS, text: "la" });
    const second = store.open(SHOP, { status: "live", user: "7", text: "lamp" });
    expect(asked[1]?.query).toMatchObject({ status: "live", user: "7", q: "lamp" });
    asked[1]?.answer({ sessions: [], next: null });
    await second;
    asked[0]?.answer({ sessions: [at(20)], next: null });
    await Promise.resolve();
    expect(rows()).toEqual([]);
  });

  it("does not ask again for what it shows", async () => {
    const { store, asked } = world();
    const opened = store.open(SHOP, NO_FILTERS);
    asked[0]?.answer({ sessions: [], next: null });
    await opened;
    await store.open(SHOP, { ...NO_FILTERS });
    expect(asked).toHaveLength(1);
  });

  it("keeps what it hears while it loads", async () => {
    const { store, asked, say, rows } = world();
    const opened = store.open(SHOP, NO_FILTERS);
    const fresh = at(30);
    say({ changed: [fresh], removed: [] });
    asked[0]?.answer({ sessions: [at(20)], next: null });
    await opened;
    expect(rows()[0]).toBe(fresh);
  });

  it("holds new sessions back, and shows them when let go", async () => {
    const { store, asked, say, rows } = world();
    const opened = store.open(SHOP, NO_FILTERS);
    asked[0]?.answer({ sessions: [at(20)], next: null });
    await opened;
    store.hold(true);
    say({ changed: [at(30)], removed: [] });
    expect(rows()).toHaveLength(1);
    expect(store.state.value.feed.pending).toHaveLength(1);
    store.hold(false);
    expect(rows()).toHaveLength(2);
  });

  it("says what failed, and tries again when asked", async () => {
    const { store, asked } = world();
    const opened = store.open(SHOP, NO_FILTERS);
    const error = Object.assign(new Error("no"), { code: "unavailable" });
    asked[0]?.refuse(error);
    await opened;
    expect(store.state.value).toMatchObject({ phase: "failed", error });
    const again = store.retry();
    asked[1]?.answer({ sessions: [], next: null });
    await again;
    expect(isFirstVisit(store.state.value)).toBe(true);
  });

  it("keeps the rows when only the next page failed, and retries that page", async () => {
    const { store, asked, rows } = world();
    const opened = store.open(SHOP, NO_FILTERS);
    asked[0]?.answer({ sessions: [at(20)], next: "cursor-1" });
    await opened;
    const more = store.more();
    asked[1]?.refuse(new Error("no"));
    await more;
    expect(store.state.value).toMatchObject({ phase: "ready", more: "failed" });
    expect(rows()).toHaveLength(1);
    const again = store.retry();
    expect(asked[2]?.query.cursor).toBe("cursor-1");
    asked[2]?.answer({ sessions: [at(10)], next: null });
    await again;
    expect(rows()).toHaveLength(2);
  });

  it("catches up after the connection was away, and survives that failing", async () => {
    const { store, asked, rows } = world();
    const opened = store.open(SHOP, NO_FILTERS);
    const kept = at(20);
    asked[0]?.answer({ sessions: [kept, at(10)], next: null });
    await opened;
    const refreshed = store.refresh();
    asked[1]?.answer({ sessions: [at(30), kept], next: null });
    await refreshed;
    expect(rows().map(({ startMs }) => startMs % 100_000)).toEqual([30_000, 20_000]);
    const failing = store.refresh();
    asked[2]?.refuse(new Error("no"));
    await failing;
    expect(rows()).toHaveLength(2);
  });

  it("keeps what came, and leaves out what went, while it was catching up", async () => {
    const { store, asked, say, rows } = world();
    const [kept, erased, fresh] = [at(20), at(10), at(30)];
    const opened = store.open(SHOP, NO_FILTERS);
    asked[0]?.answer({ sessions: [kept, erased], next: null });
    await opened;
    const refreshed = store.refresh();
    say({ changed: [fresh], removed: [] });
    say({ changed: [], removed: [erased.id] });
    asked[1]?.answer({ sessions: [kept, erased], next: null });
    await refreshed;
    expect(rows()).toEqual([fresh, kept]);
  });

  it("leaves out what went while it loaded", async () => {
    const { store, asked, say, rows } = world();
    const [kept, erased] = [at(20), at(10)];
    const opened = store.open(SHOP, NO_FILTERS);
    say({ changed: [], removed: [erased.id] });
    asked[0]?.answer({ sessions: [kept, erased], next: null });
    await opened;
    expect(rows()).toEqual([kept]);
  });

  it("knows the sessions beside one", async () => {
    const { store, asked } = world();
    const items = [at(30), at(20), at(10)];
    const opened = store.open(SHOP, NO_FILTERS);
    asked[0]?.answer({ sessions: items, next: null });
    await opened;
    const [first, second, third] = items;
    if (second === undefined || first === undefined) throw new Error("no row");
    expect(store.neighbours(second.id)).toEqual({ previous: first, next: third });
    expect(store.neighbours(first.id)).toEqual({ previous: undefined, next: second });
  });

  it("stops listening when closed", async () => {
    const { store, handlers } = world();
    void store.open(SHOP, NO_FILTERS);
    store.close();
    expect(handlers.size).toBe(0);
    expect(store.state.value.phase).toBe("idle");
  });
});
