import { decodeFrame, decodeScreenBody, type ScreenEvent } from "@reeltime/recorder/protocol";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type SyntheticPicture, syntheticFrames } from "../../../scripts/desktop/session.mjs";

const START_MS = 1_700_000_000_000;

/** Paints what a session says, as a viewer would. */
class Replay {
  pixels = Buffer.alloc(0);
  width = 0;
  height = 0;

  async apply(event: ScreenEvent): Promise<void> {
    if (event.type === "display") {
      this.width = event.width;
      this.height = event.height;
      this.pixels = Buffer.alloc(event.width * event.height * 4);
    }
    if (event.type !== "paint") return;
    for (const { x, y, width, height, image } of event.rectangles) {
      const { data, info } = await sharp(image).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([width, height]);
      for (let row = 0; row < height; row++) {
        data.copy(this.pixels, ((y + row) * this.width + x) * 4, row * width * 4, (row + 1) * width * 4);
      }
    }
  }
}

/** Mean square error of a channel's values. */
function errorOf(a: Buffer, b: Buffer): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += ((a[at] ?? 0) - (b[at] ?? 0)) ** 2;
  return sum / a.length;
}

describe("the synthetic session", () => {
  it("replays to the pictures it was made of, exactly once they have been still", async () => {
    const captured = new Map<number, SyntheticPicture>();
    const replay = new Replay();
    let compared = 0;
    const frames = syntheticFrames({
      startMs: START_MS,
      width: 801,
      height: 601,
      lengthMs: 4_000,
      onPicture: (picture, atMs) => captured.set(atMs, picture),
    });
    for await (const { bytes } of frames) {
      const frame = decodeFrame(bytes);
      const events = decodeScreenBody(frame.body, frame.firstMs);
      for (const event of events) {
        await replay.apply(event);
        const picture = event.type === "paint" ? captured.get(event.atMs) : undefined;
        if (picture === undefined) continue;
        expect(errorOf(replay.pixels, picture.bytes)).toBeLessThan(40);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(10);
    const last = captured.get(START_MS + 4_000);
    expect(last && replay.pixels.equals(last.bytes)).toBe(true);
  });

  it("begins every window with a checkout, in frames whose times run on", async () => {
    const last = new Map<string, number>();
    const windows = new Map<string, number>();
    for await (const { bytes } of syntheticFrames({
      startMs: START_MS,
      displays: 2,
      scale: 2,
      lengthMs: 3_000,
    })) {
      const frame = decodeFrame(bytes);
      expect(frame.checkout || windows.has(frame.window)).toBe(true);
      expect(frame.number).toBe(windows.get(frame.window) ?? 0);
      windows.set(frame.window, frame.number + 1);
      expect(frame.firstMs).toBeGreaterThanOrEqual(last.get(frame.window) ?? 0);
      last.set(frame.window, frame.lastMs);
      const events = decodeScreenBody(frame.body, frame.firstMs);
      expect(events).toHaveLength(frame.events);
      if (frame.checkout) expect(events.slice(0, 2).map(({ type }) => type)).toEqual(["display", "paint"]);
    }
    expect(windows.size).toBe(2);
  });

  it("tells what was clicked and never a letter that was typed", async () => {
    const facts: string[] = [];
    const keys = new Set<string>();
    for await (const { bytes } of syntheticFrames({ startMs: START_MS, lengthMs: 9_000, fps: 2 })) {
      const frame = decodeFrame(bytes);
      facts.push(...frame.facts.map(({ type, text }) => `${type} ${text}`));
      for (const event of decodeScreenBody(frame.body, frame.firstMs)) {
        if (event.type === "key") keys.add(event.key);
      }
    }
    expect(facts).toContain("click Customer");
    expect([...keys]).toEqual(["Tab"]);
  });
});
