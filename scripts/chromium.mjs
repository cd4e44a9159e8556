/**
 * A Chromium for tests and benchmarks: the system's where there is one (or CHROMIUM names it), else the one that
 * the dev dependency @sparticuz/chromium carries, with the shared libraries it needs unpacked beside it.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { chromium } from "playwright-core";

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a headless browser. Close it when done. */
export async function launchChromium({ args = [], ...options } = {}) {
  const { executablePath, env } = await findChromium();
  return chromium.launch({ executablePath, env, headless: true, args: [...ARGS, ...args], ...options });
}

/** As {@link launchChromium}, with a profile that lives as long as its one context. */
export async function launchProfile(folder, { args = [], ...options } = {}) {
  const { executablePath, env } = await findChromium();
  return chromium.launchPersistentContext(folder, {
    executablePath,
    env,
    headless: true,
    args: [...ARGS, ...args],
    ...options,
  });
}

/** Where the browser is and the environment it needs. */
export async function findChromium() {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== "packaged") return { executablePath: named, env: process.env };
  const installed = named === "packaged" ? undefined : INSTALLED.find((path) => existsSync(path));
  if (installed !== undefined) return { executablePath: installed, env: process.env };
  return unpackChromium();
}

/** Unpacks the packaged browser once a machine; whoever comes second waits for the first. */
async function unpackChromium() {
  const { default: packaged, inflate } = await import("@sparticuz/chromium");
  const unpack = async () => {
    const bin = join(
      dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")),
      "..",
      "..",
      "bin",
    );
    const libraries = await inflate(join(bin, "al2023.tar.br"));
    return { executablePath: await packaged.executablePath(), libraries: join(libraries, "lib") };
  };
  const { executablePath, libraries } = await alone(join(tmpdir(), "reeltime-chromium.lock"), unpack);
  const path = [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  const fonts = join(tmpdir(), "fonts");
  return {
    executablePath,
    env: { ...process.env, LD_LIBRARY_PATH: path, FONTCONFIG_PATH: process.env.FONTCONFIG_PATH ?? fonts },
  };
}

/** Runs `work` in one process at a time. A lock older than two minutes belongs to nobody. */
async function alone(lock, work) {
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      const age = existsSync(lock) ? Date.now() - statSync(lock).mtimeMs : 0;
      if (age > 120_000) rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** An empty folder for a profile. */
export const profileFolder = () => mkdtempSync(join(tmpdir(), "reeltime-profile-"));
