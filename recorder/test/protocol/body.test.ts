import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEvents, deflateRaw, MAX_BODY_BYTES, ProtocolError } from "../../src/protocol/index.js";
import { EVENTS, stored } from "./golden.js";

const encode = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));
const codeOf = async (codec: Parameters<typeof decodeEvents>[0], body: Uint8Array): Promise<string> => {
  try {
    await decodeEvents(codec, body);
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return "read";
};

describe("a dom frame's body", () => {
  it("comes back as it went, deflated or plain", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), async (events) => {
        const plain = encode(events);
        const expected = JSON.parse(JSON.stringify(events)) as unknown[];
        expect(await decodeEvents("json", plain)).toEqual(expected);
        expect(await decodeEvents("deflate-raw", await deflateRaw(plain))).toEqual(expected);
        expect(await decodeEvents("deflate-raw", deflateRawSync(plain))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
    expect(await decodeEvents("deflate-raw", stored(encode(EVENTS)))).toEqual(EVENTS);
  });

  it("of many chunks comes back as it went", async () => {
    const events = Array.from({ length: 40_000 }, (_, index) => ({ index, text: `${Math.sin(index)}` }));
    expect(await decodeEvents("deflate-raw", await deflateRaw(encode(events)))).toEqual(events);
  });

  it("is refused when cut anywhere", async () => {
    const whole = deflateRawSync(encode(Array.from({ length: 30 }, (_, index) => ({ index }))));
    for (let end = 0; end < whole.length; end++) {
      expect(await codeOf("deflate-raw", whole.subarray(0, end))).toBe("malformed");
    }
    const plain = encode(EVENTS);
    for (let end = 0; end < plain.length; end++) {
      expect(await codeOf("json", plain.subarray(0, end))).toBe("malformed");
    }
  });

  it("is refused when it is no deflate, no UTF-8, no JSON or no list", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), async (bytes) => {
        expect(await codeOf("deflate-raw", bytes)).toBe("malformed");
      }),
      { numRuns: 100 },
    );
    expect(await codeOf("json", Uint8Array.from([0x5b, 0x22, 0xff, 0x22, 0x5d]))).toBe("malformed");
    for (const value of [{}, "text", 5, null, true]) {
      expect(await codeOf("json", encode(value))).toBe("malformed");
      expect(await codeOf("deflate-raw", await deflateRaw(encode(value)))).toBe("malformed");
    }
    expect(await codeOf("json", new Uint8Array(0))).toBe("malformed");
  });

  it("of a screen holds no page events", async () => {
    expect(await codeOf("screen", encode([]))).toBe("invalid");
  });

  it("nested without end is refused or read, and crashes nothing", async () => {
    const deep = new TextEncoder().encode("[".repeat(2_000_000));
    expect(await codeOf("json", deep)).toBe("malformed");
  });

  it("may inflate to the largest, and not a byte more", async () => {
    const text = (size: number): Uint8Array => {
      const bytes = new Uint8Array(size).fill(0x20);
      bytes[0] = 0x5b;
      bytes[size - 1] = 0x5d;
      return deflateRawSync(bytes, { level: 1 });
    };
    expect(await codeOf("deflate-raw", text(MAX_BODY_BYTES))).toBe("read");
    expect(await codeOf("deflate-raw", text(MAX_BODY_BYTES + 1))).toBe("too_large");
  });

  it("that would inflate to gigabytes is given up near the limit", async () => {
    // One megabyte of zeros deflates to a kilobyte that can be repeated: sixteen thousand of them are 16 GiB.
    const zeros = deflateRawSync(new Uint8Array(1024 * 1024), { finishFlush: 2 });
    const bomb = new Uint8Array(zeros.length * 16_000);
    for (let at = 0; at < bomb.length; at += zeros.length) bomb.set(zeros, at);
    const before = process.memoryUsage();
    expect(await codeOf("deflate-raw", bomb)).toBe("too_large");
    const after = process.memoryUsage();
    const grown = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed;
    expect(grown).toBeLessThan(4 * MAX_BODY_BYTES);
  });
});
