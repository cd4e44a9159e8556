import {
  decodeScreenBody,
  encodeFrame,
  MAX_FACTS_PER_FRAME,
  type ScreenEvent,
  type WindowId,
} from "@reeltime/recorder/protocol";
import type { Draft } from "@reeltime/recorder/uploader";
import { describe, expect, it } from "vitest";
import { FrameComposer } from "../../src/recorder/frame-composer.js";
import { ManualTimers } from "../support/manual-timers.js";

function scene() {
  const timers = new ManualTimers(1_000_000);
  const drafts: Draft[] = [];
  const composer = new FrameComposer({
    window: "window-1" as WindowId,
    nowMs: timers.now,
    timers,
    inputMs: () => 999,
    push: (draft) => drafts.push(draft),
  });
  return {
    composer,
    drafts,
    now: timers.now,
    pass: timers.pass,
    events: () => drafts.map(({ body, firstMs }) => decodeScreenBody(body, firstMs)),
  };
}

const pointer = (atMs: number): ScreenEvent => ({ type: "pointer", atMs, x: 1, y: 2 });
const paint = (atMs: number, bytes = 10): ScreenEvent => ({
  type: "paint",
  atMs,
  whole: false,
  rectangles: [{ x: 0, y: 0, width: 1, height: 1, exact: true, image: new Uint8Array(bytes) }],
});
const display = (atMs: number) =>
  ({
    type: "display",
    atMs,
    width: 10,
    height: 10,
    x: 0,
    y: 0,
    scale: 1,
    source: "display",
    name: "",
    state: "shown",
  }) as const;

describe("frames", () => {
  it("go at once after a quiet spell, and then about every second", () => {
    const { composer, drafts, pass, now } = scene();
    composer.add(pointer(now()));
    pass(0);
    expect(drafts).toHaveLength(1);
    composer.add(pointer(now() + 10));
    pass(999);
    expect(drafts).toHaveLength(1);
    pass(1);
    expect(drafts).toHaveLength(2);
  });

  it("go every 50 ms while somebody watches, and what waits when that begins", () => {
    const { composer, drafts, pass, now } = scene();
    composer.add(pointer(now()));
    pass(0);
    composer.add(pointer(now()));
    pass(10);
    composer.setWatched(true);
    expect(drafts).toHaveLength(2);
    composer.add(pointer(now()));
    pass(49);
    expect(drafts).toHaveLength(2);
    pass(1);
    expect(drafts).toHaveLength(3);
  });

  it("have their events in the order of time, and paints in the order they were made", () => {
    const { composer, drafts, events, pass, now } = scene();
    const at = now();
    composer.add(paint(at + 30));
    composer.add(pointer(at + 10));
    composer.add(paint(at + 20));
    composer.add(pointer(at + 25));
    pass(0);
    expect(events()).toMatchObject([
      [
        { type: "pointer", atMs: at + 10 },
        { type: "pointer", atMs: at + 25 },
        { type: "paint", atMs: at + 30 },
        { type: "paint", atMs: at + 30 },
      ],
    ]);
    expect(drafts[0]).toMatchObject({
      firstMs: at + 10,
      lastMs: at + 30,
      events: 4,
      checkout: false,
      inputMs: 999,
    });
    expect(drafts[0]?.rawBytes).toBe(drafts[0]?.body.length);
  });

  it("are as large as a checkout alone, which ends the one before it", () => {
    const { composer, drafts, events, now } = scene();
    composer.add(pointer(now()));
    composer.checkout(display(now() + 1), { type: "paint", atMs: now() + 1, whole: true, rectangles: [] });
    composer.add(pointer(now() + 2));
    composer.flush();
    expect(drafts.map(({ checkout }) => checkout)).toEqual([false, true, false]);
    expect(events()[1]).toMatchObject([{ type: "display" }, { type: "paint", whole: true }]);
  });

  it("are full at 256 KiB", () => {
    const { composer, drafts, now } = scene();
    composer.add(paint(now(), 262_000));
    expect(drafts).toHaveLength(0);
    composer.add(paint(now(), 100));
    expect(drafts).toHaveLength(1);
  });

  it("span a minute at the most", () => {
    const { composer, drafts, now } = scene();
    composer.add(pointer(now()));
    composer.add(pointer(now() + 60_000));
    expect(drafts).toHaveLength(0);
    composer.add(pointer(now() + 60_001));
    expect(drafts).toHaveLength(1);
  });

  it("take a hundred facts, and say of the next that it was one too many", () => {
    const { composer, drafts, now } = scene();
    const told = Array.from({ length: MAX_FACTS_PER_FRAME + 1 }, () =>
      composer.tell({ type: "custom", atMs: now(), text: "x" }),
    );
    composer.flush();
    expect(told.filter((taken) => !taken)).toHaveLength(1);
    expect(drafts[0]?.facts).toHaveLength(MAX_FACTS_PER_FRAME);
    expect(drafts[0]).toMatchObject({ events: 0, checkout: false });
    expect(
      encodeFrame({ ...drafts[0], writer: "writer-12", number: 0, lost: undefined } as never).length,
    ).toBeGreaterThan(100);
  });
});
