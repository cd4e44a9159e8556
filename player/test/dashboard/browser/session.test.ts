import { describe, expect, it } from "vitest";
import { eventually, listening, open, page, rows, server, useDashboard } from "./dashboard-page.js";
import { fabricate, fabricateDetail } from "./fabricate.js";
import { fabricateFrames, frameOf } from "./fabricate-frames.js";

useDashboard();

describe("a session's page", () => {
  const openSession = async (query = "", width = 1_440, repeat = 1) => {
    const item = fabricate(Date.now() - 600_000, {
      lasted: 250_000,
      user: { id: "1042", name: "Maja Lindqvist", email: "maja@shop.example" },
      counts: { errors: 1, lostEvents: 12 },
    });
    server.sessions = [fabricate(Date.now() - 60_000), item, fabricate(Date.now() - 900_000)];
    server.details.set(item.id, fabricateDetail(item, repeat));
    await open(`/sessions/${item.id}${query}`, width);
    await page.getByRole("heading", { level: 1, name: "Maja Lindqvist" }).waitFor();
    return item;
  };
  const current = () => page.locator("rt-facts [aria-current=time]").textContent();
  const time = () =>
    page
      .locator("reeltime-player")
      .evaluate((player) => (player as unknown as { currentTime: number }).currentTime);

  it("opens at the time in its address, with that line marked and later ones dimmed", async () => {
    await openSession("?t=158");
    await eventually(current).toContain("TypeError");
    expect(await page.locator("rt-facts .later").first().textContent()).toContain("Rage-clicked");
    expect(await time()).toBeGreaterThanOrEqual(158);
  });

  it("goes to a line that is clicked", async () => {
    await openSession("?t=10");
    await page.locator("rt-facts").getByRole("button", { name: "Add to cart" }).click();
    await eventually(time).toBeGreaterThanOrEqual(50);
    expect(await time()).toBeLessThan(60);
    await eventually(current).toContain("Add to cart");
  });

  it("shows only the kind or the words asked for", async () => {
    await openSession();
    await page
      .locator("rt-facts")
      .getByRole("button", { name: /^Errors/ })
      .click();
    await eventually(() => page.locator("rt-facts li").count()).toBe(2);
    await page.keyboard.press("/");
    await page.keyboard.type("payment");
    await eventually(() => page.locator("rt-facts li").allTextContents()).toEqual([
      expect.stringContaining("Payment failed"),
    ]);
  });

  it("draws only the lines in view of a very long list", async () => {
    await openSession("", 1_440, 400);
    expect(await page.locator("rt-facts li").first().getAttribute("aria-setsize")).toBe("6000");
    expect(await page.locator("rt-facts li").count()).toBeLessThan(80);
  });

  it("takes in what happens live, and leaves the list where the reader scrolled it", async () => {
    const live = fabricate(Date.now() - 200_000, { status: "live", lasted: 199_000 });
    const detail = fabricateDetail(live, 10);
    server.sessions = [live];
    server.details.set(live.id, detail);
    await open(`/sessions/${live.id}`);
    const lines = page.locator("rt-facts li");
    await eventually(() => lines.first().getAttribute("aria-setsize")).toBe("150");
    await eventually(() => server.calls.some((call) => call.includes(`sessions=${live.id}`))).toBe(true);
    await listening();
    const list = page.locator("rt-facts .scroll");
    await page.locator("rt-facts .now").waitFor();
    await list.hover();
    await page.mouse.wheel(0, -10_000);
    await page.getByRole("button", { name: "Back to now" }).waitFor();
    expect(await list.evaluate(({ scrollTop }) => scrollTop)).toBe(0);

    const [span] = detail.windows;
    if (span === undefined) throw new Error("no window");
    const atMs = Date.now();
    const next = fabricateFrames(detail).length;
    const fact = { type: "click" as const, atMs, text: "Brand new button" };
    await eventually(async () => {
      server.say(live.id, frameOf(span.window, next, atMs, atMs, [], [fact]));
      return lines.first().getAttribute("aria-setsize");
    }).toBe("151");
    expect(await list.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
    await page.getByRole("button", { name: "Back to now" }).click();
    await eventually(() => page.locator("rt-facts .now").textContent()).toContain("Brand new button");
  });

  it("takes the player's keys wherever the focus is, but not while somebody types", async () => {
    await openSession("?t=100");
    await eventually(time).toBeGreaterThanOrEqual(100);
    await page.keyboard.press("k");
    const paused = await time();
    await page.keyboard.press("l");
    await eventually(time).toBeGreaterThanOrEqual(paused + 4.9);
    await page.keyboard.press("/");
    await page.keyboard.type("jjj");
    expect(await time()).toBeGreaterThanOrEqual(paused + 4.9);
    expect(await page.getByLabel("Filter what happened").inputValue()).toBe("jjj");
  });

  it("says so when it is deleted elsewhere", async () => {
    const { id } = await openSession();
    await listening();
    await eventually(() => server.calls.some((call) => call.includes("list=shop-web"))).toBe(true);
    server.remove(id);
    await eventually(() => page.getByRole("alert").textContent()).toBe("Could not find this session");
  });

  it("tells everything it knows, and plainly what was lost", async () => {
    await openSession();
    await page.keyboard.press("2");
    const details = page.locator("rt-details");
    const text = (await details.locator("p, dl").allTextContents()).join("\n");
    for (const part of [
      "12 events could not be recorded",
      "Europe/Stockholm",
      "1440 × 900",
      "Chrome 156 · macOS",
    ]) {
      expect(text).toContain(part);
    }
  });

  it("goes to the sessions beside it at [ and ]", async () => {
    await openSession();
    const [newer, , older] = server.sessions;
    await page.getByRole("link", { name: "Older session" }).waitFor();
    await page.keyboard.press("]");
    await eventually(() => page.url()).toContain(older?.id);
    await page.getByRole("link", { name: "Newer session" }).waitFor();
    await page.keyboard.press("[");
    await page.getByRole("heading", { level: 1, name: "Maja Lindqvist" }).waitFor();
    await page.keyboard.press("[");
    await eventually(() => page.url()).toContain(newer?.id);
  });

  it("shares a link to the moment", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const { id } = await openSession("?t=120");
    await eventually(current).toContain("Card number");
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: "Link copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `${server.origin}/sessions/${id}?t=120`,
    );
  });

  it("is deleted only when confirmed, and then leaves the list", async () => {
    const { id } = await openSession();
    await page.keyboard.press("2");
    await page.getByRole("button", { name: "Delete this session…" }).click();
    await page.getByRole("button", { name: "Keep it" }).click();
    expect(server.calls.some((call) => call.startsWith("DELETE"))).toBe(false);
    await page.getByRole("button", { name: "Delete this session…" }).click();
    await page.getByRole("button", { name: "Delete session", exact: true }).click();
    await eventually(() => rows().count()).toBe(2);
    expect(server.calls).toContain(`DELETE /v1/sessions/${id}`);
  });

  it("becomes Ended by itself", async () => {
    const live = fabricate(Date.now() - 60_000, { status: "live", lasted: 59_000 });
    server.sessions = [live];
    await open(`/sessions/${live.id}`);
    await page.locator("rt-session .pill.live").waitFor();
    await listening();
    await eventually(() => server.calls.some((call) => call.includes("list=shop-web"))).toBe(true);
    server.push({ ...live, status: "closed", reason: "stopped" });
    await page.locator("rt-session header").getByText("Ended").waitFor();
  });

  it("says when there is no such session", async () => {
    await open("/sessions/0190aaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa");
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toBe("Could not find this session");
    await page.getByRole("link", { name: "All sessions" }).click();
    await eventually(() => page.url()).toBe(`${server.origin}/`);
  });
});
