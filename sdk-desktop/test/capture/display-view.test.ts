import { describe, expect, it } from "vitest";
import { DisplayView } from "../../src/capture/display-view.js";
import { AUDIT_MS } from "../../src/capture/limits.js";
import { BLACK, copyImage, copyPart, type RawImage, wordsOf } from "../../src/capture/raw-image.js";
import type { ScreenChanges } from "../../src/capture/screen-changes.js";
import type { PictureArea, Rectangle } from "../../src/geometry.js";
import { colour, copyOf, plain, randomNumbers } from "./synthetic.js";

const AREA: PictureArea = {
  id: "1",
  name: "one",
  source: "display",
  x: 100,
  y: 50,
  width: 1280,
  height: 768,
  scale: 1,
};
const SECRET = colour(255, 0, 212);
const DESKTOP = colour(20, 40, 60);

/** A screen that is drawn on, tells of it, and keeps the books of what is asked of it. */
class DrawnScreen {
  readonly shown: RawImage = plain(AREA.width, AREA.height, DESKTOP);
  wholes = 0;
  opened = 0;
  /** Once there was a capture: the first is held against all that is read. */
  readonly read: Rectangle[] = [];
  /** What happens just before a part is read. */
  beforeRead: () => void = () => undefined;
  beforeWhole: () => void = () => undefined;
  gone = false;
  shrunk = false;
  #drawn: Rectangle[] = [];
  #hasBegun = false;
  nowMs = 0;

  readonly view = new DisplayView({
    screens: {
      captureDisplay: () => {
        this.wholes++;
        this.beforeWhole();
        return Promise.resolve(copyOf(this.shown));
      },
    },
    openChanges: () => {
      this.opened++;
      return Promise.resolve(this.changes);
    },
    clock: () => this.nowMs,
  });

  /** What it tells the changes with; `undefined`: it does not. */
  changes: ScreenChanges | undefined = {
    take: () => {
      if (this.gone) return Promise.reject(new Error("gone"));
      return Promise.resolve(this.#drawn.splice(0));
    },
    read: (_, part, into) => {
      this.beforeRead();
      if (this.#hasBegun) this.read.push(part);
      if (!this.shrunk) copyPart(this.shown, part, into, part.x, part.y);
      return Promise.resolve(!this.shrunk);
    },
    close: () => undefined,
  };

  draw(part: Rectangle, word: number, told = true): void {
    const words = wordsOf(this.shown);
    for (let y = part.y; y < part.y + part.height; y++)
      words.fill(word, y * AREA.width + part.x, y * AREA.width + part.x + part.width);
    if (told) this.#drawn.push(part);
  }

  /** A capture and its mask. */
  async capture(
    black: readonly Rectangle[] = [],
    certain = black,
    area = AREA,
    held?: RawImage,
  ): Promise<RawImage> {
    const taken = await this.view.capture(area, certain, held);
    if ("failed" in taken) throw new Error(taken.failed);
    this.#hasBegun = true;
    return this.view.mask(taken, black);
  }

  /** What a masked capture of all of it is. */
  masked(black: readonly Rectangle[] = []): RawImage {
    const image = copyImage(this.shown);
    for (const { x, y, width, height } of black)
      for (let row = y; row < y + height; row++)
        wordsOf(image).fill(BLACK, row * AREA.width + x, row * AREA.width + x + width);
    return image;
  }
}

const same = (one: RawImage, other: RawImage): boolean => one.pixels.equals(other.pixels);
const LETTER = { x: 200, y: 100, width: 9, height: 14 };

describe("a view of a display", () => {
  it("is captured whole at first, and then only where it was drawn in", async () => {
    const screen = new DrawnScreen();
    await screen.capture();
    screen.draw(LETTER, colour(1, 2, 3));
    expect(same(await screen.capture(), screen.shown)).toBe(true);
    expect(screen.wholes).toBe(1);
    expect(screen.read).toEqual([{ x: 192, y: 64, width: 64, height: 64 }]);
  });

  it("is the very same image where nothing was drawn in", async () => {
    const screen = new DrawnScreen();
    const first = await screen.capture();
    expect(await screen.capture()).toBe(first);
    expect(screen.read).toEqual([]);
    const masked = await screen.capture([LETTER]);
    expect(masked).not.toBe(first);
    expect(await screen.capture([LETTER])).toBe(masked);
  });

  it("leaves the image alone that is still needed, and makes others in the memory of those that are not", async () => {
    const screen = new DrawnScreen();
    await screen.capture();
    screen.draw(LETTER, colour(1, 2, 3));
    const held = await screen.capture();
    const before = copyOf(held);
    const made = new Set<Buffer>();
    for (let turn = 0; turn < 12; turn++) {
      screen.draw(LETTER, colour(turn, 9, 9));
      const image = await screen.capture([], [], AREA, held);
      expect(same(image, screen.shown)).toBe(true);
      made.add(image.pixels);
    }
    expect(same(held, before)).toBe(true);
    expect(made.size).toBe(2);
    expect(made.has(held.pixels)).toBe(false);
  });

  it("reads what was black and need not be any more, although nothing was drawn in there", async () => {
    const screen = new DrawnScreen();
    screen.draw(LETTER, colour(1, 2, 3));
    await screen.capture([LETTER]);
    expect(same(await screen.capture(), screen.shown)).toBe(true);
  });

  it("does not read what will be black in any case", async () => {
    const screen = new DrawnScreen();
    const denied = { x: 64, y: 64, width: 128, height: 128 };
    await screen.capture([denied]);
    screen.draw({ x: 70, y: 70, width: 100, height: 100 }, SECRET);
    expect(same(await screen.capture([denied]), screen.masked([denied]))).toBe(true);
    expect(screen.read).toEqual([]);
    // And has it black also where the mask does not say so again.
    screen.draw({ x: 70, y: 70, width: 100, height: 100 }, SECRET);
    expect(same(await screen.capture([], [denied]), screen.masked([denied]))).toBe(true);
    expect(same(await screen.capture(), screen.shown)).toBe(true);
  });

  it("begins anew after a capture that was not masked, in another place, and where a part cannot be read", async () => {
    const screen = new DrawnScreen();
    await screen.capture();
    screen.draw(LETTER, colour(1, 2, 3));
    await screen.view.capture(AREA, []);
    expect(same(await screen.capture(), screen.shown)).toBe(true);
    expect(screen.wholes).toBe(2);
    await screen.capture([], [], { ...AREA, x: 0 });
    expect(screen.wholes).toBe(3);
    await screen.capture();
    screen.draw(LETTER, colour(4, 5, 6));
    screen.shrunk = true;
    expect(same(await screen.capture(), screen.shown)).toBe(true);
    expect(screen.wholes).toBe(5);
  });

  it("is captured whole every so often, and from then on once something was drawn in that was not told", async () => {
    const screen = new DrawnScreen();
    await screen.capture();
    screen.draw(LETTER, colour(1, 2, 3), false);
    expect(same(await screen.capture(), screen.shown)).toBe(false);
    screen.nowMs += AUDIT_MS;
    expect(same(await screen.capture(), screen.shown)).toBe(true);
    screen.draw(LETTER, colour(4, 5, 6), false);
    expect(same(await screen.capture(), screen.shown)).toBe(true);
    expect(screen.wholes).toBe(3);
    expect(screen.opened).toBe(1);
  });

  it("is captured whole where what is read is not what is captured, or of another size", async () => {
    const beside = new DrawnScreen();
    beside.draw(LETTER, colour(1, 2, 3));
    beside.beforeWhole = () => beside.draw({ x: 0, y: 0, width: 1, height: 1 }, colour(4, 5, 6), false);
    beside.beforeRead = () => beside.draw({ x: 0, y: 0, width: 1, height: 1 }, DESKTOP, false);
    for (let turn = 0; turn < 3; turn++) await beside.capture();
    expect([beside.wholes, beside.opened]).toEqual([3, 1]);
    const smaller = new DrawnScreen();
    for (let turn = 0; turn < 3; turn++) await smaller.capture([], [], { ...AREA, width: AREA.width - 1 });
    expect(smaller.wholes).toBe(3);
    // What is drawn in between the two, and told, is another thing.
    const busy = new DrawnScreen();
    busy.beforeRead = () => busy.draw(LETTER, colour(1, 2, 3));
    await busy.capture();
    busy.beforeRead = () => undefined;
    expect(same(await busy.capture(), busy.shown)).toBe(true);
    expect(busy.wholes).toBe(1);
  });

  it("trusts what is told as long as all is told, also while it is captured whole, and beneath what is black", async () => {
    const screen = new DrawnScreen();
    const denied = { x: 300, y: 200, width: 50, height: 50 };
    await screen.capture([denied]);
    for (let turn = 0; turn < 5; turn++) {
      screen.nowMs += AUDIT_MS;
      screen.draw({ x: 310, y: 210, width: 5, height: 5 }, colour(turn, 0, 0), false);
      screen.beforeWhole = () => screen.draw(LETTER, colour(turn, 2, 3));
      expect(same(await screen.capture([denied]), screen.masked([denied]))).toBe(true);
      screen.beforeWhole = () => undefined;
      // Drawn in after the capture, as far as can be told: it is read again.
      screen.read.length = 0;
      await screen.capture([denied]);
      expect(screen.read).toHaveLength(1);
    }
    expect(screen.wholes).toBe(6);
  });

  it("is captured whole where nothing tells, where that is gone, and at another scale", async () => {
    const silent = new DrawnScreen();
    silent.changes = undefined;
    for (let turn = 0; turn < 3; turn++) await silent.capture();
    expect([silent.wholes, silent.opened]).toEqual([3, 1]);
    const gone = new DrawnScreen();
    await gone.capture();
    gone.gone = true;
    for (let turn = 0; turn < 3; turn++) await gone.capture();
    expect([gone.wholes, gone.opened]).toEqual([4, 1]);
    const scaled = new DrawnScreen();
    for (let turn = 0; turn < 3; turn++) await scaled.capture([], [], { ...AREA, scale: 2 });
    expect([scaled.wholes, scaled.opened]).toEqual([3, 0]);
  });

  it("reads one part around all when they are many", async () => {
    const screen = new DrawnScreen();
    await screen.capture();
    // A tile in two, like a chessboard.
    for (let tile = 0; tile < 240; tile++) {
      const [column, row] = [tile % 20, Math.floor(tile / 20)];
      if ((column + row) % 2 === 0)
        screen.draw({ x: column * 64, y: row * 64, width: 1, height: 1 }, colour(9, 9, 9));
    }
    expect(same(await screen.capture(), screen.shown)).toBe(true);
    expect(screen.read).toEqual([{ x: 0, y: 0, width: 1280, height: 768 }]);
    for (let column = 0; column < 20; column += 2)
      screen.draw({ x: column * 64, y: 0, width: 1, height: 1 }, colour(8, 8, 8));
    await screen.capture();
    expect(screen.read).toHaveLength(1 + 10);
  });

  it("is what a whole capture would be, masked, whatever is drawn, denied and moved about", async () => {
    const random = randomNumbers(7);
    const whole = (most: number): number => Math.floor(random() * most);
    const anywhere = (): Rectangle => {
      const [x, y] = [whole(AREA.width - 1), whole(AREA.height - 1)];
      return { x, y, width: 1 + whole(AREA.width - x), height: 1 + whole(AREA.height - y) };
    };
    const screen = new DrawnScreen();
    let secret = anywhere();
    let held: RawImage | undefined;
    let copyOfHeld = plain(1, 1);
    for (let turn = 0; turn < 400; turn++) {
      screen.nowMs += whole(AUDIT_MS / 4);
      for (let drawn = whole(4); drawn > 0; drawn--)
        screen.draw(anywhere(), colour(whole(250), whole(250), 99));
      const was = secret;
      // It moves, and what was beneath is uncovered.
      if (random() < 0.5) {
        screen.draw(secret, DESKTOP);
        secret = anywhere();
      }
      screen.draw(secret, SECRET);
      const certain = [secret];
      // It moves once more while it is captured; where it is by then is denied too.
      const later = random() < 0.3 ? anywhere() : secret;
      screen.beforeRead = () => {
        screen.draw(secret, DESKTOP);
        screen.draw(later, SECRET);
        secret = later;
      };
      screen.beforeWhole = screen.beforeRead;
      const black = random() < 0.2 ? [was, secret, later] : [secret, later];
      const masked = await screen.capture(black, certain, AREA, held);
      screen.beforeRead = () => undefined;
      screen.beforeWhole = screen.beforeRead;
      expect(held === undefined || same(held, copyOfHeld)).toBe(true);
      // Some are accepted, and what comes next is compared with them.
      if (random() < 0.4) {
        held = masked;
        copyOfHeld = copyOf(masked);
      }
      expect(wordsOf(masked).includes(SECRET)).toBe(false);
      // What was drawn in while it was captured need not be in it.
      if (later !== certain[0]) continue;
      expect(same(masked, screen.masked(black))).toBe(true);
    }
    expect(screen.wholes).toBeLessThan(120);
    expect(screen.wholes).toBeGreaterThan(20);
  }, 60_000);
});
