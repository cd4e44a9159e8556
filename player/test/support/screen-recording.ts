import { createHash } from "node:crypto";
import {
  type ButtonEvent,
  type DisplayEvent,
  encodeScreenBody,
  type Fact,
  type KeyEvent,
  type PaintEvent,
  type PaintedRectangle,
  type PointerEvent,
  type ScreenEvent,
  type StoredFrame,
  type WheelEvent,
} from "@reeltime/recorder/protocol";
import sharp, { type WebpOptions } from "sharp";
import { type FrameRequest, RecordedSession, START } from "./recorded-session.js";

const TILE = 64;

/** A part of a picture, in its pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a picture is, but for its size. */
export type DisplayOptions = Partial<Omit<DisplayEvent, "type" | "atMs" | "width" | "height">>;

/** Repeatable randomness: whole numbers from 0 up to, and without, `below`. */
export function dice(seed: number): (below: number) => number {
  let state = seed % 2_147_483_647 || 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** A session of a desktop with nothing in it yet. */
export function desktopSession(): RecordedSession {
  const session = new RecordedSession(START);
  session.sdk = "desktop/0.1.0";
  return session;
}

/** A picture in memory that is drawn on, and how it would be recorded. */
export class DrawnScreen {
  width: number;
  height: number;
  /** RGB. */
  pixels: Buffer;
  #x = 0;
  #y = 0;
  #options: DisplayOptions;

  constructor(width: number, height: number, options: DisplayOptions = {}) {
    this.width = width;
    this.height = height;
    this.#options = options;
    this.#x = options.x ?? 0;
    this.#y = options.y ?? 0;
    this.pixels = Buffer.alloc(width * height * 3, 0x20);
  }

  /** Another resolution: all of it is drawn anew. */
  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.pixels = Buffer.alloc(width * height * 3, 0x40);
  }

  /** Draws stripes of two colours, so that each row and column of them differs from its neighbours. */
  draw({ x, y, width, height }: Area, roll: (below: number) => number): void {
    const colours = [0, 1].map(() => [roll(256), roll(256), roll(256)]);
    const period = 3 + roll(11);
    for (let row = y; row < y + height; row++)
      for (let column = x; column < x + width; column++) {
        const colour = colours[(row * 2 + column) % period === 0 ? 1 : 0] ?? [0, 0, 0];
        for (const [channel, value] of colour.entries())
          this.pixels[(row * this.width + column) * 3 + channel] = value;
      }
  }

  /** What it is. */
  display(atMs: number, given: DisplayOptions = {}): DisplayEvent {
    return {
      type: "display",
      atMs,
      width: this.width,
      height: this.height,
      scale: 1,
      source: "display",
      name: "screen",
      state: "shown",
      ...this.#options,
      x: this.#x,
      y: this.#y,
      ...given,
    };
  }

  /** Parts of it as they are now, rounded out to tiles, exact. */
  async paint(atMs: number, areas: readonly Area[], whole = false): Promise<PaintEvent> {
    const rectangles = await Promise.all(areas.map((area) => this.encode(this.#tiled(area))));
    return { type: "paint", atMs, whole, rectangles };
  }

  /** All of it as it is now. */
  whole(atMs: number): Promise<PaintEvent> {
    return this.paint(atMs, [{ x: 0, y: 0, width: this.width, height: this.height }], true);
  }

  /** A rectangle of it. */
  async encode(area: Area, options: WebpOptions = { lossless: true, effort: 0 }): Promise<PaintedRectangle> {
    const { x, y, width, height } = area;
    const image = await sharp(this.pixels, { raw: { width: this.width, height: this.height, channels: 3 } })
      .extract({ left: x, top: y, width, height })
      .webp(options)
      .toBuffer();
    return { ...area, exact: options.lossless === true, image: new Uint8Array(image) };
  }

  /** Names the pixels as they are now. */
  get hash(): string {
    return createHash("sha256").update(`${this.width}x${this.height}`).update(this.pixels).digest("hex");
  }

  #tiled({ x, y, width, height }: Area): Area {
    const left = Math.floor(x / TILE) * TILE;
    const top = Math.floor(y / TILE) * TILE;
    const right = Math.min(this.width, Math.ceil((x + width) / TILE) * TILE);
    const bottom = Math.min(this.height, Math.ceil((y + height) / TILE) * TILE);
    return { x: left, y: top, width: right - left, height: bottom - top };
  }
}

/** Appends screen events as one frame. */
export function appendScreen(
  session: RecordedSession,
  events: readonly ScreenEvent[],
  request: FrameRequest & { readonly facts?: readonly Fact[] } = {},
): StoredFrame {
  const firstMs = events[0]?.atMs ?? session.startMs;
  const inputs = events.filter(({ type }) => type !== "display" && type !== "paint");
  const inputMs = inputs.at(-1)?.atMs;
  return session.append({
    kind: "screen",
    codec: "screen",
    firstMs,
    lastMs: Math.max(...events.map(({ atMs }) => atMs)),
    checkout: events[0]?.type === "display" && events.some((event) => event.type === "paint" && event.whole),
    count: events.length,
    body: encodeScreenBody(events, firstMs),
    ...(inputMs === undefined ? {} : { inputMs }),
    ...request,
  });
}

/** The pointer is somewhere. */
export const pointer = (atMs: number, x: number, y: number): PointerEvent => ({
  type: "pointer",
  atMs,
  x,
  y,
});

/** A button goes down, or up. */
export const button = (atMs: number, x: number, y: number, down = true, which = 1): ButtonEvent => ({
  type: "button",
  atMs,
  x,
  y,
  button: which,
  down,
  clicks: 1,
});

/** The wheel turns. */
export const wheel = (atMs: number, x: number, y: number, deltaY = 1): WheelEvent => ({
  type: "wheel",
  atMs,
  x,
  y,
  deltaX: 0,
  deltaY,
});

/** A key goes down. */
export const key = (atMs: number, name: string): KeyEvent => ({ type: "key", atMs, key: name });

/** What a drawn screen showed from a time on, by the hash of its pixels. */
export interface Shown {
  readonly atMs: number;
  readonly hash: string;
}

/**
 * Draws on a screen for some seconds, ten times a second, and appends it as it would be recorded: a checkout each ten
 * seconds, else what has changed. Gives what it showed from when on.
 */
export async function recordDrawing(
  session: RecordedSession,
  screen: DrawnScreen,
  { seconds, seed, request = {} }: { seconds: number; seed: number; request?: FrameRequest },
): Promise<readonly Shown[]> {
  const roll = dice(seed);
  const shown: Shown[] = [];
  for (let tick = 0; tick < seconds * 10; tick++) {
    const atMs = session.startMs + tick * 100;
    const { width, height } = screen;
    const areas = Array.from({ length: tick === 0 ? 12 : 1 + roll(3) }, () => {
      const area = { x: roll(width - 40), y: roll(height - 40) };
      return {
        ...area,
        width: 1 + roll(Math.min(300, width - area.x)),
        height: 1 + roll(Math.min(200, height - area.y)),
      };
    });
    for (const area of areas) screen.draw(area, roll);
    const move = pointer(atMs + 40, roll(width), roll(height));
    const events: ScreenEvent[] =
      tick % 100 === 0
        ? [screen.display(atMs), await screen.whole(atMs), move]
        : [await screen.paint(atMs, areas), move];
    appendScreen(session, events, request);
    shown.push({ atMs, hash: screen.hash });
  }
  return shown;
}

/** What was shown at a time. */
export const shownAt = (shown: readonly Shown[], atMs: number): string =>
  shown.findLast((entry) => entry.atMs <= atMs)?.hash ?? "";
