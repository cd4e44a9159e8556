import { afterEach, describe, expect, it } from "vitest";
import { CaptureHelper, DisplayLost } from "../../src/capture/helper.js";
import { FAILED_CAPTURES } from "../../src/capture/limits.js";
import type { CaptureCommand, CaptureReport } from "../../src/capture/messages.js";
import { BLACK, copyPart, type RawImage, wordsOf } from "../../src/capture/raw-image.js";
import type { OpenChanges } from "../../src/capture/screen-changes.js";
import type { Captured, Screens } from "../../src/capture/screens.js";
import { loadWebp, type WebpEncoder } from "../../src/capture/webp.js";
import type { PictureArea, Rectangle } from "../../src/geometry.js";
import { monotonicMs } from "../../src/monotonic.js";
import type { DesktopWindow, WindowSource, WindowsSnapshot } from "../../src/windows/desktop-window.js";
import { until } from "../support/x-server.js";
import { colour, copyOf, fillWith, plain, touch } from "./synthetic.js";

const area = (id: string, more: Partial<PictureArea> = {}): PictureArea => ({
  id,
  name: `display ${id}`,
  source: "display",
  x: 0,
  y: 0,
  width: 320,
  height: 200,
  scale: 1,
  ...more,
});

/** A desktop of a test's own making: what its displays show can be set. */
class FakeDesktop implements Screens {
  areas: PictureArea[];
  readonly images = new Map<string, RawImage>();
  /** Each capture's display, in order. */
  readonly captured: string[] = [];
  /** Captures that have begun and not ended: the most there were at once. */
  most = 0;
  outcome: ((id: string) => Captured | undefined) | undefined;
  windowsFail = false;
  windowsNow: readonly DesktopWindow[] = [];
  #running = 0;

  constructor(areas: PictureArea[]) {
    this.areas = areas;
    for (const { id, width, height } of areas) this.images.set(id, plain(width, height));
  }

  displays(): readonly PictureArea[] {
    return this.areas;
  }

  windows(): readonly never[] {
    return [];
  }

  async captureDisplay(id: string): Promise<Captured> {
    this.captured.push(id);
    this.most = Math.max(this.most, ++this.#running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    this.#running--;
    const image = this.images.get(id);
    return this.outcome?.(id) ?? (image === undefined ? { failed: "gone" } : copyOf(image));
  }

  captureWindow(): Promise<Captured> {
    return Promise.resolve({ failed: "no windows here" });
  }

  readonly openWindows = (): Promise<WindowSource> =>
    this.windowsFail
      ? Promise.reject(new Error("no window tree"))
      : Promise.resolve({
          snapshot: (sinceMs) =>
            this.windowsFail ? Promise.reject(new Error("gone")) : Promise.resolve(this.#snapshot(sinceMs)),
          close: () => undefined,
        });

  #snapshot(sinceMs = monotonicMs()): WindowsSnapshot {
    return { atMs: monotonicMs(), sinceMs, windows: this.windowsNow, active: undefined };
  }
}

const running: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

async function start(desktop: FakeDesktop, encode?: WebpEncoder, openChanges?: OpenChanges) {
  const reports: CaptureReport[] = [];
  const seen: { readonly picture: string; readonly image: RawImage }[] = [];
  const state = { answer: "accepted" as "accepted" | "refused" | "nothing", aheadMs: 0 };
  const helper = new CaptureHelper({
    screens: desktop,
    encode: encode ?? (await loadWebp()),
    openWindows: desktop.openWindows,
    ...(openChanges && { openChanges }),
    ownPids: () => Promise.resolve(new Set<number>()),
    clock: () => monotonicMs() + state.aheadMs,
    report: (report) => {
      reports.push(report);
      if (report.type === "paint" && state.answer !== "nothing")
        helper.handle({ type: state.answer, picture: report.picture, paint: report.paint });
    },
    onCapture: (picture, _, image) => {
      seen.push({ picture, image });
      return Promise.resolve();
    },
  });
  const ended = helper.run();
  // Whoever waits for it hears of it.
  ended.catch(() => undefined);
  running.push(async () => {
    helper.handle({ type: "stop" });
    await ended.catch(() => undefined);
  });
  const of = <Type extends CaptureReport["type"]>(type: Type): Extract<CaptureReport, { type: Type }>[] =>
    reports.filter((one): one is never => one.type === type);
  return { helper, reports, seen, state, of, ended };
}

const configure = (denyWindows: readonly string[] = []): CaptureCommand => ({
  type: "configure",
  rules: { denyWindows, denyRectangles: [], recordTitles: true },
  target: { kind: "displays" },
  quality: 75,
  maxBytesPerSecond: 1e9,
});

describe("the capture helper", () => {
  it("captures one picture at a time, each in its turn", async () => {
    const desktop = new FakeDesktop([area("a"), area("b", { x: 320 }), area("c", { x: 640 })]);
    const { helper, of } = await start(desktop);
    helper.handle(configure());
    helper.handle({ type: "pace", fps: 30 });
    await until(() => desktop.captured.length >= 60, "it did not go on");
    expect(desktop.most).toBe(1);
    const counts = ["a", "b", "c"].map((id) => desktop.captured.filter((one) => one === id).length);
    // Paints are encoded while others are captured, so that turns need not be exactly as many.
    expect(Math.min(...counts)).toBeGreaterThan(Math.max(...counts) / 2);
    // Whichever is encoded first is said first.
    const painted = of("paint").map(({ picture, whole }) => `${picture} ${whole}`);
    expect(painted.sort()).toEqual(["a true", "b true", "c true"]);
    expect(of("state").map(({ picture, state }) => [picture, state])).toEqual([
      ["a", "shown"],
      ["b", "shown"],
      ["c", "shown"],
    ]);
  });

  it("captures a picture again only once its paint was answered; others go on", async () => {
    const desktop = new FakeDesktop([area("a"), area("b", { x: 320 })]);
    const { helper, state, of } = await start(desktop);
    state.answer = "nothing";
    helper.handle(configure());
    helper.handle({ type: "pace", fps: 100 });
    await until(() => of("paint").length === 2, "no paints");
    const numberOf = (id: string): number => of("paint").find(({ picture }) => picture === id)?.paint ?? 0;
    helper.handle({ type: "accepted", picture: "b", paint: numberOf("b") });
    await until(() => desktop.captured.filter((id) => id === "b").length > 10, "the other does not go on");
    expect(desktop.captured.filter((id) => id === "a")).toHaveLength(1);
    helper.handle({ type: "refused", picture: "a", paint: numberOf("a") });
    await until(() => desktop.captured.filter((id) => id === "a").length === 2, "it is not captured again");
  });

  it("captures what is drawn after a pause at once, whatever the pace", async () => {
    const desktop = new FakeDesktop([area("a")]);
    const shown = plain(320, 200);
    desktop.images.set("a", shown);
    const drawn: Rectangle[] = [];
    let announce: () => void = () => undefined;
    let isOpen = false;
    const { helper, state, of, ended } = await start(desktop, undefined, (onDrawn) => {
      announce = onDrawn;
      isOpen = true;
      return Promise.resolve({
        take: () => Promise.resolve(drawn.splice(0)),
        read: (_, part, into) => {
          copyPart(shown, part, into, part.x, part.y);
          return Promise.resolve(true);
        },
        close: () => {
          isOpen = false;
        },
      });
    });
    helper.handle(configure());
    helper.handle({ type: "pace", fps: 100 });
    await until(() => of("still").length > 0, "it is never still");
    // It has been still for 50 s, up to now: the next tick is 40 s away.
    state.aheadMs += 50_000;
    const stills = of("still").length;
    await until(() => of("still").length > stills + 1, "it does not go on");
    helper.handle({ type: "pace", fps: 1 / 40 });
    const part = { x: 0, y: 0, width: 9, height: 9 };
    fillWith(shown, part, 4);
    drawn.push(part);
    announce();
    await until(() => of("paint").length === 2, "what was drawn is not captured");
    helper.handle({ type: "stop" });
    await ended;
    expect(isOpen).toBe(false);
  });

  it("forgets everything when it is configured anew, and takes an answer from before for nothing", async () => {
    const desktop = new FakeDesktop([area("a")]);
    const { helper, state, of } = await start(desktop);
    state.answer = "nothing";
    helper.handle(configure());
    helper.handle({ type: "pace", fps: 100 });
    await until(() => of("paint").length === 1, "no paint");
    helper.handle(configure());
    await until(() => of("paint").length === 2, "no paint");
    expect(of("paint")[1]?.whole).toBe(true);
    const [before, now] = of("paint").map(({ picture, paint }) => ({ picture, paint }));
    if (before === undefined || now === undefined) throw new Error("no paints");
    helper.handle({ type: "accepted", ...before });
    helper.handle({ type: "refused", ...before });
    const looks = desktop.captured.length;
    helper.handle({ type: "refused", ...now });
    await until(() => of("paint").length === 3, "no paint");
    expect(of("paint")[2]?.whole).toBe(true);
    expect(desktop.captured).toHaveLength(looks + 1);
  });

  it("goes on at once with a picture that was configured anew before its paint was sent", async () => {
    const desktop = new FakeDesktop([area("a")]);
    let finish: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let encodings = 0;
    const { helper, of } = await start(desktop, async () => {
      if (++encodings === 1) await gate;
      return new Uint8Array(1);
    });
    helper.handle(configure());
    helper.handle({ type: "pace", fps: 100 });
    await until(() => encodings > 0, "nothing is encoded");
    const startMs = monotonicMs();
    helper.handle(configure());
    await until(() => of("paint").length === 1, "no paint");
    expect(of("paint")[0]?.atMs).toBeGreaterThanOrEqual(startMs);
    finish?.();
    await until(() => of("still").length > 0, "it does not go on");
    expect(of("paint")).toHaveLength(1);
  });

  it("sends no paint of a size that is not the picture's any more", async () => {
    const desktop = new FakeDesktop([area("a"), area("b", { x: 320 })]);
    const waiting: (() => void)[] = [];
    let holds = false;
    const { helper, of } = await start(desktop, async () => {
      if (holds) await new Promise<void>((resolve) => waiting.push(resolve));
      return new Uint8Array(1);
    });
    helper.handle(configure());
    helper.handle({ type: "pace", fps: 100 });
    await until(() => of("paint").length === 2, "no paints");
    holds = true;
    desktop.images.set("a", plain(320, 200, colour(9, 9, 9)));
    await until(() => waiting.length > 0, "nothing is encoded");
    holds = false;
    desktop.areas = [area("a", { width: 640, height: 400 }), area("b", { x: 640 })];
    desktop.images.set("a", plain(640, 400));
    await until(() => of("pictures").at(-1)?.pictures[0]?.width === 640, "it is not said");
    for (const go of waiting) go();
    await until(() => of("paint").length === 3, "no paint");
    const paint = of("paint").at(-1);
    expect(paint).toMatchObject({ picture: "a", whole: true });
    expect(paint?.rectangles.reduce((sum, { width, height }) => sum + width * height, 0)).toBe(640 * 400);
  });

  it("is all black while windows are denied and cannot be read, says so once, and when it is over", async () => {
    const desktop = new FakeDesktop([area("a")]);
    desktop.windowsFail = true;
    const { helper, seen, of } = await start(desktop);
    helper.handle(configure(["secret"]));
    helper.handle({ type: "pace", fps: 100 });
    await until(() => seen.length > 5, "nothing was captured");
    expect(desktop.captured).toEqual([]);
    for (const { image } of seen) expect(wordsOf(image).every((word) => word === BLACK)).toBe(true);
    expect(of("trouble")).toMatchObject([{ code: "capture_failed" }]);
    desktop.windowsFail = false;
    await until(() => of("recovered").length === 1, "it does not recover");
    await until(() => desktop.captured.length > 2, "nothing is captured");
    expect(wordsOf(seen.at(-1)?.image ?? plain(1, 1))[0]).toBe(colour(250, 250, 250));
    expect(of("trouble")).toHaveLength(1);
  });

  it("shows nothing of a capture after which the windows could not be read", async () => {
    const desktop = new FakeDesktop([area("a")]);
    const { helper, seen } = await start(desktop);
    desktop.outcome = () => {
      desktop.windowsFail = true;
      return undefined;
    };
    helper.handle(configure(["secret"]));
    helper.handle({ type: "pace", fps: 100 });
    await until(() => seen.length > 3, "nothing was captured");
    expect(desktop.captured).toHaveLength(1);
    for (const { image } of seen) expect(wordsOf(image).every((word) => word === BLACK)).toBe(true);
  });

  it("says that a picture is unavailable when captures keep failing, and when they work again", async () => {
    const desktop = new FakeDesktop([area("a")]);
    const { helper, of } = await start(desktop);
    helper.handle(configure());
    helper.handle({ type: "pace", fps: 100 });
    await until(() => of("paint").length === 1, "no paint");
    let failures = 0;
    desktop.outcome = () => {
      failures++;
      return failures === 2 ? undefined : { failed: "no luck" };
    };
    await until(() => of("state").at(-1)?.state === "unavailable", "it is not said");
    // The second of them worked, so that they are counted from there.
    expect(failures).toBeGreaterThanOrEqual(2 + FAILED_CAPTURES);
    expect(of("trouble")).toMatchObject([{ code: "capture_failed" }]);
    desktop.outcome = undefined;
    await until(() => of("state").at(-1)?.state === "shown", "it is not said");
    expect(of("recovered")).toMatchObject([{ code: "capture_failed" }]);
  });

  it("ends when the displays are gone", async () => {
    const desktop = new FakeDesktop([area("a")]);
    const { helper, ended, of } = await start(desktop);
    helper.handle(configure());
    helper.handle({ type: "pace", fps: 100 });
    await until(() => of("paint").length === 1, "no paint");
    desktop.displays = () => {
      throw new Error("xcb connection error");
    };
    await expect(ended).rejects.toBeInstanceOf(DisplayLost);
  });

  it("takes no capture during which the displays changed: what is denied would be black in the wrong place", async () => {
    const desktop = new FakeDesktop([area("a")]);
    const { helper, seen, of } = await start(desktop);
    let moved = false;
    desktop.outcome = () => {
      if (moved) return undefined;
      moved = true;
      desktop.areas = [area("a", { x: 100 })];
      return plain(320, 200, colour(255, 0, 0));
    };
    helper.handle(configure(["secret"]));
    helper.handle({ type: "pace", fps: 100 });
    await until(() => seen.length > 0, "nothing was captured");
    expect(seen.some(({ image }) => wordsOf(image).includes(colour(255, 0, 0)))).toBe(false);
    expect(of("pictures").map(({ pictures }) => pictures[0]?.x)).toEqual([0, 100]);
  });

  it("thins captures out while bytes are owed, and still shows small changes", async () => {
    const desktop = new FakeDesktop([area("a")]);
    const { helper, of } = await start(desktop);
    helper.handle({ ...configure(), maxBytesPerSecond: 2_000 } as CaptureCommand);
    helper.handle({ type: "pace", fps: 100 });
    await until(() => of("paint").length === 1, "no paint");
    const photo = plain(320, 200);
    fillWith(photo, { x: 0, y: 0, width: 320, height: 200 }, 60_000);
    desktop.images.set("a", photo);
    await until(() => of("paint").length === 2, "no paint");
    const captures = desktop.captured.length;
    const startMs = monotonicMs();
    desktop.images.set("a", touch(photo, 3, 3));
    await until(() => of("paint").length === 3, "the change is never shown");
    // The bytes of the photo are worth many seconds: what comes next is seen after the longest wait, and no capture was made before.
    expect(desktop.captured.length).toBe(captures + 1);
    expect(monotonicMs() - startMs).toBeGreaterThan(500);
  });

  it("says again and again that there is nothing to capture, while that is so", async () => {
    const desktop = new FakeDesktop([]);
    const { helper, of } = await start(desktop);
    helper.handle(configure());
    helper.handle({ type: "pace", fps: 100 });
    await until(() => of("pictures").length >= 2, "it is not said");
    desktop.areas = [area("a")];
    desktop.images.set("a", plain(320, 200));
    await until(() => of("paint").length === 1, "no paint");
  });

  it("reports a mistake of its own to whoever runs it", async () => {
    const desktop = new FakeDesktop([area("a")]);
    desktop.images.set("a", { width: 320, height: 200, pixels: Buffer.alloc(8) });
    const { helper, ended } = await start(desktop);
    helper.handle(configure());
    helper.handle({ type: "pace", fps: 100 });
    await expect(ended).rejects.toThrow();
  });
});
