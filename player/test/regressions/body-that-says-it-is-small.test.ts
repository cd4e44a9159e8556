/*
 * Cause: decoded bodies were kept by the bytes that their frames say they have. One that says it has none was kept for nothing,
 * and with it every other of its recording.
 */
import { encodeFrame } from "@reeltime/recorder/protocol";
import { expect, it } from "vitest";
import { BodyDecoder } from "../../src/store/body-decoder.js";
import { readStored } from "../../src/store/buffered-frame.js";
import { RecordedSession, START } from "../support/recorded-session.js";
import { appendScreen, DrawnScreen } from "../support/screen-recording.js";
import { checkout } from "../support/synthetic.js";

it.each(["json", "deflate-raw", "screen"] as const)(
  "what is kept is counted, not believed (%s)",
  async (codec) => {
    const session = new RecordedSession(START);
    const screen = new DrawnScreen(640, 480);
    for (let second = 0; second < 20; second++) {
      const atMs = START + second * 1_000;
      if (codec === "screen") appendScreen(session, [screen.display(atMs), await screen.whole(atMs)]);
      else session.append({ codec, events: checkout(atMs, "x".repeat(100_000)) });
    }
    const frames = session.stored.map(readStored).flatMap((buffered) => {
      const { frame } = buffered;
      if (frame === undefined) return [];
      return [readStored({ ...buffered, bytes: encodeFrame({ ...frame, rawBytes: 0 }) })];
    });
    const [one] = frames;
    if (one === undefined) throw new Error("no frame");
    const { bytes } = await new BodyDecoder().decode(one);
    expect(bytes).toBeGreaterThan(codec === "screen" ? 50 : 100_000);
    const decoder = new BodyDecoder(5 * bytes + 10);
    const first = await decoder.decode(one);
    for (const frame of frames) await decoder.decode(frame);
    expect(decoder.keptBytes).toBeLessThanOrEqual(5 * bytes + 10);
    expect((await decoder.decode(one)).events).not.toBe(first.events);
  },
);
