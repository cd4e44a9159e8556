import {
  type AckResponse,
  decodeFrame,
  encodeFrame,
  encodeUpload,
  type OpenResponse,
  type StoredFrame,
  type WindowId,
  type WriterId,
} from "@reeltime/recorder/protocol";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { EMBEDDED, Reeltime, until } from "./reeltime.js";
import { type Site, startSite } from "./site.js";

const KILLS = Number(process.env.REELTIME_TEST_KILLS ?? 20);
const WRITERS = 8;

/** A writer that sends, notes what was acknowledged, and sends again what was not. */
class Writer {
  readonly acked = new Map<number, string>();
  readonly id: WriterId;
  sessionId = "";
  #token = "";
  #next = 0;
  #stopped = false;
  #done: Promise<void> = Promise.resolve();
  readonly reeltime: Reeltime;

  constructor(reeltime: Reeltime, index: number) {
    this.reeltime = reeltime;
    this.id = `crash-writer-${index}` as WriterId;
  }

  async open(): Promise<void> {
    const body = JSON.stringify({
      key: this.reeltime.projectKey,
      sentAtMs: Date.now(),
      client: { sdk: "test/1" },
    });
    const answer = await fetch(`${this.reeltime.origin}/v1/sessions`, { method: "POST", body });
    const opened = (await answer.json()) as OpenResponse;
    this.sessionId = opened.sessionId;
    this.#token = opened.token;
  }

  run(): void {
    this.#done = this.#loop();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #loop(): Promise<void> {
    let waiting: { number: number; text: string; bytes: Uint8Array }[] = [];
    while (!this.#stopped || waiting.length > 0) {
      if (!this.#stopped && waiting.length < 4) waiting.push(this.#frame());
      const upload = encodeUpload({
        token: this.#token,
        sentAtMs: Date.now(),
        frames: waiting.map(({ bytes }) => bytes),
      });
      try {
        const answer = await fetch(`${this.reeltime.origin}/v1/sessions/${this.sessionId}/frames`, {
          method: "POST",
          body: upload,
          signal: AbortSignal.timeout(10_000),
        });
        if (answer.status === 503 || answer.status === 500) throw new Error("not now");
        expect(answer.status).toBe(200);
        const { acked } = (await answer.json()) as AckResponse;
        for (const frame of waiting) if (frame.number <= acked) this.acked.set(frame.number, frame.text);
        waiting = waiting.filter(({ number }) => number > acked);
      } catch (error) {
        if (error instanceof Error && error.name === "AssertionError") throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  #frame(): { number: number; text: string; bytes: Uint8Array } {
    const number = this.#next++;
    const text = `${this.id}:${number}:${"x".repeat((number * 137) % 3000)}`;
    const now = Date.now();
    const bytes = encodeFrame({
      writer: this.id,
      number,
      window: "crash-window" as WindowId,
      kind: "dom",
      firstMs: now,
      lastMs: now,
      inputMs: now,
      checkout: number % 40 === 0,
      codec: "json",
      keyId: undefined,
      events: 1,
      rawBytes: text.length,
      facts: [],
      lost: undefined,
      body: new TextEncoder().encode(text),
    });
    return { number, text, bytes };
  }
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Numbers of one writer in the order of the stream, with their texts. */
function storedOf(
  frames: readonly StoredFrame[],
  writer: string,
): readonly { number: number; text: string }[] {
  return frames
    .map((stored) => decodeFrame(stored.bytes))
    .filter((frame) => frame.writer === writer)
    .map((frame) => ({ number: frame.number, text: new TextDecoder().decode(frame.body) }));
}

describe(`${KILLS} kills while recording`, () => {
  let reeltime: Reeltime;
  let site: Site;
  let browser: Browser;
  let page: Page;
  const writers: Writer[] = [];

  beforeAll(async () => {
    reeltime = await new Reeltime({ REELTIME_OPENS_PER_MINUTE: "100000" }).start();
    site = await startSite(reeltime);
    browser = await launchChromium();
    page = await (await browser.newContext()).newPage();
    await page.goto(site.origin);
    await until(async () => (await reeltime.sessions()).sessions.length === 1, "the page's session");
    for (let index = 0; index < WRITERS; index++) {
      const writer = new Writer(reeltime, index);
      await writer.open();
      writers.push(writer);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
    await reeltime?.stop();
  });

  it("leave every acknowledged frame once and in order, no orphan, and the page recording", async () => {
    for (const writer of writers) writer.run();
    const changing = page.evaluate(() => {
      (window as unknown as { ticking: number }).ticking = window.setInterval(
        () => (window as unknown as { change: () => number }).change(),
        100,
      );
    });
    await changing;
    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 1500));
      const children = reeltime.children();
      expect(children).toHaveLength(EMBEDDED ? 1 : 0);
      if (kill % 2 === 1) await reeltime.killS2();
      await reeltime.kill();
      await until(() => !children.some(alive), "no orphan left");
      if (kill % 2 === 1) await reeltime.startS2();
      await reeltime.start();
    }
    for (const writer of writers) await writer.stop();
    const last = await page.evaluate(() => {
      window.clearInterval((window as unknown as { ticking: number }).ticking);
      return (window as unknown as { change: () => number }).change();
    });
    expect(last).toBeGreaterThan(20);

    let acked = 0;
    for (const writer of writers) {
      const stored = storedOf(await reeltime.allFrames(writer.sessionId), writer.id);
      expect(stored.map(({ number }) => number)).toEqual(stored.map((_, index) => index));
      for (const [number, text] of writer.acked) expect(stored[number]?.text).toBe(text);
      acked += writer.acked.size;
    }
    expect(acked).toBeGreaterThan(KILLS * 10);

    const pageSession = await until(async () => {
      const { sessions } = await reeltime.sessions();
      return sessions.find((session) => session.client.url?.includes("shop.localhost"));
    }, "the page's session is still there");
    // A page that met nothing but dead servers waits up to a minute for its next try.
    await until(
      async () => {
        const frames = await reeltime.allFrames(pageSession.id);
        const texts = await Promise.all(
          frames.map(async (stored) => {
            const frame = decodeFrame(stored.bytes);
            return frame.codec === "json"
              ? new TextDecoder().decode(frame.body)
              : new Response(
                  new Blob([new Uint8Array(frame.body)])
                    .stream()
                    .pipeThrough(new DecompressionStream("deflate-raw")),
                ).text();
          }),
        );
        return texts.some((text) => text.includes(`"${last}"`));
      },
      "the page's last change is stored",
      70_000,
    );
  }, 400_000);
});
