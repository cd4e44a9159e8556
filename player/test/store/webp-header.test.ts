import fc from "fast-check";
import sharp, { type Sharp, type SharpOptions } from "sharp";
import { describe, expect, it } from "vitest";
import { readWebpHeader } from "../../src/store/webp-header.js";

const image = (channels: 3 | 4, width: number, height: number): Sharp =>
  sharp({
    create: {
      width,
      height,
      channels,
      background: channels === 4 ? { r: 9, g: 8, b: 7, alpha: 0.5 } : "#987",
    },
  });

const bytes = async (made: Sharp): Promise<Uint8Array> => new Uint8Array(await made.toBuffer());

describe("the head of a WebP image", () => {
  it.each([
    [1, 1],
    [64, 64],
    [801, 601],
    [1366, 768],
    [16_383, 2],
  ])("says its size of %d by %d, lossy and lossless", async (width, height) => {
    const lossy = await bytes(image(3, width, height).webp({ quality: 75, effort: 0 }));
    const exact = await bytes(image(3, width, height).webp({ lossless: true, effort: 0 }));
    expect(readWebpHeader(lossy)).toEqual({ width, height, alpha: false });
    expect(readWebpHeader(exact)).toEqual({ width, height, alpha: false });
  });

  it("says that one lets through what is below it", async () => {
    const lossy = await bytes(image(4, 70, 50).webp({ quality: 75 }));
    const exact = await bytes(image(4, 70, 50).webp({ lossless: true }));
    expect(readWebpHeader(lossy)).toEqual({ width: 70, height: 50, alpha: true });
    expect(readWebpHeader(exact)).toEqual({ width: 70, height: 50, alpha: true });
  });

  it("is none of other kinds of images, of animations, and of what is cut off", async () => {
    const webp = await bytes(image(3, 64, 64).webp({ lossless: true }));
    const animation = await bytes(
      sharp(Buffer.from([...Array(2 * 8 * 8 * 3).keys()]), {
        raw: { width: 8, height: 16, channels: 3, pageHeight: 8 },
      } as SharpOptions).webp({ loop: 0, delay: [100, 100] }),
    );
    expect(animation.subarray(12, 16)).toEqual(new TextEncoder().encode("VP8X"));
    expect(readWebpHeader(animation)).toBeUndefined();
    expect(readWebpHeader(await bytes(image(3, 64, 64).png()))).toBeUndefined();
    expect(readWebpHeader(await bytes(image(3, 64, 64).jpeg()))).toBeUndefined();
    expect(readWebpHeader(webp.subarray(0, webp.length - 1))).toBeUndefined();
    expect(readWebpHeader(webp.subarray(0, 20))).toBeUndefined();
    expect(readWebpHeader(new Uint8Array())).toBeUndefined();
  });

  it("is read of whatever bytes there are", () => {
    const head = [0x52, 0x49, 0x46, 0x46];
    const four = fc.constantFrom("VP8 ", "VP8L", "VP8X", "ALPH");
    fc.assert(
      fc.property(four, fc.uint8Array({ minLength: 0, maxLength: 60 }), (kind, rest) => {
        const made = new Uint8Array([
          ...head,
          rest.length,
          0,
          0,
          0,
          ...new TextEncoder().encode(`WEBP${kind}`),
          ...rest,
        ]);
        const read = readWebpHeader(made);
        if (read !== undefined) expect(read.width * read.height).toBeGreaterThan(0);
      }),
    );
  });
});
