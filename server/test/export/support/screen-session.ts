import { createRecorder, type Recorder, type S2Access } from "@reeltime/recorder";
import {
  decodeFrame,
  encodeFrame,
  encodeScreenBody,
  type Frame,
  type OpenedRecord,
  type PaintedRectangle,
  type ProjectId,
  type ScreenEvent,
  type SessionRef,
  type WindowId,
  type WriterId,
} from "@reeltime/recorder/protocol";
import sharp from "sharp";

/** Colours that H.264 keeps well: as far apart as they can be. */
export type Colour = readonly [red: number, green: number, blue: number];
export const RED: Colour = [220, 30, 30];
export const GREEN: Colour = [30, 200, 60];
export const BLUE: Colour = [40, 60, 220];
export const WHITE: Colour = [250, 250, 250];
export const BLACK: Colour = [0, 0, 0];

/** Pixels of one colour, as a rectangle that paints them exactly. */
export async function block(
  x: number,
  y: number,
  width: number,
  height: number,
  [r, g, b]: Colour,
): Promise<PaintedRectangle> {
  const image = await sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
    .webp({ lossless: true, effort: 0 })
    .toBuffer();
  return { x, y, width, height, exact: true, image: new Uint8Array(image) };
}

/** Any pixels, as a rectangle that paints them exactly. */
export async function pixelsAt(
  x: number,
  y: number,
  width: number,
  height: number,
  rgb: Uint8Array,
): Promise<PaintedRectangle> {
  const image = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .webp({ lossless: true, effort: 0 })
    .toBuffer();
  return { x, y, width, height, exact: true, image: new Uint8Array(image) };
}

/** A picture without hard edges, so that what encoding costs it is little and the same everywhere. */
export function smooth(width: number, height: number): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      rgb[at] = 40 + (x / width) * 180;
      rgb[at + 1] = 40 + (y / height) * 180;
      rgb[at + 2] = 128 + 60 * Math.sin((x + y) / 60);
    }
  return rgb;
}

/** A display, as a session says it. */
export function display(
  atMs: number,
  width: number,
  height: number,
  change: Partial<Extract<ScreenEvent, { type: "display" }>> = {},
): ScreenEvent {
  const base = { x: 0, y: 0, scale: 1, source: "display", name: "screen", state: "shown" } as const;
  return { type: "display", atMs, width, height, ...base, ...change };
}

/** A paint. */
export const paint = (
  atMs: number,
  whole: boolean,
  ...rectangles: readonly PaintedRectangle[]
): ScreenEvent => ({
  type: "paint",
  atMs,
  whole,
  rectangles,
});

/** A test's S2, as a recorder is told of it. */
export const accessTo = ({ endpoint }: { readonly endpoint: string }, basin = "reeltime-test"): S2Access => ({
  basin,
  accessToken: "test",
  accountEndpoint: endpoint,
  basinEndpoint: endpoint,
});

/** A session that is written as its server would, at times of its own: two hours take seconds. Times are ms since its start. */
export class ScreenSession {
  readonly recorder: Recorder;
  readonly startMs: number;
  readonly #numbers = new Map<string, number>();
  #opened: OpenedRecord | undefined;
  #nowMs: number;

  constructor(access: S2Access, startMs: number) {
    this.#nowMs = startMs;
    this.startMs = startMs;
    this.recorder = createRecorder({ s2: access, serverId: "screens", clock: () => this.#nowMs });
  }

  async open(project = "default" as ProjectId): Promise<SessionRef> {
    this.#opened = await this.recorder.open({ project, client: { sdk: "test/1" }, offsetMs: 0 });
    return this.ref;
  }

  get ref(): SessionRef {
    if (this.#opened === undefined) throw new Error("not open");
    return { project: this.#opened.project, sessionId: this.#opened.sessionId };
  }

  /** Appends a frame of these events, their times since the start, when the last of them has happened. */
  async say(window: string, events: readonly ScreenEvent[], change: Partial<Frame> = {}): Promise<void> {
    const placed = events.map((event) => ({ ...event, atMs: event.atMs + this.startMs }));
    const times = placed.map(({ atMs }) => atMs);
    const firstMs = Math.min(...times);
    const lastMs = Math.max(...times);
    const number = this.#numbers.get(window) ?? 0;
    this.#numbers.set(window, number + 1);
    this.#nowMs = Math.max(this.#nowMs, lastMs);
    const body = encodeScreenBody(placed, firstMs);
    const bytes = encodeFrame({
      writer: `writer-${window}` as WriterId,
      number,
      window: window as WindowId,
      kind: "screen",
      firstMs,
      lastMs,
      inputMs: undefined,
      checkout: events.some((event) => event.type === "paint" && event.whole),
      codec: "screen",
      keyId: undefined,
      events: events.length,
      rawBytes: body.length,
      facts: [],
      lost: undefined,
      body,
      ...change,
    });
    const outcome = await this.recorder.append({
      session: this.ref,
      frames: [{ envelope: decodeFrame(bytes), bytes }],
      sentAtMs: this.#nowMs,
      receivedAtMs: this.#nowMs,
    });
    if (outcome.type !== "appended") throw new Error(`append: ${outcome.type}`);
  }

  async close(): Promise<void> {
    await this.recorder.close(this.ref, "stopped");
  }
}
