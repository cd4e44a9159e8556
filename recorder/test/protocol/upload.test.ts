import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeUpload,
  encodeUpload,
  MAX_FRAME_BYTES,
  MAX_FRAMES_PER_UPLOAD,
  MAX_TIME_MS,
  MAX_UPLOAD_BYTES,
  type Packable,
  ProtocolError,
  pack,
  UPLOAD_FRAME_OVERHEAD_BYTES,
  UPLOAD_OVERHEAD_BYTES,
  UPLOAD_VERSION,
  utf8Length,
} from "../../src/protocol/index.js";

const codeOf = (bytes: Uint8Array): string => {
  try {
    decodeUpload(bytes);
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return "read";
};
const upload = fc.record({
  token: fc.string({ unit: "grapheme" }),
  sentAtMs: fc.integer({ min: 0, max: MAX_TIME_MS }),
  frames: fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 20 }),
});

describe("an upload", () => {
  it("comes back as it went", () => {
    fc.assert(
      fc.property(upload, (value) => {
        const read = decodeUpload(encodeUpload(value));
        expect({ ...read, frames: read.frames.map((frame) => [...frame]) }).toEqual({
          ...value,
          frames: value.frames.map((frame) => [...frame]),
        });
      }),
    );
  });

  it("costs no more beside its frames than it says", () => {
    fc.assert(
      fc.property(upload, (value) => {
        const frames = value.frames.reduce(
          (sum, frame) => sum + frame.length + UPLOAD_FRAME_OVERHEAD_BYTES,
          0,
        );
        const most = UPLOAD_OVERHEAD_BYTES + utf8Length(value.token) + frames;
        expect(encodeUpload(value).length).toBeLessThanOrEqual(most);
      }),
    );
    const large = { token: "t".repeat(70_000), sentAtMs: 0.5, frames: [new Uint8Array(70_000)] };
    expect(encodeUpload(large).length).toBe(140_000 + UPLOAD_FRAME_OVERHEAD_BYTES + 5 + 9 + 3);
  });

  it("has room for the largest frame and a token of four kilobytes", () => {
    const bytes = encodeUpload({
      token: "t".repeat(4096),
      sentAtMs: MAX_TIME_MS,
      frames: [new Uint8Array(MAX_FRAME_BYTES)],
    });
    expect(bytes.length).toBeLessThanOrEqual(MAX_UPLOAD_BYTES);
    expect(codeOf(bytes)).toBe("read");
  });

  it("may have the most frames, and not one more", () => {
    const frames = (count: number): Uint8Array =>
      encodeUpload({ token: "t", sentAtMs: 0, frames: new Array(count).fill(new Uint8Array(1)) });
    expect(codeOf(frames(MAX_FRAMES_PER_UPLOAD))).toBe("read");
    expect(codeOf(frames(MAX_FRAMES_PER_UPLOAD + 1))).toBe("too_large");
    expect(codeOf(frames(MAX_FRAMES_PER_UPLOAD + 100))).toBe("too_large");
  });

  it("of another version is told apart, and of another shape refused", () => {
    const of = (...fields: Packable[]): string => codeOf(pack(fields));
    expect(of(UPLOAD_VERSION, "t", 0, [])).toBe("read");
    for (const version of [0, UPLOAD_VERSION + 1, null])
      expect(of(version, "t", 0, [])).toBe("unsupported_version");
    expect(of(UPLOAD_VERSION, null, 0, [])).toBe("invalid");
    for (const sentAtMs of [-1, MAX_TIME_MS + 1, Number.NaN, "0", null]) {
      expect(of(UPLOAD_VERSION, "t", sentAtMs, [])).toBe("invalid");
    }
    for (const frames of [null, {}, "frames", [null], ["frame"], [[]]] as Packable[]) {
      expect(of(UPLOAD_VERSION, "t", 0, frames)).toBe("invalid");
    }
    expect(of(UPLOAD_VERSION, "t", 0)).toBe("invalid");
    expect(of(UPLOAD_VERSION, "t", 0, [], null)).toBe("invalid");
    expect(codeOf(pack({}))).toBe("invalid");
  });

  it("of garbage is refused", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => codeOf(bytes) !== "read"));
  });
});
