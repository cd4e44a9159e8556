/** From a change of the display to the dashboard's canvas that shows it: a mark of a new colour, seen in Chromium. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { launchChromium } from "../../chromium.mjs";
import { figure, percentile, root, say } from "../harness.mjs";
import { recordApp } from "./recorded-app.mjs";
import { openApps, work } from "./workload.mjs";

const FPS = 10;
const MARKS = 120;
const PAUSES = 12;
const PAUSE_MS = 6_000;
const PLACE = { x: 1_600, y: 900, size: 64 };

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** In the dashboard: notes when each colour is first seen at the mark's place. */
const LOOK = `(({ x, y }) => {
  const find = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.localName === "canvas" && element.width === 1920 && element.height === 1080) return element;
      const inner = element.shadowRoot && find(element.shadowRoot);
      if (inner) return inner;
    }
  };
  window.seen = new Map();
  const look = () => {
    const canvas = find(document);
    if (canvas) {
      const [red, green, blue] = canvas.getContext("2d").getImageData(x, y, 1, 1).data;
      const colour = (red << 16) | (green << 8) | blue;
      if (!window.seen.has(colour)) window.seen.set(colour, Date.now());
    }
    requestAnimationFrame(look);
  };
  look();
})`;

/** A window of one colour that can be given another: nothing looks after it, and nothing lies over it. */
async function openMark(display) {
  const x11 = createRequire(join(root, "sdk-desktop", "package.json"))("x11");
  const client = await new Promise((resolve, reject) => {
    const made = x11.createClient({ display, shm: false }, (error, server) =>
      error ? reject(error) : resolve({ X: server.client, root: server.screen[0].root }),
    );
    made.on("error", () => {});
  });
  const { X } = client;
  const handle = X.AllocID();
  X.CreateWindow(handle, client.root, PLACE.x, PLACE.y, PLACE.size, PLACE.size, 0, 0, 0, 0, {
    backgroundPixel: 0x10_10_10,
    overrideRedirect: 1,
  });
  X.MapWindow(handle);
  const sync = () => new Promise((resolve) => X.GetInputFocus(resolve));
  await sync();
  return {
    /** Paints it; resolves to when the server had. */
    async paint(colour) {
      X.ChangeWindowAttributes(handle, { backgroundPixel: colour });
      X.ClearArea(handle, 0, 0, PLACE.size, PLACE.size, 0);
      X.RaiseWindow(handle);
      const atMs = Date.now();
      await sync();
      return atMs;
    },
    close: () => X.terminate(),
  };
}

/** Prints how long changes take to be seen, one after another and after a pause, on a quiet display and while work goes on. */
export async function benchLatency(server, x) {
  say("latency: a mark on the display, seen in the dashboard …");
  const mark = await openMark(x.display);
  const app = await recordApp(server, x.env, { fps: FPS });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(server.signInUrl);
    await page.goto(app.url);
    await page.evaluate(`${LOOK}(${JSON.stringify({ x: PLACE.x + 32, y: PLACE.y + 32 })})`);
    const measure = marker(mark, page);
    // Until it is watched, and all is warm.
    for (let warm = 0; warm < 10; warm++) await measure(300);
    const takes = [];
    for (let turn = 0; turn < MARKS; turn++) takes.push(await measure(150 + ((turn * 37) % 210)));
    figure({ name: "display to dashboard: p50", value: percentile(takes, 0.5), unit: "ms", target: 150 });
    figure({ name: "display to dashboard: p99", value: percentile(takes, 0.99), unit: "ms", target: 400 });
    const first = [];
    for (let pause = 0; pause < PAUSES; pause++) first.push(await measure(PAUSE_MS + pause * 13));
    figure({
      name: "display to dashboard, first after a pause: p50",
      value: percentile(first, 0.5),
      unit: "ms",
      target: 150,
    });
    figure({
      name: "display to dashboard, first after a pause: slowest",
      value: Math.max(...first),
      unit: "ms",
      target: 400,
    });
    await duringWork(x, measure);
  } finally {
    await browser.close();
    await app.stop();
    mark.close();
  }
}

async function duringWork(x, measure) {
  const apps = await openApps(x);
  let over = false;
  const done = work(apps, 60_000).then(() => {
    over = true;
  });
  const takes = [];
  for (let turn = 0; !over; turn++) takes.push(await measure(150 + ((turn * 37) % 210)));
  await done;
  await apps.close();
  figure({ name: "display to dashboard, beside real work: p50", value: percentile(takes, 0.5), unit: "ms" });
  figure({ name: "display to dashboard, beside real work: p99", value: percentile(takes, 0.99), unit: "ms" });
}

/** Paints a mark of a colour of its own after a pause; resolves to how long it took to be seen, ms. */
function marker(mark, page) {
  let count = 0;
  return async (pauseMs) => {
    await sleep(pauseMs);
    count += 1;
    const colour = (((count * 37) % 251) << 16) | (((count * 91) % 253) << 8) | (count % 249);
    const atMs = await mark.paint(colour);
    const seen = await page.waitForFunction((one) => window.seen.get(one), colour, { timeout: 20_000 });
    return (await seen.jsonValue()) - atMs;
  };
}
