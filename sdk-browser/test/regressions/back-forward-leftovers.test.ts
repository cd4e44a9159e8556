/**
 * A page that came back from the back-forward cache emptied the tab's store of what pages could not send: its own, which
 * it still has, and with it what the page before it had left.
 */
import { encodeFrame, type WindowId, type WriterId } from "@reeltime/recorder/protocol";
import { it } from "vitest";
import { stage, useStage } from "../browser/stage.js";

useStage();

it("sends what another page left while this one was in the back-forward cache", async () => {
  const page = await stage.open(await stage.visitor());
  await stage.recording();
  const { collector } = stage;
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  // The other page, with the network away: it leaves a frame of its own beside what it found.
  const [{ writer, window } = { writer: "", window: "" }] = collector.frames;
  const other = createFrame(writer.replace(/./, "z"), window);
  await page.evaluate((frame) => {
    const [key = ""] = Object.keys(sessionStorage);
    const tab = JSON.parse(sessionStorage.getItem(key) as string);
    const { sessionId, token, url } = JSON.parse(localStorage.getItem(key) as string);
    tab.left.push({ session: { sessionId, token, url }, frames: [frame], stop: false });
    sessionStorage.setItem(key, JSON.stringify(tab));
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    document.body.append("back again");
  }, other);
  await collector.until("the other page's frame", () =>
    collector.frames.some((frame) => frame.writer === writer.replace(/./, "z")),
  );
});

const createFrame = (writer: string, window: string): number[] => [
  ...encodeFrame({
    writer: writer as WriterId,
    number: 0,
    window: window as WindowId,
    kind: "beat",
    firstMs: Date.now(),
    lastMs: Date.now(),
    inputMs: undefined,
    checkout: false,
    codec: "json",
    keyId: undefined,
    events: 0,
    rawBytes: 0,
    facts: [],
    lost: undefined,
    body: new Uint8Array(),
  }),
];
