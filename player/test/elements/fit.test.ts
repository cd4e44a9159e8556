import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitPicture } from "../../src/elements/stage/fit.js";

describe("a picture of a screen in the room there is", () => {
  it("has a whole number of the device's pixels for each of its own where that is hardly smaller", () => {
    const extent = { width: 960, height: 600, pixelsPerPoint: 2 };
    expect(fitPicture(extent, 1000, 800, 2)).toEqual({ scale: 1, width: 960, height: 600 });
    expect(fitPicture({ ...extent, pixelsPerPoint: 1 }, 1020, 800, 1)).toMatchObject({ scale: 1 });
    expect(fitPicture({ width: 801, height: 601, pixelsPerPoint: 1 }, 420, 400, 2)).toEqual({
      scale: 0.5,
      width: 400.5,
      height: 300.5,
    });
  });

  it("else fills it", () => {
    expect(fitPicture({ width: 1920, height: 1080, pixelsPerPoint: 1 }, 960, 2000, 1)).toMatchObject({
      scale: 0.5,
      width: 960,
      height: 540,
    });
    expect(fitPicture({ width: 0, height: 9, pixelsPerPoint: 1 }, 10, 10, 1)).toMatchObject({ scale: 0 });
  });

  it("is never larger than the room, and a whole number of the device's pixels", () => {
    const side = fc.integer({ min: 1, max: 8_000 });
    const ratio = fc.constantFrom(1, 1.25, 1.5, 2, 3);
    fc.assert(
      fc.property(
        side,
        side,
        fc.constantFrom(1, 1.5, 2),
        side,
        side,
        ratio,
        (width, height, pixelsPerPoint, roomWidth, roomHeight, device) => {
          const fit = fitPicture({ width, height, pixelsPerPoint }, roomWidth, roomHeight, device);
          expect(fit.width).toBeLessThanOrEqual(roomWidth + 0.5 / device + 1e-9);
          expect(fit.height).toBeLessThanOrEqual(roomHeight + 0.5 / device + 1e-9);
          for (const size of [fit.width * device, fit.height * device])
            expect(size).toBeCloseTo(Math.round(size), 6);
        },
      ),
    );
  });
});
