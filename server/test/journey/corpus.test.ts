import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeEvents, decodeFrame, decodeFramesPage, type SessionDetail } from "@reeltime/recorder/protocol";
import { type RunningServer, readConfig, startServer } from "@reeltime/server";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { corpusEvents, corpusNames } from "../../../scripts/corpus.mjs";
import { uploadSession } from "./corpus.js";
import { until } from "./reeltime.js";

/** What Chromium says when the CSP did its work, which is what it is there for. */
const REFUSAL = /Content Security Policy|Refused to|ERR_BLOCKED_BY_CSP|blocked by CSP/i;

describe("the corpus", () => {
  const data = mkdtempSync(join(tmpdir(), "reeltime-corpus-"));
  const ids = new Map<string, string>();
  let nowMs = 0;
  let server: RunningServer;
  let browser: Browser;
  let office: BrowserContext;

  const get = async (path: string): Promise<Response> => {
    const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${server.readKey}` } });
    expect(answer.status).toBe(200);
    return answer;
  };

  beforeAll(async () => {
    const env = {
      PORT: "0",
      REELTIME_DATA: data,
      LOG_LEVEL: "error",
      REELTIME_SESSION_UPLOADS_PER_SECOND: "100000",
      REELTIME_SESSION_BYTES_PER_SECOND: String(2 ** 32),
    };
    server = await startServer(readConfig(env, data), { clock: () => nowMs || Date.now() });
    browser = await launchChromium();
    office = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await office.newPage();
    await page.goto(server.signInUrl);
    await page.close();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(data, { recursive: true, force: true });
  });

  it.each(corpusNames())(
    "%s goes in through the collector and comes out event for event identical",
    async (name) => {
      const events = corpusEvents(name);
      const target = {
        origin: server.url,
        projectKey: server.projectKey,
        setNow: (atMs: number) => {
          nowMs = atMs;
        },
      };
      const id = await uploadSession(target, name, events);
      ids.set(name, id);
      const out: unknown[] = [];
      for (let from = 0; ; ) {
        const answer = await get(`/v1/sessions/${id}/frames?from=${from}`);
        const page = decodeFramesPage(new Uint8Array(await answer.arrayBuffer()));
        expect(page.dropped).toBe(0);
        for (const stored of page.frames) {
          const frame = decodeFrame(stored.bytes);
          out.push(...(await decodeEvents(frame.codec, frame.body)));
        }
        if (page.next >= page.tail) break;
        from = page.next;
      }
      expect(out.length).toBe(events.length);
      expect(JSON.stringify(out)).toBe(JSON.stringify(events));
    },
  );

  it.each(corpusNames())("%s plays straight through without an exception or a warning", async (name) => {
    const id = ids.get(name) ?? "";
    const { startMs, lastMs } = (await (await get(`/v1/sessions/${id}`)).json()) as SessionDetail;
    const page = await office.newPage();
    const complaints = listen(page);
    await page.goto(`${server.url}/sessions/${id}?t=0`);
    await page.waitForSelector("reeltime-player", { state: "attached" });
    await page.evaluate(() => {
      const find = (root: Document | ShadowRoot): Element | undefined => {
        for (const element of root.querySelectorAll("*")) {
          if (element.localName === "reeltime-player") return element;
          const inner = element.shadowRoot === null ? undefined : find(element.shadowRoot);
          if (inner !== undefined) return inner;
        }
        return undefined;
      };
      const player = find(document) as HTMLMediaElement | undefined;
      (window as unknown as { player: HTMLMediaElement | undefined }).player = player;
    });
    const seconds = (lastMs - startMs) / 1000;
    await until(
      () => page.evaluate(() => (window as unknown as { player: HTMLMediaElement }).player.duration > 0),
      `${name} opened`,
    );
    await page.evaluate(async () => {
      const { player } = window as unknown as { player: HTMLMediaElement };
      player.playbackRate = 16;
      await player.play();
    });
    await until(
      async () => {
        const at = await page.evaluate(
          () => (window as unknown as { player: HTMLMediaElement }).player.currentTime,
        );
        return at >= seconds - 0.5;
      },
      `${name} played to its end at ${seconds} s`,
      (seconds / 16) * 1000 * 3 + 30_000,
    );
    expect(complaints).toEqual([]);
    await page.close();
  });
});

function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const bad = message.type() === "warning" || message.type() === "error";
    if (bad && !REFUSAL.test(message.text())) complaints.push(message.text());
  });
  return complaints;
}
