import { beforeAll, describe, expect, it } from "vitest";
import { ByteBudget } from "../../src/capture/budget.js";
import { ColourCounter } from "../../src/capture/colours.js";
import { PaintEncoder } from "../../src/capture/encode.js";
import { Picture } from "../../src/capture/picture.js";
import type { PaintPlan } from "../../src/capture/plan.js";
import type { RawImage } from "../../src/capture/raw-image.js";
import { loadWebp } from "../../src/capture/webp.js";
import { fillWith, plain, touch } from "./synthetic.js";

let encoder: PaintEncoder;
beforeAll(async () => {
  encoder = new PaintEncoder(await loadWebp());
});

const view = { budget: new ByteBudget(1e9, 0), colours: new ColourCounter(), quality: 75 };

/** Captures, and has the paint answered. */
async function capture(
  picture: Picture,
  image: RawImage,
  answer: "accept" | "refuse",
  atMs = 0,
): Promise<PaintPlan | undefined> {
  const plan = picture.plan(image, atMs, view);
  if (plan === undefined) return undefined;
  picture.propose(image, plan, await encoder.encode(image, plan));
  picture[answer]();
  return plan;
}

describe("a picture", () => {
  it("begins with a whole paint, until one is accepted", async () => {
    const picture = new Picture();
    const image = plain(200, 100);
    expect((await capture(picture, image, "refuse"))?.whole).toBe(true);
    expect((await capture(picture, image, "refuse"))?.whole).toBe(true);
    expect((await capture(picture, image, "accept"))?.whole).toBe(true);
    expect(await capture(picture, image, "accept")).toBeUndefined();
  });

  it("is compared with what was accepted: what was refused is sent again, with what changed since", async () => {
    const picture = new Picture();
    const image = plain(640, 64);
    await capture(picture, image, "accept");
    const first = touch(image, 5, 5);
    expect((await capture(picture, first, "refuse"))?.changed).toEqual([0]);
    const second = touch(first, 600, 5);
    expect((await capture(picture, second, "refuse"))?.changed).toEqual([0, 9]);
    expect((await capture(picture, second, "accept"))?.changed).toEqual([0, 9]);
    expect(await capture(picture, second, "accept")).toBeUndefined();
  });

  it("sends nothing of a change that was refused and is gone", async () => {
    const picture = new Picture();
    const image = plain(640, 64);
    await capture(picture, image, "accept");
    await capture(picture, touch(image, 5, 5), "refuse");
    expect(await capture(picture, image, "accept")).toBeUndefined();
  });

  it("does not take what was refused for what moved", async () => {
    const picture = new Picture();
    const image = plain(64, 64);
    await capture(picture, image, "accept");
    const text = plain(64, 64);
    fillWith(text, { x: 0, y: 0, width: 64, height: 64 }, 400);
    for (let times = 0; times < 9; times++) await capture(picture, text, "refuse");
    expect((await capture(picture, text, "accept"))?.coarse).toEqual([]);
  });

  it("of another size is whole again", async () => {
    const picture = new Picture();
    await capture(picture, plain(640, 64), "accept");
    expect((await capture(picture, plain(641, 64), "accept"))?.whole).toBe(true);
    expect((await capture(picture, plain(64, 640), "refuse"))?.whole).toBe(true);
    expect(await capture(picture, plain(641, 64), "accept")).toBeUndefined();
  });

  it("is whole when that is asked for, though nothing changed", async () => {
    const picture = new Picture();
    const image = plain(640, 64);
    await capture(picture, image, "accept");
    picture.askCheckout();
    expect(await capture(picture, image, "accept")).toMatchObject({ whole: true, changed: [] });
    expect(await capture(picture, image, "accept")).toBeUndefined();
  });

  it("of a photo comes to rest: coarse at first, exact after a second, then silent", async () => {
    const picture = new Picture();
    const photo = plain(640, 640);
    fillWith(photo, { x: 0, y: 0, width: 640, height: 640 }, 60_000);
    expect((await capture(picture, photo, "accept", 0))?.coarse).toHaveLength(100);
    const refined: number[] = [];
    for (let at = 1_000; at < 30_000; at += 1_000) {
      const plan = await capture(picture, photo, "accept", at);
      expect(plan?.whole ?? false).toBe(false);
      refined.push(...(plan?.refined ?? []));
    }
    expect(new Set(refined).size).toBe(100);
    expect(refined).toHaveLength(100);
  });
});
