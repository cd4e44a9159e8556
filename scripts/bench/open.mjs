/**
 * Opening and seeking, in Chromium, from the player's first request to the picture: a session of ten minutes and
 * the same session repeated to two hours, at the start, in the middle and at the live edge; and seeks to places
 * that are not loaded.
 */
import { launchChromium } from "../chromium.mjs";
import { corpusEvents } from "../corpus.mjs";
import { figure, percentile, say } from "./harness.mjs";
import { record, repeated, startClocked } from "./recorded.mjs";

const SESSION = "reactadmin-10min";
const NORMAL = ["leaflet", "swagger", "todomvc", SESSION];
const OPENS = 21;
const SEEKS = 8;

/**
 * In the dashboard: makes players in place of the app's own, with its API and connection. The app's own goes: it
 * plays by itself, and what it takes of the processor is no part of an opening.
 */
const IN_PAGE = `
  const find = (root, name) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.localName === name) return element;
      const inner = element.shadowRoot && find(element.shadowRoot, name);
      if (inner) return inner;
    }
  };
  const own = find(document, "reeltime-player");
  const { api, live } = own;
  own.remove();
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const showing = (player) => {
    const doc = find(player.shadowRoot, "iframe")?.contentDocument;
    return player.store?.state.phase === "ready" && !player.store.state.waiting && (doc?.body?.childElementCount ?? 0) > 0;
  };
  window.benchOpen = async (sessionId, startAt) => {
    window.benchPlayer?.remove();
    await frame();
    const player = document.createElement("reeltime-player");
    Object.assign(player, { api, live, sessionId, startAt: String(startAt) });
    player.style.cssText = "position:fixed;inset:0;width:1280px;height:720px;z-index:9;background:#fff";
    const started = performance.now();
    document.body.append(player);
    while (!showing(player)) await frame();
    await frame();
    const took = performance.now() - started;
    window.benchPlayer = player;
    return took;
  };
  window.benchSeek = async (seconds) => {
    const player = window.benchPlayer;
    player.pause();
    const started = performance.now();
    player.currentTime = seconds;
    await frame();
    while (!showing(player)) await frame();
    await frame();
    return performance.now() - started;
  };`;

/** Prints the figures of opening and seeking. */
export async function benchOpen() {
  const server = await startClocked();
  const browser = await launchChromium();
  try {
    const now = Date.now();
    say("open: recording ten minutes and two hours …");
    const tenMinutes = corpusEvents(SESSION);
    const ids = {
      "10 min": await record(server, "ten", repeated(tenMinutes, 1, now)),
      "2 h": await record(server, "two-hours", repeated(tenMinutes, 12, now)),
    };
    const normal = [];
    for (const name of NORMAL)
      normal.push(await record(server, name, repeated(corpusEvents(name), 1, Date.now())));

    const page = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
    await page.goto(server.signInUrl);
    await page.goto(`${server.origin}/sessions/${ids["10 min"]}`);
    await page.waitForSelector("reeltime-player", { state: "attached" });
    await page.evaluate(IN_PAGE);
    const lengths = { "10 min": 598, "2 h": 598 * 12 };
    const opened = {};
    for (const [length, id] of Object.entries(ids)) {
      for (const [where, at] of [
        ["start", 0.2],
        ["middle", lengths[length] / 2],
        ["live edge", "live"],
      ]) {
        const takes = [];
        for (let round = 0; round < OPENS; round++)
          takes.push(await page.evaluate(([a, b]) => window.benchOpen(a, b), [id, at]));
        opened[`${length} ${where}`] = percentile(takes.slice(1), 0.5);
        const bound = length === "10 min" ? { target: 150 } : { target: 1.2 * opened[`10 min ${where}`] };
        const peer = where === "start" && length === "10 min" ? { peer: 420 } : {};
        figure({
          name: `open ${length} at the ${where}: p50`,
          value: opened[`${length} ${where}`],
          unit: "ms",
          ...bound,
          ...peer,
        });
      }
    }

    say("seek: to places that are not loaded …");
    const seeks = [];
    for (const id of [...normal, ids["2 h"]]) {
      await page.evaluate(([a, b]) => window.benchOpen(a, b), [id, 0]);
      const { startMs, lastMs } = await (
        await fetch(`${server.origin}/v1/sessions/${id}`, {
          headers: { authorization: `Bearer ${server.readKey}` },
        })
      ).json();
      const seconds = (lastMs - startMs) / 1000;
      for (let seek = 0; seek < SEEKS; seek++) {
        const to = seconds * (((seek * 5 + 3) % SEEKS) / SEEKS + 0.05);
        seeks.push(await page.evaluate((at) => window.benchSeek(at), to));
      }
    }
    figure({ name: "cold seek on normal pages: p50", value: percentile(seeks, 0.5), unit: "ms" });
    figure({
      name: "cold seek on normal pages: p95",
      value: percentile(seeks, 0.95),
      unit: "ms",
      target: 200,
    });
  } finally {
    await browser.close();
    await server.stop();
  }
}
