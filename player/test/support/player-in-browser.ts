import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { bundleDecodeWorker, bundlePlayer, playerPage } from "./bundle.js";
import type { RecordedSession } from "./recorded-session.js";
import { type SessionServer, startSessionServer } from "./session-server.js";

/** A page with a player that plays a session, in a real browser. */
export interface PlayerInBrowser {
  readonly page: Page;
  readonly server: SessionServer;
  /** Exceptions and console messages so far. */
  readonly said: readonly string[];
  close(): Promise<void>;
}

/** What such a page is made of. */
export interface PlayerPageOptions {
  readonly session: RecordedSession;
  readonly attributes?: string;
  readonly context?: BrowserContextOptions;
  /** Served without the policy that a server sends, to see what the player does alone. */
  readonly csp?: false;
  readonly style?: string;
}

/** Opens players, each before a server of its own. */
export interface Players {
  open(options: PlayerPageOptions): Promise<PlayerInBrowser>;
}

/** A browser and the built player for all tests of a file, or of a `describe`. */
export function usePlayers(): Players {
  let players: Awaited<ReturnType<typeof startPlayers>> | undefined;
  beforeAll(async () => {
    players = await startPlayers();
  });
  afterAll(() => players?.close());
  return {
    open: (options) => {
      if (players === undefined) throw new Error("the browser is not there yet");
      return players.open(options);
    },
  };
}

async function startPlayers(): Promise<Players & { close(): Promise<void> }> {
  const [browser, script, worker]: [Browser, string, string] = await Promise.all([
    launchChromium(),
    bundlePlayer(),
    bundleDecodeWorker(),
  ]);
  const opened = new Set<PlayerInBrowser>();
  return {
    async open({ session, attributes = "", context = {}, csp, style }) {
      const body = playerPage(`session-id="${session.id}" ${attributes}`, style);
      const policy = csp === false ? { csp } : {};
      const server = await startSessionServer({
        sessions: [session],
        files: {
          "/": { type: "text/html", body, ...policy },
          "/player.js": { type: "text/javascript", body: script },
          "/decode-worker.js": { type: "text/javascript", body: worker },
        },
      });
      const own = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...context });
      const page = await own.newPage();
      const said: string[] = [];
      page.on("pageerror", (error) => said.push(String(error)));
      page.on("console", (message) => said.push(message.text()));
      await page.goto(`${server.url}/`);
      const player: PlayerInBrowser = {
        page,
        server,
        said,
        async close() {
          opened.delete(player);
          await own.close();
          await server.close();
        },
      };
      opened.add(player);
      return player;
    },
    async close() {
      for (const player of [...opened]) await player.close();
      await browser.close();
    },
  };
}

/** Waits until the player plays or could. */
export const ready = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => {
    const state = window.player?.store?.state;
    return state?.phase === "ready" && !state.waiting;
  });

/** The text of an element in the recorded page; empty when there is none. */
export const recordedText = (page: Page, selector: string): Promise<string> =>
  page.evaluate((wanted) => {
    const stage = window.player.shadowRoot?.querySelector("reeltime-player-stage");
    const frame = stage?.shadowRoot?.querySelector("iframe");
    return frame?.contentDocument?.querySelector(wanted)?.textContent ?? "";
  }, selector);
