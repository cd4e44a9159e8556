import { describe, expect, it } from "vitest";
import { eventually, listening, names, open, page, rows, server, useDashboard } from "./dashboard-page.js";
import { fabricate, fabricateList } from "./fabricate.js";

useDashboard();

describe("the first visit", () => {
  it("shows the snippet with the project's key, and turns into the first session", async () => {
    await open();
    const text = await page.getByLabel("Snippet").textContent();
    expect(text).toContain('projectKey: "pk_shop_7f3a91c2"');
    expect(text).toContain(`apiHost: "${server.origin}"`);
    await page
      .getByText(
        `npx -p @reeltime/desktop reeltime-desktop record --server ${server.origin} --key pk_shop_7f3a91c2`,
      )
      .waitFor();
    expect(await page.getByRole("link", { name: "Open the demo" }).getAttribute("href")).toBe("/demo");
    await listening();
    server.push(fabricate(Date.now(), { user: { id: "1", name: "Very First" } }));
    await eventually(names).toEqual(["Very First"]);
  });

  it("copies the snippet", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await open();
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      await page.getByLabel("Snippet").textContent(),
    );
  });
});

describe("signing in", () => {
  it("is asked for, refuses a wrong key in place, and shows what was asked for", async () => {
    server.sessions = fabricateList(Date.now());
    server.signedIn = false;
    await open("/?sign-in=used");
    await page.getByText("That link has been used").waitFor();
    await page.getByLabel("Read key").fill("rk_wrong");
    await page.keyboard.press("Enter");
    await page.getByText("The server does not know this key").waitFor();
    await page.getByLabel("Read key").fill(server.readKey);
    await page.getByRole("button", { name: "Sign in" }).click();
    await rows().first().waitFor();
    expect(page.url()).toBe(`${server.origin}/`);
    await listening();
  });

  it("ends by itself when the server no longer knows who it is", async () => {
    server.sessions = fabricateList(Date.now());
    await open();
    await rows().first().waitFor();
    await listening();
    server.signedIn = false;
    server.drop();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});

describe("every screen", () => {
  it("fits 390 px without scrolling sideways", async () => {
    const sideways = () =>
      page.evaluate(() => {
        const wide: string[] = [];
        const look = (root: Document | ShadowRoot): void => {
          for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot !== null && element.localName !== "reeltime-player")
              look(element.shadowRoot);
            const { right, width } = element.getBoundingClientRect();
            const clipped = element.closest(".clip, .said, svg") !== null;
            if (width > 0 && right > innerWidth + 0.5 && !clipped) wide.push(element.localName);
          }
        };
        look(document);
        return [document.documentElement.scrollWidth > innerWidth, wide];
      });
    server.sessions = fabricateList(Date.now());
    for (const path of ["/", "/?q=shop&status=closed", "/?q=zebra", `/sessions/${server.sessions[0]?.id}`]) {
      await open(path, 390);
      await page.locator("rt-session-row, .none, rt-facts li").first().waitFor();
      expect(await sideways(), path).toEqual([false, []]);
    }
    await page.getByRole("tab", { name: "Details" }).click();
    expect(await sideways()).toEqual([false, []]);
    server.sessions = [];
    await open("/", 390);
    await page.getByLabel("Snippet").waitFor();
    expect(await sideways()).toEqual([false, []]);
  });

  it("follows the system's colours until the other ones are chosen, and remembers that", async () => {
    server.sessions = fabricateList(Date.now());
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: "dark" });
    await open();
    expect(await ground()).toBe("rgb(12, 13, 16)");
    await page.getByRole("button", { name: "Use light colours" }).click();
    await eventually(ground).toBe("rgb(246, 246, 247)");
    await open();
    await eventually(ground).toBe("rgb(246, 246, 247)");
  });

  it("lists its keys at ?", async () => {
    server.sessions = fabricateList(Date.now());
    await open();
    await rows().first().waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
  });
});
