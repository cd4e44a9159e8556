import type { SessionItem } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import {
  catchUp,
  EMPTY_FEED,
  type FeedRules,
  firstPage,
  nextPage,
  type SessionFeed,
  settle,
  takeChange,
} from "../../../src/dashboard/model/session-feed.js";
import { fabricate } from "../browser/fabricate.js";

const at = (second: number, given: Parameters<typeof fabricate>[1] = {}): SessionItem =>
  fabricate(1_760_000_000_000 + second * 1_000, given);
const free: FeedRules = { held: false, matches: () => true };
const held: FeedRules = { held: true, matches: () => true };
const starts = (items: readonly SessionItem[]) =>
  items.map(({ startMs }) => (startMs - 1_760_000_000_000) / 1_000);
const changed = (...items: readonly SessionItem[]) => ({ changed: items, removed: [] });

describe("the list of sessions", () => {
  const three = [at(30), at(20), at(10)];
  const feed = firstPage({ sessions: three, next: null });

  it("shows a new session at once when nobody holds it, at its place", () => {
    const after = takeChange(feed, changed(at(25), at(40)), free);
    expect(starts(after.rows)).toEqual([40, 30, 25, 20, 10]);
    expect(after.pending).toEqual([]);
    expect(after.fresh.size).toBe(2);
  });

  it("keeps new sessions behind the pill while it is held, newest first, and shows them when let go", () => {
    const after = takeChange(takeChange(feed, changed(at(40)), held), changed(at(50)), held);
    expect(after.rows).toEqual(feed.rows);
    expect(starts(after.pending)).toEqual([50, 40]);
    expect(starts(settle(after).rows)).toEqual([50, 40, 30, 20, 10]);
    expect(settle(after).pending).toEqual([]);
  });

  it("changes a row in place while it is held", () => {
    const [first] = three;
    if (first === undefined) throw new Error("no row");
    const grown = { ...first, counts: { ...first.counts, events: 9_000 } };
    expect(takeChange(feed, changed(grown), held).rows[0]).toBe(grown);
  });

  it("changes a session that waits behind the pill without letting it out", () => {
    const fresh = at(40, { status: "live" });
    const waiting = takeChange(feed, changed(fresh), held);
    const grown = { ...fresh, counts: { ...fresh.counts, events: 9_000 } };
    const after = takeChange(waiting, changed(grown), held);
    expect(after.pending).toEqual([grown]);
    expect(after.rows).toHaveLength(3);
  });

  it("lets an ended session stay ended and a count never shrink, whatever comes late", () => {
    const [first] = three;
    if (first === undefined) throw new Error("no row");
    const older = { ...first, status: "live" as const, counts: { ...first.counts, events: 9_000 } };
    expect(takeChange(feed, changed(older), free).rows[0]).toBe(first);
    const live = firstPage({ sessions: [{ ...first, status: "live" }], next: null });
    const fewer = { ...first, status: "live" as const, counts: { ...first.counts, events: 1 } };
    expect(takeChange(live, changed(fewer), free).rows[0]?.counts.events).toBe(first.counts.events);
  });

  it("dims what is gone while it is held, and drops it when let go", () => {
    const gone = three[1]?.id;
    if (gone === undefined) throw new Error("no row");
    const after = takeChange(feed, { changed: [], removed: [gone] }, held);
    expect(after.rows).toHaveLength(3);
    expect(after.leaving.has(gone)).toBe(true);
    expect(starts(settle(after).rows)).toEqual([30, 10]);
    expect(starts(takeChange(feed, { changed: [], removed: [gone] }, free).rows)).toEqual([30, 10]);
  });

  it("keeps only what the filters ask for, also when a row stops being that", () => {
    const live: FeedRules = { held: false, matches: ({ status }) => status === "live" };
    const one = at(40, { status: "live" });
    const shown = takeChange(EMPTY_FEED, changed(one, at(50)), live);
    expect(starts(shown.rows)).toEqual([40]);
    const ended = { ...one, status: "closed" as const };
    expect(takeChange(shown, changed(ended), live).rows).toEqual([]);
    expect(takeChange(shown, changed(ended), { ...live, held: true }).leaving.has(one.id)).toBe(true);
  });

  it("leaves a session that belongs to a later page to that page", () => {
    const first = firstPage({ sessions: three, next: "more" });
    expect(starts(takeChange(first, changed(at(5)), free).rows)).toEqual([30, 20, 10]);
    expect(starts(takeChange(feed, changed(at(5)), free).rows)).toEqual([30, 20, 10, 5]);
  });

  it("puts pages together without showing one session twice", () => {
    const first = firstPage({ sessions: three, next: "more" });
    const last = three[2];
    if (last === undefined) throw new Error("no row");
    const both = nextPage(first, { sessions: [last, at(5)], next: null });
    expect(starts(both.rows)).toEqual([30, 20, 10, 5]);
    expect(both.next).toBeNull();
  });

  it("catches up after a time alone: new ones come, erased ones go, older pages stay", () => {
    const [first, second, third] = three;
    if (first === undefined || second === undefined || third === undefined) throw new Error("no row");
    const long: SessionFeed = { ...feed, next: null };
    const page = { sessions: [at(40), first, third], next: null };
    expect(starts(catchUp(long, page, free).rows)).toEqual([40, 30, 10]);
    const short = { sessions: [at(40), first], next: "more" };
    expect(starts(catchUp(long, short, free).rows)).toEqual([40, 30, 20, 10]);
  });
});
