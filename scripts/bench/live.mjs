/** Live latency: a change in the page, through the durable store, to the first frame in which a viewer's player shows it. */
import { launchChromium } from "../chromium.mjs";
import { figure, percentile, say, startReeltime } from "./harness.mjs";
import { REPLAYED_DOCUMENT, startSite } from "./site.mjs";

const CHANGES = 200;
const PAUSES = 12;

/** Prints the latency of changes every 70 ms, every 400 ms, and of the last change before a pause. */
export async function benchLive() {
  const reeltime = await startReeltime();
  const site = await startSite(reeltime, {
    body: `<h1>Bench</h1><p id="count">0</p><ul id="list"></ul>`,
    script: `window.made = []; let n = 0;
      window.change = () => { n += 1; const at = Date.now(); document.getElementById("count").textContent = String(n); window.made[n] = at; return n; };
      window.every = (ms, times) => new Promise((done) => { const t = setInterval(() => { window.change(); if (--times <= 0) { clearInterval(t); done(); } }, ms); });`,
  });
  const browser = await launchChromium();
  try {
    const visitor = await (await browser.newContext()).newPage();
    await visitor.goto(site.origin);
    const url = await visitor.evaluate(
      () => new Promise((resolve) => window.reeltime("getSessionUrl", resolve)),
    );
    const watching = await (await browser.newContext()).newPage();
    await watching.goto(reeltime.signInUrl);
    await watching.goto(url);
    await watching.evaluate(
      `window.seen = []; const replayed = ${REPLAYED_DOCUMENT}; let last = 0;
       const look = () => { const n = Number(replayed()?.getElementById("count")?.textContent ?? 0);
         if (n > last) { const at = Date.now(); for (let i = last + 1; i <= n; i++) window.seen[i] = at; last = n; }
         requestAnimationFrame(look); };
       look();`,
    );
    const shown = async (n) =>
      watching.waitForFunction((count) => window.seen[count] !== undefined, n, { timeout: 20_000 });
    const latencies = async (from, to) => {
      const made = await visitor.evaluate(() => window.made);
      const seen = await watching.evaluate(() => window.seen);
      return Array.from({ length: to - from + 1 }, (_, index) => seen[from + index] - made[from + index]);
    };
    await visitor.evaluate(() => window.every(100, 20));
    await shown(20);

    say("live: a change every 70 ms, then every 400 ms, then single ones …");
    await visitor.evaluate((times) => window.every(70, times), CHANGES);
    await shown(20 + CHANGES);
    const busy = await latencies(21, 20 + CHANGES);
    figure({
      name: "live, a change every 70 ms: p50",
      value: percentile(busy, 0.5),
      unit: "ms",
      target: 60,
      peer: 741,
    });
    figure({
      name: "live, a change every 70 ms: p99",
      value: percentile(busy, 0.99),
      unit: "ms",
      target: 150,
      peer: 1445,
    });

    let n = 20 + CHANGES;
    await visitor.evaluate(() => window.every(400, 40));
    await shown(n + 40);
    const calm = await latencies(n + 1, n + 40);
    figure({
      name: "live, a change every 400 ms: p50",
      value: percentile(calm, 0.5),
      unit: "ms",
      target: 60,
      peer: 680,
    });
    n += 40;

    for (let pause = 0; pause < PAUSES; pause++) {
      await visitor.waitForTimeout(1500);
      await visitor.evaluate(() => window.change());
      await shown(n + 1 + pause);
    }
    const last = await latencies(n + 1, n + PAUSES);
    figure({
      name: "live, the last change before a pause: p50",
      value: percentile(last, 0.5),
      unit: "ms",
      target: 60,
      note: "peer: never shown until another comes",
    });
    figure({
      name: "live, the last change before a pause: slowest",
      value: Math.max(...last),
      unit: "ms",
      target: 150,
    });
  } finally {
    await browser.close();
    await site.stop();
    await reeltime.stop();
  }
}
