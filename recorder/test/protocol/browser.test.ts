import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { EVENTS, encodeAll, toHex } from "./golden.js";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const CSP = "default-src 'none'; script-src 'self'";

async function bundle(code: string): Promise<string> {
  const built = await build({
    stdin: { contents: code, resolveDir: here("../../src/protocol"), loader: "ts" },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "bundled",
    target: "es2022",
    minify: true,
  });
  return built.outputFiles[0]?.text ?? "";
}

/** What the page's global holds after its script ran. */
interface Bundled {
  readonly violations: readonly string[];
  readonly hex: Readonly<Record<string, string>>;
  refusals(bytes: readonly number[]): Promise<readonly string[]>;
  events(body: readonly number[]): Promise<readonly unknown[] | string>;
  text(value: string): boolean;
}
declare const bundled: Bundled;

describe("the format in a browser, under a content security policy without eval", () => {
  let server: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const script = await bundle(`
      import * as protocol from "./index.ts";
      import * as golden from "../../test/protocol/golden.ts";
      export const violations = [];
      addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
      export const hex = Object.fromEntries([...golden.encodeAll()].map(([name, bytes]) => [name, golden.toHex(bytes)]));
      const code = (read) => { try { read(); return "read"; } catch (error) { return error.code ?? String(error); } };
      export const refusals = async (bytes) =>
        [protocol.unpack, protocol.decodeFrame, protocol.decodeUpload, protocol.decodeFramesPage, protocol.decodeState]
          .map((read) => code(() => read(Uint8Array.from(bytes))));
      export const events = (body) =>
        protocol.decodeEvents("deflate-raw", Uint8Array.from(body)).catch((error) => error.code ?? String(error));
      export const text = (value) => protocol.unpack(protocol.pack([value]))[0] === value;
    `);
    server = createServer((request, response) => {
      response.setHeader("content-security-policy", CSP);
      if (request.url === "/script.js") response.setHeader("content-type", "text/javascript").end(script);
      else
        response
          .setHeader("content-type", "text/html")
          .end(`<!doctype html><script src="/script.js"></script>`);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await browser?.close();
    await new Promise((closed) => server.close(closed));
  });

  it("writes the same golden bytes as Node", async () => {
    const hex = await page.evaluate(() => bundled.hex);
    expect(hex).toEqual(Object.fromEntries([...encodeAll()].map(([name, bytes]) => [name, toHex(bytes)])));
  });

  it("refuses what would make msgpackr compile, and breaks no policy", async () => {
    const record = [0x96, 0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 1, 0x40, 2, 0x40, 3, 0x40, 4, 0x40, 5, 0x40, 6];
    expect(await page.evaluate((bytes) => bundled.refusals(bytes), record)).toEqual(
      new Array(5).fill("invalid"),
    );
    const bomb = new Array<number>(300_000).fill(0x91);
    expect(await page.evaluate((bytes) => bundled.refusals(bytes), bomb)).toEqual(
      new Array(5).fill("malformed"),
    );
    expect(await page.evaluate(() => bundled.violations)).toEqual([]);
  });

  it("reads text of every length and script", async () => {
    for (const letter of ["a", "é", "€", "💳"]) {
      for (const length of [1, 15, 16, 40, 64, 65, 300, 70_000]) {
        expect(await page.evaluate((value) => bundled.text(value), letter.repeat(length))).toBe(true);
      }
    }
  });

  it("inflates a body, and refuses one that is cut or followed by more", async () => {
    const raw = new TextEncoder().encode(JSON.stringify(EVENTS));
    const body = [1, raw.length & 255, raw.length >> 8, ~raw.length & 255, (~raw.length >> 8) & 255, ...raw];
    expect(await page.evaluate((bytes) => bundled.events(bytes), body)).toEqual(EVENTS);
    expect(await page.evaluate((bytes) => bundled.events(bytes), body.slice(0, -1))).toBe("malformed");
    expect(await page.evaluate((bytes) => bundled.events(bytes), [...body, 0])).toBe("malformed");
  });
});

describe("what a page bundles", () => {
  it("has no msgpackr in it", async () => {
    const whole = await bundle(`export * from "./page.ts";`);
    expect(whole).not.toMatch(/new Function|readString|mapsAsObjects/);
    expect(whole.length).toBeLessThan(10_000);
  });
});
