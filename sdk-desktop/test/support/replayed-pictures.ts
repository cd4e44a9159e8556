import {
  type DisplayEvent,
  decodeFrame,
  decodeScreenBody,
  type Frame,
  type ScreenEvent,
  type StoredFrame,
} from "@reeltime/recorder/protocol";
import sharp from "sharp";

/** Raw pixels: four bytes each, red first. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

/** A frame of a session with what is in it, on the clock of the recording app. */
export interface OpenedFrame {
  readonly frame: Frame;
  readonly seqNum: number;
  readonly events: readonly ScreenEvent[];
}

/** Everything that a session's stream says, in its order. Frames of other kinds have no events. */
export const openFrames = (stored: readonly StoredFrame[]): readonly OpenedFrame[] =>
  stored.map(({ bytes, seqNum }) => {
    const frame = decodeFrame(bytes);
    const events = frame.kind === "screen" ? decodeScreenBody(frame.body, frame.firstMs) : [];
    return { frame, seqNum, events };
  });

/** All events of one window, in the order of the stream. */
export const eventsOf = (frames: readonly OpenedFrame[], window: string): readonly ScreenEvent[] =>
  frames.filter(({ frame }) => frame.window === window).flatMap(({ events }) => events);

/** The windows that have pictures, in the order in which they began. */
export const windowsOf = (frames: readonly OpenedFrame[]): readonly string[] => [
  ...new Set(frames.filter(({ frame }) => frame.kind === "screen").map(({ frame }) => frame.window)),
];

/** A picture that is painted as a recording says. */
export class ReplayedPicture {
  display: DisplayEvent | undefined;
  bytes = Buffer.alloc(0);
  /** Which 64 px tiles were last painted inexactly, by their place. */
  readonly inexact = new Set<number>();

  get pixels(): Pixels {
    return { width: this.display?.width ?? 0, height: this.display?.height ?? 0, bytes: this.bytes };
  }

  /** Paints one event; all others than `display` and `paint` change nothing. */
  async apply(event: ScreenEvent): Promise<void> {
    if (event.type === "display") {
      const same = event.width === this.display?.width && event.height === this.display.height;
      this.display = event;
      if (!same) this.bytes = Buffer.alloc(event.width * event.height * 4);
    }
    if (event.type !== "paint") return;
    for (const { x, y, width, height, exact, image } of event.rectangles) {
      this.#put(await decodeImage(image), x, y);
      this.#mark(x, y, width, height, exact);
    }
  }

  #put({ width, height, bytes }: Pixels, x: number, y: number): void {
    const wide = this.display?.width ?? 0;
    for (let row = 0; row < height; row++) {
      bytes.copy(this.bytes, ((y + row) * wide + x) * 4, row * width * 4, (row + 1) * width * 4);
    }
  }

  #mark(x: number, y: number, width: number, height: number, exact: boolean): void {
    const columns = Math.ceil((this.display?.width ?? 0) / 64);
    for (let row = Math.floor(y / 64); row * 64 < y + height; row++) {
      for (let column = Math.floor(x / 64); column * 64 < x + width; column++) {
        if (exact) this.inexact.delete(row * columns + column);
        else this.inexact.add(row * columns + column);
      }
    }
  }
}

/** The pixels of an encoded image, with alpha. */
export async function decodeImage(image: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(image).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, bytes: data };
}

/** A window's picture as its events leave it at a time, by the recording app's clock. */
export async function pictureAt(events: readonly ScreenEvent[], atMs: number): Promise<ReplayedPicture> {
  const picture = new ReplayedPicture();
  const until = events.filter((event) => event.atMs <= atMs);
  const whole = until.findLastIndex((event) => event.type === "paint" && event.whole);
  const display = until.slice(0, whole + 1).findLast((event) => event.type === "display");
  if (display !== undefined) await picture.apply(display);
  for (const event of until.slice(Math.max(whole, 0))) await picture.apply(event);
  return picture;
}
