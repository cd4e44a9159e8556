import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { Reeltime, until } from "../../../server/test/journey/reeltime.js";
import { differingPixels } from "../support/compare-tiles.js";
import { type ExactPicture, untilExact } from "../support/exactness.js";
import { pixelsOf } from "../support/kept-frames.js";
import { missingForJourneys } from "../support/needs.js";
import { type PatternApp, startPattern } from "../support/pattern.js";
import { Recording } from "../support/recording.js";
import { Viewer } from "../support/viewer.js";
import { startX, type XServer } from "../support/x-server.js";

const SIZE = { width: 1024, height: 768 };

describe.skipIf(missingForJourneys.length > 0)("a small change on a still screen", () => {
  let server: Reeltime;
  let x: XServer;
  let recording: Recording;
  const seen: { readonly what: string; readonly picture: ExactPicture }[] = [];

  beforeAll(async () => {
    server = await new Reeltime().start();
    x = await startX(SIZE);
    x.run("xterm", ["-T", "letters", "-geometry", "40x6+20+20", "-e", "cat"]);
    const rows = ["FALSE", "Winch", "FALSE", "Cable"];
    x.run("zenity", [
      ...["--list", "--checklist", "--title=choices", "--width=300", "--height=240"],
      ...["--column=on", "--column=what", ...rows],
    ]);
    const letters = await x.windowNamed("letters");
    const choices = await x.windowNamed("choices");
    x.xdotool("windowmove", "--sync", choices, 560, 60);
    // The terminal's cursor does not blink, and it is the one that has the keyboard.
    x.xdotool("windowactivate", "--sync", letters);
    recording = await Recording.start({ server, env: x.env });
    await untilExact(recording, "the desktop as it is");
  });
  afterAll(async () => {
    await recording?.close();
    await x?.close();
    await server?.stop();
  });

  /** Does something, and waits until the replay has it, exactly. Returns how many pixels it changed. */
  const change = async (what: string, act: () => void | Promise<void>, least: number): Promise<number> => {
    const before = await untilExact(recording, "what was before");
    await act();
    let pixels = 0;
    const picture = await untilExact(recording, what, (captured) => {
      pixels = differingPixels(before.pixels, captured);
      return pixels >= least;
    });
    seen.push({ what, picture });
    return pixels;
  };

  it("is in the replay when it is one typed letter", async () => {
    const pixels = await change("the letter", () => void x.xdotool("type", "i"), 8);
    expect(pixels).toBeLessThan(600);
  });

  it("is in the replay when it is a checkbox", async () => {
    const check = (): void => void x.xdotool("click", 1);
    x.xdotool("mousemove", 590, 170);
    // The first click brings its window to the front and chooses the row, too.
    await change("the box is checked", check, 10);
    expect(await change("the box is not checked", check, 10)).toBeLessThan(400);
  });

  it("is in the replay when it is a toast that nobody asked for", async () => {
    let toast: PatternApp | undefined;
    try {
      const open = async (): Promise<void> => {
        toast = await startPattern(x, [
          { kind: "popup", colour: "#c9442b", x: 760, y: 690, width: 240, height: 56 },
        ]);
      };
      expect(await change("the toast", open, 10_000)).toBeLessThan(15_000);
      expect(await change("no toast", async () => toast?.close(), 10_000)).toBeLessThan(15_000);
    } finally {
      await toast?.close();
    }
  });

  it("is in the replay when it is a dialog", async () => {
    const pixels = await change(
      "the dialog",
      async () => {
        x.run("zenity", ["--error", "--title=failed", "--text=Invoice 2041 could not be saved."]);
        await x.windowNamed("failed");
      },
      5_000,
    );
    expect(pixels).toBeGreaterThan(5_000);
  });

  it("is there in the player too, pixel for pixel, after a seek to it", async () => {
    await recording.app.call("stop");
    const { startMs } = await server.session(recording.sessionId);
    const stored = await server.allFrames(recording.sessionId);
    const offsetMs = stored.at(-1)?.offsetMs ?? 0;
    const browser: Browser = await launchChromium();
    try {
      const viewer = new Viewer(await browser.newPage());
      await viewer.page.goto(server.signInUrl);
      await viewer.page.goto(`${recording.url}?t=0`);
      await until(async () => (await viewer.state()).phase === "ready", "the replay");
      for (const { what, picture } of seen) {
        const atMs = picture.frame.atMs + recording.epochOffsetMs + offsetMs - startMs;
        await viewer.seek((atMs + 4) / 1_000);
        const [shown] = await viewer.pictures(SIZE.width, SIZE.height);
        expect(shown && differingPixels(pixelsOf(picture.frame), shown), what).toBe(0);
      }
    } finally {
      await browser.close();
    }
  });
});
