import type { PaintedRectangle, ScreenEvent } from "@reeltime/recorder/protocol";
import sharp from "sharp";
import { block, type Colour, display, paint, type ScreenSession } from "./screen-session.js";

/** The display of a workday. */
export const WORKDAY = { width: 1920, height: 1080 } as const;

/** Where each second's mark stands: a block whose colour says which second it is. */
export const MARK = { x: 1824, y: 32, side: 64 } as const;
/** Colours of marks, one a second in turns. */
export const MARKS: readonly Colour[] = [
  [230, 40, 40],
  [40, 200, 60],
  [50, 70, 230],
  [240, 220, 40],
  [240, 240, 240],
];

/** What somebody at a desk does in each second. */
type Doing = "typing" | "scrolling" | "nothing";

/** A minute of work and a half of thinking, then a pause: 36 of 120 seconds have changes. */
const doingAt = (second: number): Doing => {
  const inCycle = second % 120;
  if (inCycle < 30) return "typing";
  return inCycle < 36 ? "scrolling" : "nothing";
};

/**
 * Records a day at a desk of so many seconds at 5 captures a second, as an SDK would send it, far faster than it lasts: text that
 * is typed, a page that is scrolled, pauses; the pointer moves. Every second in which something happens has its mark.
 * @returns the seconds that have one
 */
export async function recordWorkday(session: ScreenSession, seconds: number): Promise<readonly number[]> {
  const { width, height } = WORKDAY;
  const whole = { ...(await text(width, height, 1)), x: 0, y: 0 };
  const words = await Promise.all(Array.from({ length: 12 }, (_, seed) => text(128, 64, seed + 2)));
  const pages = await Promise.all(Array.from({ length: 4 }, (_, seed) => text(1280, 832, seed + 20)));
  const marks = await Promise.all(MARKS.map((colour) => block(MARK.x, MARK.y, MARK.side, MARK.side, colour)));
  await session.say("screen-one", [display(0, width, height), paint(0, true, whole)]);
  const marked: number[] = [];
  for (let second = 1; second < seconds; second++) {
    const doing = doingAt(second);
    if (doing === "nothing") continue;
    const events: ScreenEvent[] = [];
    for (let capture = 0; capture < 5; capture++) {
      const atMs = second * 1000 + capture * 200;
      const painted: PaintedRectangle[] = [];
      const mark = marks[second % marks.length];
      if (capture === 0 && mark !== undefined) painted.push(mark);
      const word = words[(second * 5 + capture) % words.length];
      const page = pages[(second + capture) % pages.length];
      if (doing === "typing" && word !== undefined)
        painted.push({
          ...word,
          x: 64 + ((capture * 128 + second * 320) % 1600),
          y: 128 + (second % 12) * 64,
        });
      if (doing === "scrolling" && page !== undefined) painted.push({ ...page, x: 320, y: 192 });
      events.push({
        type: "pointer",
        atMs: atMs + 40,
        x: 300 + ((second * 37 + capture * 11) % 1200),
        y: 500,
      });
      events.push(paint(atMs, false, ...painted));
    }
    marked.push(second);
    await session.say(
      "screen-one",
      events.sort((one, other) => one.atMs - other.atMs),
    );
  }
  await session.say("screen-one", [{ type: "key", atMs: seconds * 1000, key: "Enter" }]);
  await session.close();
  return marked;
}

/** Something like text: short dark strokes on a light ground, few colours, as screens mostly have. */
async function text(width: number, height: number, seed: number): Promise<Omit<PaintedRectangle, "x" | "y">> {
  const rgb = new Uint8Array(width * height * 3).fill(246);
  let random = seed * 7919;
  const next = (below: number): number => {
    random = (random * 1103515245 + 12345) % 2147483648;
    return Math.floor((random / 2147483648) * below);
  };
  for (let line = 6; line + 12 < height; line += 18) {
    for (let x = 8; x + 10 < width - 8; x += 9) {
      if (next(6) === 0) continue;
      const shade = [20, 60, 110][next(3)] ?? 20;
      for (let stroke = 0; stroke < 3; stroke++) {
        const left = x + next(6);
        const top = line + next(4);
        for (let down = 0; down < 8; down++) {
          const at = ((top + down) * width + left) * 3;
          rgb.fill(shade, at, at + 3);
        }
      }
    }
  }
  const image = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .webp({ lossless: true, effort: 0 })
    .toBuffer();
  return { width, height, exact: true, image: new Uint8Array(image) };
}
