import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchChromium } from "../../../../scripts/chromium.mjs";
import type { PlayEvent } from "../../../src/store/index.js";
import { bundleScript } from "../../support/bundle.js";
import type { Compared } from "./compare-entry.js";
import type {} from "./record-entry.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const CORPUS =
  process.env.REELTIME_CORPUS ??
  fileURLToPath(new URL("../../../../recorder/test/fixtures/corpus", import.meta.url));
/** Times compared in each session. */
const TIMES = 5;
/** Where reaching a time event by event takes many seconds: one, after the page was built in tens of thousands of nodes. */
const LARGE_CHARS = 16_500_000;
const LARGE_AT_MS = 4_000;

let browser: Browser;
let compareScript = "";
let recordScript = "";

beforeAll(async () => {
  browser = await launchChromium();
  [compareScript, recordScript] = await Promise.all([
    bundleScript(join(here, "compare-entry.ts"), { format: "iife" }),
    bundleScript(join(here, "record-entry.ts"), { format: "iife" }),
  ]);
});

afterAll(() => browser.close());

async function openPage(script: string): Promise<Page> {
  const page = await browser.newPage();
  await page.setContent("<!doctype html><body></body>");
  await page.addScriptTag({ content: script });
  return page;
}

async function compare(events: readonly PlayEvent[], times: readonly number[]): Promise<readonly Compared[]> {
  const page = await openPage(compareScript);
  // As text, and no more of it than is played: what is taken apart on its way costs more than all that is compared.
  const played = JSON.stringify(events.filter(({ timestamp }) => timestamp <= Math.max(...times)));
  const compared = await page.evaluate(([text, at]) => window.compareFolds(JSON.parse(text), at), [
    played,
    times,
  ] as const);
  await page.close();
  return compared;
}

const names = readdirSync(CORPUS)
  .filter((file) => file.endsWith(".json.gz"))
  .map((file) => file.slice(0, -".json.gz".length));

it.each(names)("%s opens at any time as if it had been played there", { timeout: 120_000 }, async (name) => {
  const text = gunzipSync(readFileSync(join(CORPUS, `${name}.json.gz`))).toString();
  const events = JSON.parse(text) as PlayEvent[];
  const times = timesOf(events, text.length);
  const compared = await compare(events, times);
  for (const { folded, plain, troubles, rest } of compared) {
    expect(folded).toEqual(plain);
    expect(troubles).toEqual([]);
    // Nothing in these sessions needs a replayer's hand.
    expect(rest).toBe(0);
  }
});

it.each([1, 2, 4, 6])(
  "a page that changes at random, in shadow trees and frames too, opens so as well (%i)",
  { timeout: 60_000 },
  async (seed) => {
    const page = await openPage(recordScript);
    const events = await page.evaluate((number) => window.recordChanges(number, 60), seed);
    await page.close();
    const compared = await compare(events, timesOf(events, 0));
    // Where a recorder tells of a node twice, a replayer may warn of it; what it shows is the same.
    for (const { folded, plain } of compared) expect(folded).toEqual(plain);
  },
);

/** Times spread over a session, its end among them. */
function timesOf(events: readonly PlayEvent[], chars: number): readonly number[] {
  const first = events.find(({ type }) => type === 2)?.timestamp ?? 0;
  const last = events.at(-1)?.timestamp ?? 0;
  if (chars > LARGE_CHARS) return [first + LARGE_AT_MS];
  return Array.from({ length: TIMES }, (_, index) => first + ((index + 1) * (last - first)) / TIMES);
}
