import type { WindowId } from "@reeltime/recorder/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyDecoder } from "../../src/store/body-decoder.js";
import { type BufferedFrame, readStored } from "../../src/store/buffered-frame.js";
import { FrameBuffer } from "../../src/store/frame-buffer.js";
import { FrameRange } from "../../src/store/frame-range.js";
import { KEEP_BEHIND_MS, MAX_DECODING } from "../../src/store/limits.js";
import { RecordedSession, START } from "../support/recorded-session.js";
import { checkout, textChange } from "../support/synthetic.js";

const WINDOW = "window-0001" as WindowId;

/** A frame a second, a checkout each ten. */
function stream(seconds: number): readonly BufferedFrame[] {
  const session = new RecordedSession(START);
  for (let second = 0; second < seconds; second++) {
    const atMs = START + second * 1_000;
    session.append({ events: second % 10 === 0 ? checkout(atMs) : [textChange(atMs, "x")] });
  }
  return session.stored.map(readStored);
}

const slice = (frames: readonly BufferedFrame[], from: number, to: number, complete = false): FrameRange =>
  new FrameRange(from + 2, to + 2, frames.slice(from, to), { complete });

describe("ranges", () => {
  it("merge where they meet and keep each frame once, whatever the order they come in", () => {
    const frames = stream(60);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(59), fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 25 }),
        (cuts) => {
          const buffer = new FrameBuffer();
          const wanted = new Set<number>();
          const handed: FrameRange[] = [];
          for (const [from, length] of cuts) {
            const to = Math.min(60, from + length);
            for (let index = from; index < to; index++) wanted.add(index + 2);
            const range = slice(frames, from, to);
            handed.push(range);
            buffer.insert(range);
          }
          const { ranges } = buffer;
          expect(ranges.flatMap(({ frames: kept }) => kept.map(({ seqNum }) => seqNum))).toEqual(
            [...wanted].sort((a, b) => a - b),
          );
          for (const [index, range] of ranges.entries()) {
            expect(range.frames.length).toBe(range.to - range.from);
            if (index > 0) expect(range.from).toBeGreaterThan(ranges[index - 1]?.to ?? 0);
          }
          // Whoever holds a range that was taken over finds the one that holds its frames now.
          for (const range of handed) expect(ranges).toContain(range.current);
        },
      ),
    );
  });

  it("a late frame from elsewhere is kept until the range itself reaches it", () => {
    const frames = stream(20);
    const late = frames[15];
    if (late === undefined) throw new Error("no frame");
    const buffer = new FrameBuffer();
    const range = buffer.insert(new FrameRange(2, 7, frames.slice(0, 5), { late: [late] }));
    expect(range.late.size).toBe(1);
    buffer.insert(slice(frames, 5, 20));
    expect(range.late.size).toBe(0);
    expect(range.frames).toHaveLength(20);
  });

  it("know from which checkout a window plays", () => {
    const range = slice(stream(40), 10, 40);
    expect(range.checkoutAt(WINDOW, START + 25_500)?.firstMs).toBe(START + 20_000);
    expect(range.checkoutAt(WINDOW, START + 9_999)).toBeUndefined();
    expect(range.checkoutAt("window-0009" as WindowId, START + 25_500)).toBeUndefined();
    expect(range.firstCheckout()?.firstMs).toBe(START + 10_000);
  });
});

describe("the bound of bytes", () => {
  const frames = stream(600);
  const bytes = (from: number, to: number): number =>
    frames.slice(from, to).reduce((sum, frame) => sum + frame.bytes, 0);

  it("drops nothing up to it, and one byte past it the range farthest from the playhead", () => {
    for (const [spare, left] of [
      [0, 3],
      [-1, 2],
    ] as const) {
      const buffer = new FrameBuffer(bytes(0, 50) + bytes(200, 250) + bytes(500, 550) + spare);
      buffer.insert(slice(frames, 0, 50));
      const playing = buffer.insert(slice(frames, 200, 250));
      buffer.insert(slice(frames, 500, 550));
      buffer.trim(playing, START + 220_000, undefined);
      expect(buffer.ranges).toHaveLength(left);
      expect(buffer.ranges).toContain(playing);
    }
  });

  it("in one long range drops what lies behind, up to the checkout that is still needed", () => {
    const buffer = new FrameBuffer(bytes(0, 300));
    const playing = buffer.insert(slice(frames, 0, 600, true));
    buffer.trim(playing, START + 400_000, playing);
    expect(playing.startMs).toBe(START + 400_000 - KEEP_BEHIND_MS);
    expect(playing.checkoutAt(WINDOW, START + 400_000 - KEEP_BEHIND_MS)).toBeDefined();
    expect(playing.endMs).toBe(START + 599_000);
    expect(playing.complete).toBe(true);
  });

  it("and what lies far ahead, unless it grows there", () => {
    const buffer = new FrameBuffer(1);
    const playing = buffer.insert(slice(frames, 0, 600, true));
    buffer.trim(playing, START + 10_000, undefined);
    expect(playing.endMs).toBeLessThanOrEqual(START + 71_000);
    expect(playing.complete).toBe(false);
    expect(playing.to).toBe((playing.frames.at(-1)?.seqNum ?? 0) + 1);
  });
});

describe("decoding", () => {
  it("keeps what was used last, within its bound", async () => {
    const frames = stream(30).filter((_, index) => index % 10 !== 0);
    const size = frames[0]?.frame?.rawBytes ?? 0;
    const decoder = new BodyDecoder(size * 5 + 4);
    const first = await decoder.decode(frames[0] as BufferedFrame);
    for (const frame of frames) {
      await decoder.decode(frame);
      await decoder.decode(frames[0] as BufferedFrame);
      expect(decoder.keptBytes).toBeLessThanOrEqual(size * 5 + 4);
    }
    expect((await decoder.decode(frames[0] as BufferedFrame)).events).toBe(first.events);
  });

  it("inflates a bounded number at once, and all in the end", async () => {
    let open = 0;
    let most = 0;
    const Real = globalThis.DecompressionStream;
    class Counted {
      readonly writable: WritableStream;
      readonly readable: { getReader(): Pick<ReadableStreamDefaultReader, "read" | "cancel"> };

      constructor(format: CompressionFormat) {
        const real = new Real(format);
        this.writable = real.writable;
        const reader = real.readable.getReader();
        const read = async () => {
          const part = await reader.read();
          if (part.done) open -= 1;
          return part;
        };
        this.readable = { getReader: () => ({ read, cancel: () => reader.cancel() }) as never };
        open += 1;
        most = Math.max(most, open);
      }
    }
    globalThis.DecompressionStream = Counted as unknown as typeof DecompressionStream;
    try {
      const session = new RecordedSession(START);
      session.codec = "deflate-raw";
      for (let index = 0; index < MAX_DECODING * 4; index++)
        session.append({ events: [textChange(START + index, "x")] });
      const decoder = new BodyDecoder();
      const bodies = await Promise.all(session.stored.map((frame) => decoder.decode(readStored(frame))));
      expect(bodies.every(({ damaged, events }) => !damaged && events.length === 1)).toBe(true);
      expect(most).toBe(MAX_DECODING);
    } finally {
      globalThis.DecompressionStream = Real;
    }
  });
});
