import { encodeScreenBody, type ScreenEvent, type WindowId } from "@reeltime/recorder/protocol";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { FULL_SNAPSHOT, INCREMENTAL, META } from "../../src/store/play-event.js";
import { readScreenEvents } from "../../src/store/screen-events.js";
import { DrawnScreen, pointer } from "../support/screen-recording.js";

const AT = 1_795_000_000_000;
const WINDOW = "display-1" as WindowId;
const read = (events: readonly ScreenEvent[]) => readScreenEvents(encodeScreenBody(events, AT), AT, WINDOW);

describe("a screen body's events", () => {
  it("are a page's address, its snapshot and its changes, each with its window and on the wanted clock", async () => {
    const screen = new DrawnScreen(128, 96);
    const events = [
      screen.display(AT),
      await screen.whole(AT + 1),
      await screen.paint(AT + 2, [{ x: 0, y: 0, width: 64, height: 64 }]),
      pointer(AT + 3, 5, 6),
    ];
    const { events: played, malformed } = readScreenEvents(
      encodeScreenBody(events, AT),
      AT + 3_600_000,
      WINDOW,
    );
    expect(malformed).toBe(0);
    expect(played.map(({ type }) => type)).toEqual([META, FULL_SNAPSHOT, INCREMENTAL, INCREMENTAL]);
    expect(played.map(({ timestamp }) => timestamp - AT - 3_600_000)).toEqual([0, 1, 2, 3]);
    expect(played).toMatchObject(played.map(() => ({ window: WINDOW })));
    expect(played[3]).toMatchObject({ data: { type: "pointer", atMs: AT + 3_600_003, x: 5 } });
  });

  it("lack rectangles that are no WebP image of their size, and say how many", async () => {
    const screen = new DrawnScreen(256, 256);
    const good = await screen.encode({ x: 0, y: 0, width: 64, height: 64 });
    const png = await sharp(screen.pixels, { raw: { width: 256, height: 256, channels: 3 } })
      .extract({ left: 0, top: 0, width: 64, height: 64 })
      .png()
      .toBuffer();
    const rectangles = [
      { ...good, image: new Uint8Array(png) },
      { ...good, width: 65 },
      { ...good, height: 16_000, width: 3_000 },
      { ...good, image: good.image.slice(0, good.image.length - 3) },
      { ...good, image: new Uint8Array() },
      good,
    ];
    const { events, malformed } = read([
      screen.display(AT),
      { type: "paint", atMs: AT, whole: true, rectangles },
    ]);
    expect(malformed).toBe(5);
    expect(events[1]?.data).toMatchObject({ whole: true, rectangles: [good] });
  });

  it("lack what a paint has beyond the pixels of the largest picture", async () => {
    const huge = await sharp({ create: { width: 16_383, height: 2_000, channels: 3, background: "#000" } })
      .webp({ lossless: true, effort: 0 })
      .toBuffer();
    const rectangle = {
      x: 0,
      y: 0,
      width: 16_383,
      height: 2_000,
      exact: true,
      image: new Uint8Array(huge),
    };
    const { events, malformed } = read([
      { type: "paint", atMs: AT, whole: false, rectangles: [rectangle, { ...rectangle, y: 1 }] },
    ]);
    expect(malformed).toBe(1);
    expect(events).toHaveLength(1);
    expect(events[0]?.data).toMatchObject({ rectangles: [{ y: 0 }] });
  });
});
