import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { S2LiteError } from "../../src/errors.js";
import { MAX_FRAME_BYTES } from "../../src/limits.js";
import { chooseCoding } from "../../src/wire/compression.js";
import { encodeFrame, encodeTerminalFrame, FrameDecoder } from "../../src/wire/s2s-frame.js";
import { frame, seenFrames } from "../support/s2s.js";

function decodeAll(chunks: readonly Buffer[]): Buffer[] {
  const decoder = new FrameDecoder();
  const payloads: Buffer[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk);
    for (let payload = decoder.next(); payload !== undefined; payload = decoder.next())
      payloads.push(payload);
  }
  expect(decoder.atBoundary).toBe(true);
  return payloads;
}

function codeOf(bytes: Buffer): string {
  const decoder = new FrameDecoder();
  decoder.push(bytes);
  try {
    decoder.next();
  } catch (error) {
    return (error as S2LiteError).code;
  }
  return "none";
}

describe("frames", () => {
  const payload = fc.uint8Array({ maxLength: 3_000 }).map((array) => Buffer.from(array));

  it("are decoded the same however the bytes are split", () => {
    const cuts = fc.array(fc.nat(9_000), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 4 }), cuts, fc.boolean(), (payloads, at, gzip) => {
        const bytes = Buffer.concat(payloads.map((one) => encodeFrame(one, gzip ? "gzip" : "none")));
        const edges = [0, ...at.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
        expect(decodeAll(chunks)).toEqual(payloads);
      }),
    );
  });

  it("are decoded one byte at a time", () => {
    const payloads = [Buffer.from("a"), Buffer.alloc(0), Buffer.alloc(700, 7)];
    const bytes = Buffer.concat(payloads.map((one) => encodeFrame(one)));
    expect(decodeAll([...bytes].map((byte) => Buffer.from([byte])))).toEqual(payloads);
  });

  it("of length 0 or too long, with unknown compression, corrupt, or terminal are bad_frame", () => {
    expect(codeOf(Buffer.from([0, 0, 0]))).toBe("bad_frame");
    const tooLong = Buffer.alloc(3);
    tooLong.writeUIntBE(MAX_FRAME_BYTES + 1, 0, 3);
    expect(codeOf(tooLong)).toBe("bad_frame");
    const longest = Buffer.alloc(3);
    longest.writeUIntBE(MAX_FRAME_BYTES, 0, 3);
    expect(codeOf(longest)).toBe("none");
    expect(codeOf(frame(Buffer.from("x"), 0x60))).toBe("bad_frame");
    expect(codeOf(frame(Buffer.from("not gzip"), 0x40))).toBe("bad_frame");
    expect(codeOf(frame(Buffer.from([1, 244]), 0x80))).toBe("bad_frame");
    expect(codeOf(frame(gzipSync(Buffer.alloc(MAX_FRAME_BYTES)), 0x40))).toBe("bad_frame");
    expect(codeOf(frame(gzipSync(Buffer.alloc(MAX_FRAME_BYTES - 1)), 0x40))).toBe("none");
  });

  it("ignore reserved bits from a client", () => {
    expect(decodeAll([frame(Buffer.from("x"), 0x1f)])).toEqual([Buffer.from("x")]);
  });

  it("are compressed from 1,024 bytes on", () => {
    expect(seenFrames(encodeFrame(Buffer.alloc(1_023), "gzip"))[0]?.flags).toBe(0);
    expect(seenFrames(encodeFrame(Buffer.alloc(1_024), "gzip"))[0]?.flags).toBe(0x40);
  });

  it("that end a session carry status and body, uncompressed", () => {
    const [terminal] = seenFrames(encodeTerminalFrame(503, '{"code":"x"}'));
    expect(terminal?.flags).toBe(0x80);
    expect(terminal?.payload.readUInt16BE(0)).toBe(503);
    expect(terminal?.payload.toString("utf8", 2)).toBe('{"code":"x"}');
  });
});

describe("accept-encoding", () => {
  it("chooses gzip where it is not refused", () => {
    expect(chooseCoding(undefined)).toBe("none");
    expect(chooseCoding("gzip")).toBe("gzip");
    expect(chooseCoding("br, GZIP;q=0.5")).toBe("gzip");
    expect(chooseCoding("gzip;q=0")).toBe("none");
    expect(chooseCoding("gzip; Q=0.0")).toBe("none");
    expect(chooseCoding("*")).toBe("none");
  });
});
