import type { DisplayEvent, PictureState, ScreenEvent, WindowId } from "@reeltime/recorder/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arrangement, visible } from "../../../src/export/video/arrangement.js";
import type { PlacedEvent } from "../../../src/export/video/frames.js";
import { Stage } from "../../../src/export/video/stage.js";

/** Stands for an image: its first byte is its colour. */
const decode = async (image: Uint8Array, width: number, height: number): Promise<Uint8Array> =>
  new Uint8Array(width * height * 3).fill(image[0] ?? 0);

const WINDOWS = ["first-window", "second-window", "third-window"] as const;
const STATES: readonly PictureState[] = ["shown", "shown", "shown", "minimised", "closed", "denied"];
const below = (most: number): fc.Arbitrary<number> => fc.nat(most - 1);

const displays: fc.Arbitrary<Omit<DisplayEvent, "atMs">> = fc
  .tuple(
    below(40),
    below(40),
    below(30),
    below(30),
    fc.constantFrom(1, 1, 2, 1.5),
    fc.constantFrom(...STATES),
  )
  .map(([width, height, x, y, scale, state]) => ({
    type: "display",
    width: width + 5,
    height: height + 5,
    x,
    y,
    scale,
    source: "window",
    name: "",
    state,
  }));
const paints = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.tuple(below(20), below(20), below(20), below(20), fc.nat(255)), { maxLength: 4 }),
  )
  .map(([whole, rectangles]) => ({
    type: "paint" as const,
    whole,
    rectangles: rectangles.map(([x, y, width, height, colour]) => ({
      x,
      y,
      width: width + 1,
      height: height + 1,
      exact: true,
      image: new Uint8Array([colour]),
    })),
  }));
const pointers = fc.tuple(below(40), below(40)).map(([x, y]) => ({ type: "pointer" as const, x, y }));
const sessions = fc.array(
  fc.record({
    window: fc.constantFrom(...WINDOWS),
    event: fc.oneof(displays, paints, paints, pointers),
    renders: fc.boolean(),
  }),
  { minLength: 3, maxLength: 40 },
);

/** Room for all that a session shows, made smaller by `most` pixels a side. */
function arrangementOf(events: readonly PlacedEvent[]): Arrangement {
  const arrangement = new Arrangement();
  const pictures = new Map<WindowId, DisplayEvent & { readonly closedAt?: number }>();
  for (const { window, event } of events) {
    if (event.type !== "display") continue;
    pictures.set(window, event.state === "closed" ? { ...event, closedAt: event.atMs } : event);
    arrangement.learn(visible(pictures).flatMap((key) => pictures.get(key) ?? []));
  }
  return arrangement;
}

describe("a stage", () => {
  it("draws bit by bit what it draws at once, however pictures overlap, move and are wiped", async () => {
    await fc.assert(
      fc.asyncProperty(sessions, async (said) => {
        const events = said.map(
          ({ window, event }, index): PlacedEvent => ({
            window: window as WindowId,
            event: { ...event, atMs: index } as ScreenEvent,
          }),
        );
        const arrangement = arrangementOf(events);
        const often = new Stage(arrangement, ["cursor"], decode);
        const once = new Stage(arrangement, ["cursor"], decode);
        for (const [index, placed] of events.entries()) {
          often.take(placed);
          once.take(placed);
          if (said[index]?.renders) await often.render();
        }
        expect(Buffer.compare(await often.render(), await once.render())).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
