import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ExportAnswer,
  encodeFrame,
  encodeScreenBody,
  encodeUpload,
  type OpenResponse,
  type ScreenEvent,
  type WindowId,
  type WriterId,
} from "@reeltime/recorder/protocol";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { BLUE, block, display, GREEN, paint, RED } from "../export/support/screen-session.js";
import { missingForVideo, probe } from "../export/support/video.js";
import { Reeltime, until } from "./reeltime.js";

/** What the screen shows, a colour for each half minute. */
const COLOURS = [RED, GREEN, BLUE];
const EVERY_MS = 30_000;

let reeltime: Reeltime;
let browser: Browser;
let downloads: string;
beforeAll(async () => {
  reeltime = await new Reeltime().start();
  browser = await launchChromium();
  downloads = await mkdtemp(join(tmpdir(), "reeltime-downloads-"));
});
afterAll(async () => {
  await browser?.close();
  await reeltime?.stop();
  await rm(downloads, { recursive: true, force: true });
});

/** Records a minute and a half of a screen, as an SDK does that was held back, and stops. */
async function record(paints = 1): Promise<string> {
  const nowMs = Date.now();
  const startedAtMs = nowMs - COLOURS.length * EVERY_MS;
  const request = { key: reeltime.projectKey, sentAtMs: nowMs, startedAtMs, client: { sdk: "test/1" } };
  const opening = await fetch(`${reeltime.origin}/v1/sessions`, {
    method: "POST",
    body: JSON.stringify(request),
  });
  const { sessionId, token } = (await opening.json()) as OpenResponse;
  const frames: Uint8Array[] = [];
  for (const [index, colour] of COLOURS.entries()) {
    const atMs = startedAtMs + index * EVERY_MS;
    const painted = await block(0, 0, 640, 480, colour);
    const events: ScreenEvent[] = [display(atMs, 640, 480)];
    for (let more = 0; more < paints; more++) events.push(paint(atMs + more * 20, true, painted));
    const lastMs = index === COLOURS.length - 1 ? atMs + EVERY_MS : atMs + paints * 20;
    if (lastMs > atMs + paints * 20) events.push({ type: "key", atMs: lastMs, key: "Enter" });
    const body = encodeScreenBody(events, atMs);
    frames.push(
      encodeFrame({
        writer: "writer-one" as WriterId,
        number: index,
        window: "screen-one" as WindowId,
        kind: "screen",
        firstMs: atMs,
        lastMs,
        inputMs: undefined,
        checkout: true,
        codec: "screen",
        keyId: undefined,
        events: events.length,
        rawBytes: body.length,
        facts: [],
        lost: undefined,
        body,
      }),
    );
  }
  const stopped = await fetch(`${reeltime.origin}/v1/sessions/${sessionId}/stop`, {
    method: "POST",
    body: encodeUpload({ token, sentAtMs: nowMs, frames }),
  });
  expect(stopped.status).toBe(200);
  return sessionId;
}

const exportOf = async (id: string): Promise<ExportAnswer["export"]> =>
  ((await reeltime.get(`/v1/sessions/${id}/export/status?format=mp4`)) as ExportAnswer).export;
const begin = (id: string): Promise<Response> =>
  fetch(`${reeltime.origin}/v1/sessions/${id}/export?format=mp4`, {
    headers: { authorization: `Bearer ${reeltime.readKey}` },
  });

/** Saves what a click on a link leads to. `attribute`: `<a download>`, or an ordinary link. */
async function save(page: Page, href: string, attribute: string): Promise<string> {
  const downloading = page.waitForEvent("download");
  await page.evaluate(
    ([to, asFile]) => {
      const link = Object.assign(document.createElement("a"), { href: to, textContent: "Save" });
      if (asFile !== "") link.setAttribute("download", "");
      document.body.append(link);
      link.click();
    },
    [href, attribute] as const,
  );
  const download = await downloading;
  const file = join(downloads, `${attribute}-${download.suggestedFilename()}`);
  await download.saveAs(file);
  return file;
}

/** A page of its own that plays a file: what it shows at each time, by the middle of the picture. */
async function shownAt(file: string, seconds: readonly number[]): Promise<readonly (readonly number[])[]> {
  const bytes = await readFile(file);
  const site = createServer((request, response) => {
    if (request.url !== "/video.mp4") return response.end("<!doctype html><video muted></video>");
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.writeHead(206, {
      "content-type": "video/mp4",
      "accept-ranges": "bytes",
      "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
    });
    return response.end(bytes.subarray(from));
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    return await page.evaluate(async (times) => {
      const video = document.querySelector("video") as HTMLVideoElement;
      const happens = (name: string): Promise<unknown> =>
        new Promise((resolve, reject) => {
          video.addEventListener(name, resolve, { once: true });
          video.addEventListener("error", () => reject(new Error(video.error?.message)), { once: true });
        });
      video.src = "/video.mp4";
      await happens("loadeddata");
      const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
      const context = canvas.getContext("2d");
      const seen: number[][] = [[video.duration, video.videoWidth, video.videoHeight]];
      for (const time of times) {
        const sought = happens("seeked");
        video.currentTime = time;
        await sought;
        context?.drawImage(video, 300, 200, 1, 1, 0, 0, 1, 1);
        seen.push([...(context?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3));
      }
      return seen;
    }, seconds);
  } finally {
    await page.close();
    site.closeAllConnections();
    site.close();
  }
}

describe.skipIf(missingForVideo.length > 0)("a video, from the built server into a browser", () => {
  it("is saved by who is signed in, by either kind of link, and plays with the right picture at every time", async () => {
    const id = await record();
    expect((await begin(id)).status).toBe(202);
    await until(async () => (await exportOf(id))?.state === "ready", "the video", 60_000);
    const page = await (await browser.newContext({ acceptDownloads: true })).newPage();
    await page.goto(reeltime.signInUrl);
    const href = `/v1/sessions/${id}/export?format=mp4`;
    const [asFile, asPage] = [await save(page, href, "file"), await save(page, href, "")];
    expect((await readFile(asFile)).equals(await readFile(asPage))).toBe(true);
    expect(asPage).toContain(`reeltime-${id}.mp4`);
    expect((await probe(asFile)).durationMs).toBe(COLOURS.length * EVERY_MS);
    const [about, ...colours] = await shownAt(asFile, [0.1, 29.9, 30.1, 45, 59.95, 60.05, 89.5]);
    expect(about?.[0]).toBeCloseTo(90, 2);
    expect(about?.slice(1)).toEqual([640, 480]);
    const nearest = colours.map((seen) =>
      COLOURS.findIndex((colour) =>
        colour.every((value, index) => Math.abs(value - (seen[index] ?? 0)) < 14),
      ),
    );
    expect(nearest).toEqual([0, 0, 1, 1, 1, 2, 2]);
    await page.context().close();
  });

  it("is begun again by a server that was killed over it, and nothing of the first job stays behind", async () => {
    const id = await record(150);
    expect((await begin(id)).status).toBe(202);
    await until(async () => {
      const now = await exportOf(id);
      return now?.state === "running" && now.percent >= 2;
    }, "a job under way");
    const pids = reeltime.children();
    await reeltime.kill();
    await until(
      () => pids.every((pid) => !readdirSync("/proc").includes(String(pid))),
      "the end of its job and its S2",
    );
    await reeltime.start();
    await until(async () => (await exportOf(id))?.state === "ready", "the video", 120_000);
    expect((await begin(id)).status).toBe(200);
    const names = readdirSync(join(reeltime.data, "exports"));
    expect(names.filter((name) => name.includes("draft"))).toEqual([]);
  });
});
