import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { launchChromium } from "../../../../scripts/chromium.mjs";
import { bundleScript } from "../../support/bundle.js";
import { grow } from "../../support/live-sessions.js";
import { RecordedSession, START } from "../../support/recorded-session.js";
import { type SessionServer, startSessionServer } from "../../support/session-server.js";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

let browser: Browser;
let scripts: Readonly<Record<string, string>>;
let recorded: RecordedSession;
const [second, third] = [new RecordedSession(START, 2), new RecordedSession(START, 3)];
let server: SessionServer;
let context: BrowserContext;
/** What broke the policy of the pages. */
let wrongs: string[];

beforeAll(async () => {
  const [page, worker] = [at("./page-entry.ts"), at("../../../src/client/shared/worker.ts")];
  scripts = { page: await bundleScript(page), worker: await bundleScript(worker) };
  browser = await launchChromium();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  recorded = new RecordedSession(START);
  grow(recorded, 4);
  const script = { type: "text/javascript" };
  server = await startSessionServer({
    sessions: [recorded, second, third],
    files: {
      "/": {
        type: "text/html",
        body: `<!doctype html><script type="module" src="/assets/page.js"></script>`,
      },
      "/assets/page.js": { ...script, body: scripts.page ?? "" },
      "/assets/worker.js": { ...script, body: scripts.worker ?? "" },
    },
  });
  context = await browser.newContext();
  wrongs = [];
  context.on("console", (message) => {
    if (/content security policy/i.test(message.text())) wrongs.push(message.text());
  });
});

afterEach(async () => {
  await context.close();
  await server.close();
  expect(wrongs).toEqual([]);
});

async function open(from: number, session = recorded): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.url}/#${session.id}@${from}`);
  return page;
}

const eventually = <Value>(read: () => Value | Promise<Value>) => expect.poll(read, { timeout: 20_000 });
const got = (page: Page): Promise<readonly number[]> => page.evaluate(() => window.got);
const from = (seqNum: number): readonly number[] =>
  recorded.stored.map((frame) => frame.seqNum).filter((stored) => stored >= seqNum);

it("eight tabs hold one connection, each gets its frames, and everything else still flows", async () => {
  const tabs: { readonly page: Page; readonly seqNum: number }[] = [];
  for (let index = 0; index < 8; index++) {
    const seqNum = recorded.stored[index % 4]?.seqNum ?? 0;
    tabs.push({ page: await open(seqNum), seqNum });
  }
  for (const { page, seqNum } of tabs) await eventually(() => got(page)).toEqual(from(seqNum));
  server.cut();
  grow(recorded, 3);
  for (const { page, seqNum } of tabs) await eventually(() => got(page)).toEqual(from(seqNum));
  expect(server.liveCount()).toBe(1);
  const answers = tabs.map(({ page }) =>
    page.evaluate((id) => fetch(`/v1/sessions/${id}`).then(({ status }) => status), recorded.id),
  );
  expect(await Promise.all(answers)).toEqual(tabs.map(() => 200));
});

it("a tab that crashes and one that is closed are let go", async () => {
  const tabs: Page[] = [];
  for (const session of [recorded, second, third]) {
    tabs.push(await open(2, session));
    await eventually(() => server.hits.at(-1)).toContain(session.id);
  }
  const [stays, crashes, closes] = tabs;
  await crashes?.goto("chrome://crash").catch(() => {});
  await eventually(() => server.hits.at(-1)).not.toContain(second.id);
  expect(server.hits.at(-1)).toContain(third.id);
  await closes?.close();
  await eventually(() => server.hits.at(-1)).not.toContain(third.id);
  grow(recorded, 1);
  await eventually(() => stays?.evaluate(() => window.got)).toEqual(from(2));
});

it("a browser without shared workers gives each tab a connection of its own", async () => {
  await context.addInitScript(() => Reflect.deleteProperty(window, "SharedWorker"));
  const tabs = [await open(2), await open(2)];
  for (const page of tabs) await eventually(() => got(page)).toEqual(from(2));
  expect(server.liveCount()).toBe(2);
});

it("a worker that cannot be loaded is done without", async () => {
  await context.route("**/assets/worker.js", (route) => route.fulfill({ status: 404, body: "" }));
  const page = await open(2);
  await eventually(() => got(page)).toEqual(from(2));
  expect(server.liveCount()).toBe(1);
  expect(server.hits).not.toContain("GET /assets/worker.js");
});
