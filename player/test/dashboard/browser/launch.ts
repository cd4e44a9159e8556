import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const INSTALLED = "/usr/bin/chromium";
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the machine's Chromium, else the one that comes as a package. */
export async function launchChromium(): Promise<Browser> {
  if (existsSync(INSTALLED)) {
    return chromium.launch({ executablePath: INSTALLED, headless: true, args: QUIET });
  }
  const { default: packaged } = await import("@sparticuz/chromium");
  return chromium.launch({
    executablePath: await packaged.executablePath(),
    headless: true,
    args: [...new Set([...packaged.args, ...QUIET])],
  });
}
