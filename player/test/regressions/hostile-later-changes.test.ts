/**
 * Cause: the sanitiser knew the nodes that later changes name only by whole numbers, only those of some elements,
 * only in the order they were told of, and never forgot one whose number another node was given; a replayer knows
 * them by any value, in any order, takes back a text that was changed since, and writes lists out as text; and a
 * browser reads the texts of a style together. Each let a recording fetch.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Outside, startOutside } from "../support/outside.js";
import { ready, recordedText, usePlayers } from "../support/player-in-browser.js";
import { RecordedSession, START } from "../support/recorded-session.js";
import { pageNode } from "../support/synthetic.js";

type Data = Record<string, unknown>;

const BODY = 5;
const PLAYED = 7;
const players = usePlayers();
let outside: Outside;

beforeAll(async () => {
  outside = await startOutside();
});

afterAll(async () => {
  await outside.close();
});

const element = (id: unknown, tagName: string, attributes: Data = {}, more: Data = {}): Data => ({
  type: 2,
  id,
  tagName,
  attributes,
  childNodes: [],
  ...more,
});
const text = (id: unknown, textContent: string): Data => ({ type: 3, id, textContent });
const add = (parentId: unknown, node: Data, nextId: unknown = null): Data => ({ parentId, nextId, node });
const SVG = { isSVG: true };
const css = (): string => `@import "${outside.url}/import"; body { background: url(${outside.url}/url) }`;

/** Changes one after the other, by what they try. */
const ATTEMPTS: Readonly<Record<string, () => readonly Data[]>> = {
  "a style of a name that is no number": () => [
    { adds: [add(BODY, element("100", "style")), add("100", text("101", css()))] },
  ],
  "the text of such a style": () => [
    { adds: [add(BODY, element("100", "style")), add("100", text("101", "p{}"))] },
    { texts: [{ id: "101", value: css() }] },
  ],
  "a style told of after its text": () => [
    { adds: [add(100, text(101, css())), add(BODY, element(100, "style"))] },
  ],
  "a text that was changed before it came into a style": () => [
    { adds: [add(BODY, text(101, "p{}")), add(BODY, element(100, "style"))] },
    { texts: [{ id: 101, value: css() }] },
    { adds: [add(100, text(101, "p{}"))] },
  ],
  "an address in a style's texts together": () => [
    {
      adds: [
        add(BODY, element(100, "style")),
        add(100, text(101, "body { background: ur")),
        add(100, text(102, `l(${outside.url}/joined) }`)),
      ],
    },
  ],
  "the text of what a replayer makes a style of": () => [
    { adds: [add(BODY, element(100, "link", { rel: "stylesheet", _cssText: "p{}" }))] },
    { adds: [add(100, text(101, css()))] },
  ],
  "a list in place of a text": () => [
    { adds: [add(BODY, element(100, "style")), add(100, text(101, "p{}"))] },
    { texts: [{ id: 100, value: [css()] }] },
  ],
  "a list in place of a property's value": () => [
    {
      attributes: [{ id: BODY, attributes: { style: { background: [[`url(${outside.url}/listed)`], ""] } } }],
    },
  ],
  "a text that waits for its neighbour": () => [
    { adds: [add(BODY, element(100, "style")), add(BODY, text(101, css()), -1)] },
    { adds: [add(100, text(102, "p{}"), 101)] },
  ],
  "a picture in SVG under the number of what was a link": () => [
    { adds: [add(BODY, element(100, "a"))] },
    { removes: [{ parentId: BODY, id: 100 }] },
    {
      adds: [
        add(BODY, element(99, "svg", { width: "9", height: "9" }, SVG)),
        add(99, element(98, "filter", { id: "f" }, SVG)),
        add(98, element(100, "feImage", {}, SVG)),
        add(99, element(97, "rect", { width: "9", height: "9", filter: "url(#f)" }, SVG)),
      ],
    },
    { attributes: [{ id: 100, attributes: { href: `${outside.url}/feimage` } }] },
  ],
  "a frame whose address is set later": () => [
    { adds: [add(BODY, element(100, "iframe"))] },
    {
      attributes: [
        {
          id: 100,
          attributes: {
            src: `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg"><image href="${outside.url}/framed"/></svg>`)}`,
          },
        },
      ],
    },
  ],
};

it.each(Object.keys(ATTEMPTS))("%s fetches nothing", async (name) => {
  outside.hits.length = 0;
  const session = new RecordedSession(START);
  const events = (ATTEMPTS[name]?.() ?? []).map((parts, index) => ({
    type: 3,
    timestamp: START + 2_500 + index * 100,
    data: { source: 0, adds: [], removes: [], texts: [], attributes: [], ...parts },
  }));
  session.append({
    events: [
      { type: 4, timestamp: START + 100, data: { href: `${outside.url}/page`, width: 800, height: 600 } },
      {
        type: 2,
        timestamp: START + 100,
        data: { node: pageNode("line", []), initialOffset: { left: 0, top: 0 } },
      },
      ...events,
      {
        type: 3,
        timestamp: START + 3_000,
        data: { source: 0, adds: [], removes: [], attributes: [], texts: [{ id: PLAYED, value: "played" }] },
      },
    ],
  });
  session.close();
  const player = await players.open({ session, attributes: 'start-at="1"', csp: false });
  await ready(player.page);
  await player.page.evaluate(() => window.player.play());
  await player.page.waitForFunction(() => window.player.store?.state.mode === "ended");
  expect(await recordedText(player.page, "#line")).toBe("played");
  await player.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  expect(outside.hits).toEqual([]);
  await player.close();
});
