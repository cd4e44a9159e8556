import type { SessionExport } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { eventually, open, page, rows, server, useDashboard } from "./dashboard-page.js";
import { fabricate, fabricateDetail } from "./fabricate.js";

useDashboard();

const desktop = () =>
  fabricate(Date.now() - 600_000, {
    lasted: 90_000,
    client: {
      sdk: "desktop/0.1.0",
      userAgent: "Reeltime desktop (Linux 6.1.0; x64) Node/20.20.2",
      screenWidth: 1920,
      screenHeight: 1080,
    },
    page: { url: "Invoice 2041", title: "Invoice 2041" },
    counts: { pages: 4, clicks: 9, lostEvents: 3 },
  });

describe("a desktop's session", () => {
  it("is listed by its window, its system and what was switched to", async () => {
    server.sessions = [desktop(), fabricate(Date.now() - 900_000)];
    await open("/sessions");
    const row = rows().first();
    await row.getByText("Invoice 2041").waitFor();
    await row.getByText("Desktop app · Linux", { exact: true }).waitFor();
    await row.getByText("4 windows · 9 clicks").waitFor();
    expect(await row.locator(".device svg").count()).toBe(1);
    await rows().nth(1).getByText("3 pages · 12 clicks").waitFor();
  });

  it("is told of in words of its own", async () => {
    const item = desktop();
    server.sessions = [item];
    const detail = fabricateDetail(item);
    const facts = detail.facts.slice(0, 1).map((fact) => ({
      ...fact,
      text: "Invoice 2041",
      detail: { title: "Invoice 2041", app: "Ledger" },
    }));
    server.details.set(item.id, { ...detail, facts });
    await open(`/sessions/${item.id}`);
    await page.locator("rt-facts").getByText("Began in").waitFor();
    await page
      .locator("rt-facts")
      .getByRole("button", { name: /^Windows/ })
      .waitFor();
    await page.getByRole("tab", { name: "Details" }).click();
    const details = page.locator("rt-details");
    await details.getByText("Displays and windows").waitFor();
    await details.getByText("Ledger", { exact: true }).waitFor();
    await details.getByText(/parts of the\s+screen may look wrong/).waitFor();
    expect(await details.getByText("Came from").count()).toBe(0);
  });
});

describe("its video", () => {
  const ready = (given: SessionExport): SessionExport => ({
    ...given,
    state: "ready",
    phase: null,
    percent: 100,
    video: {
      bytes: 7_300_000,
      durationMs: 60_000,
      width: 1_920,
      height: 1_080,
      whole: true,
      dropped: 0,
      madeMs: Date.now(),
    },
  });

  it("is asked for, watched while it is made, and downloaded", async () => {
    const item = desktop();
    server.sessions = [item];
    await open(`/sessions/${item.id}`);
    await page.getByRole("button", { name: "Export video (MP4)" }).click();
    const dialog = page.getByRole("dialog", { name: "Export video" });
    await dialog.getByRole("button", { name: "Make the video" }).click();
    await dialog.getByText("Waiting for its turn").waitFor();
    const queued = server.exports.get(item.id);
    if (queued === undefined) throw new Error("nothing was asked for");
    server.exports.set(item.id, { ...queued, state: "running", phase: "painting", percent: 42 });
    await dialog.getByText("42 %").waitFor();
    expect(await dialog.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("42");
    server.exports.set(item.id, { ...queued, state: "running", phase: "finishing", percent: 97 });
    await dialog.getByText("Finishing the file").waitFor();
    server.exports.set(item.id, ready(queued));
    await dialog.getByText("1920 × 1080 · 7.3 MB").waitFor();
    const link = dialog.getByRole("link", { name: "Download MP4" });
    expect(await link.getAttribute("href")).toBe(`/v1/sessions/${item.id}/export?format=mp4`);
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    expect(download.url()).toContain("format=mp4");
  });

  it("is given up", async () => {
    const item = desktop();
    server.sessions = [item];
    await open(`/sessions/${item.id}`);
    await page.getByRole("button", { name: "Export video (MP4)" }).click();
    const dialog = page.getByRole("dialog", { name: "Export video" });
    await dialog.getByRole("button", { name: "Make the video" }).click();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.getByRole("button", { name: "Make the video" }).waitFor();
    expect(server.exports.size).toBe(0);
    await dialog.getByRole("button", { name: "Close" }).click();
    await eventually(() => dialog.isVisible()).toBe(false);
  });

  it("says what the server lacks, and is tried again", async () => {
    const item = desktop();
    server.sessions = [item];
    const failed: SessionExport = {
      id: "x",
      state: "failed",
      phase: null,
      percent: 0,
      format: "mp4",
      window: null,
      overlay: [],
      video: null,
      error: { code: "no_ffmpeg", message: "Install it on the server: apt-get install ffmpeg" },
    };
    server.exports.set(item.id, failed);
    await open(`/sessions/${item.id}`);
    await page.getByRole("button", { name: "Export video (MP4)" }).click();
    const alert = page.getByRole("dialog").getByRole("alert");
    await alert.getByText("The server has no ffmpeg").waitFor();
    await alert.getByText("apt-get install ffmpeg").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Try again" }).click();
    await page.getByText("Waiting for its turn").waitFor();
  });

  it("is offered for screens alone", async () => {
    const item = fabricate(Date.now() - 600_000);
    server.sessions = [item];
    await open(`/sessions/${item.id}`);
    await page
      .getByRole("button", { name: "Copy a link to this moment" })
      .or(page.getByRole("button", { name: "Share" }))
      .waitFor();
    expect(await page.getByRole("button", { name: "Export video (MP4)" }).count()).toBe(0);
  });
});
