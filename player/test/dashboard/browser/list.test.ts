import { describe, expect, it } from "vitest";
import { eventually, listening, names, open, page, rows, server, useDashboard } from "./dashboard-page.js";
import { fabricate, fabricateList } from "./fabricate.js";

useDashboard();

describe("the list", () => {
  it("shows a new session by itself, and its changes in place", async () => {
    server.sessions = fabricateList(Date.now());
    await open();
    await rows().first().waitFor();
    await listening();
    const fresh = fabricate(Date.now() - 1_000, { status: "live", user: { id: "9", name: "Just Arrived" } });
    server.push(fresh);
    await eventually(async () => (await names())[0]).toBe("Just Arrived");
    expect(await rows().first().locator(".pill.live").textContent()).toBe("Live");
    server.push({ ...fresh, status: "closed", counts: { ...fresh.counts, errors: 2 } });
    await eventually(() => rows().first().locator(".badges").textContent()).toContain("2 errors");
    expect(await rows().first().locator(".pill.live").count()).toBe(0);
  });

  it("counts the length of a live session up", async () => {
    server.sessions = [fabricate(Date.now() - 61_000, { status: "live", lasted: 60_000 })];
    await open();
    const length = rows().first().locator(".length");
    const before = await length.textContent();
    await eventually(() => length.textContent()).not.toBe(before);
  });

  it("keeps new sessions behind a pill while the pointer is over it, and moves nothing", async () => {
    server.sessions = fabricateList(Date.now());
    await open();
    await rows().first().hover();
    await listening();
    const before = await names();
    const place = await rows().first().boundingBox();
    server.push(fabricate(Date.now() - 2_000), fabricate(Date.now() - 1_000));
    await page.getByRole("button", { name: "2 new sessions" }).waitFor();
    expect(await names()).toEqual(before);
    expect(await rows().first().boundingBox()).toEqual(place);
    await page.getByRole("button", { name: "2 new sessions" }).click();
    await eventually(() => rows().count()).toBe(before.length + 2);
  });

  it("keeps new sessions behind a pill while scrolled", async () => {
    server.sessions = [...fabricateList(Date.now()), ...fabricateList(Date.now() - 86_400_000)];
    await open();
    await rows().first().waitFor();
    await listening();
    await page.locator("rt-sessions .rows").evaluate((element) => element.scrollTo({ top: 400 }));
    server.push(fabricate(Date.now() - 1_000));
    await page.getByRole("button", { name: "1 new session" }).click();
    await eventually(() => page.locator("rt-sessions .rows").evaluate(({ scrollTop }) => scrollTop)).toBe(0);
  });

  it("loads further pages while it is scrolled, each session once", async () => {
    server.sessions = Array.from({ length: 120 }, (_, index) => fabricate(Date.now() - index * 60_000));
    await open();
    await rows().first().waitFor();
    await eventually(async () => {
      await page.locator("rt-sessions .rows").evaluate((element) => element.scrollTo({ top: 1e6 }));
      return rows().count();
    }).toBe(120);
    expect(server.calls.filter((call) => call.includes("cursor="))).toHaveLength(2);
  });

  it("is walked and opened with the keyboard, and comes back to where it was left", async () => {
    server.sessions = fabricateList(Date.now());
    await open();
    await rows().first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("k");
    expect(await page.locator("rt-session-row[selected] .who b").textContent()).toContain("Anonymous");
    await page.keyboard.press("Enter");
    await eventually(() => page.url()).toContain(`/sessions/${server.sessions[1]?.id}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.goBack();
    await eventually(() => page.locator("rt-session-row[selected] .who b").textContent()).toContain(
      "Anonymous",
    );
  });

  it("searches at / and keeps the words in the address", async () => {
    server.sessions = fabricateList(Date.now());
    await open();
    await rows().first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("billing ");
    await eventually(() => new URL(page.url()).searchParams.get("q")).toBe("billing");
    await eventually(names).toEqual(["Tomás Ferreira"]);
    // A pause between two words is no end: the space stays, and the second word goes on after it.
    await page.keyboard.type("tomas");
    await eventually(() => new URL(page.url()).searchParams.get("q")).toBe("billing tomas");
    await page.getByRole("button", { name: "Show sessions without these words too" }).click();
    await eventually(() => rows().count()).toBe(server.sessions.length);
  });

  it("says that nothing fits, and lets what fits appear", async () => {
    server.sessions = fabricateList(Date.now());
    await open("/?q=zebra");
    await page.getByRole("heading", { name: "No session with “zebra”" }).waitFor();
    await listening();
    server.push(fabricate(Date.now(), { page: { url: "https://shop.example/zebra", title: "Zebra rug" } }));
    await eventually(() => rows().count()).toBe(1);
  });

  it("says what failed, and loads when tried again", async () => {
    server.sessions = fabricateList(Date.now());
    server.refuse.set("/v1/sessions", "unavailable");
    await open();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toBe("Could not load the sessions");
    server.refuse.clear();
    await page.getByRole("button", { name: "Try again" }).click();
    await rows().first().waitFor();
  });

  it("says when the connection is lost, and catches up when it is back", async () => {
    server.sessions = fabricateList(Date.now());
    await open();
    await rows().first().waitFor();
    await listening();
    server.refuse.set("/v1/live", "unavailable");
    server.drop();
    await page.getByText("Reconnecting…").waitFor();
    server.sessions = [
      fabricate(Date.now(), { user: { id: "9", name: "Missed Meanwhile" } }),
      ...server.sessions,
    ];
    server.refuse.clear();
    await eventually(async () => (await names())[0]).toBe("Missed Meanwhile");
    expect(await page.getByText("Reconnecting…").count()).toBe(0);
  });

  it("shows a skeleton only when the answer takes its time", async () => {
    server.sessions = fabricateList(Date.now());
    server.delayMs = 600;
    await open();
    await page.getByRole("status", { name: "Loading sessions" }).waitFor();
    await rows().first().waitFor();
  });
});
