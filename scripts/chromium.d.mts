import type { Browser, BrowserContext, BrowserContextOptions, LaunchOptions } from "playwright-core";

/** Starts a headless browser: the system's, or the one the packages carry. Close it when done. */
export function launchChromium(options?: LaunchOptions): Promise<Browser>;
/** As `launchChromium`, with a profile that lives as long as its one context. */
export function launchProfile(
  folder: string,
  options?: LaunchOptions & BrowserContextOptions,
): Promise<BrowserContext>;
/** Where the browser is and the environment it needs. */
export function findChromium(): Promise<{ executablePath: string; env: Record<string, string> }>;
/** An empty folder for a profile. */
export function profileFolder(): string;
