import type { ClientInfo } from "@reeltime/recorder/protocol";
import { isDesktop } from "./session-kind.js";

/** What a session ran on, in words. */
export interface Device {
  /** `Chrome 156`, or `Desktop app`. */
  readonly app: string;
  /** `macOS`; empty when the client did not say. */
  readonly system: string;
  readonly mobile: boolean;
  /** The sign it is known by. */
  readonly icon: "desktop" | "phone" | "browser";
  /** `Chrome 156 · macOS`, with `mobile` when it is. */
  readonly label: string;
}

/** Browsers by what only they say of themselves; who imitates another comes before it. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bElectron\/(\d+)/, "Electron"],
  [/\bEdg(?:A|iOS)?\/(\d+)/, "Edge"],
  [/\bOPR\/(\d+)/, "Opera"],
  [/\bVivaldi\/(\d+)/, "Vivaldi"],
  [/\bSamsungBrowser\/(\d+)/, "Samsung Internet"],
  [/\bFxiOS\/(\d+)/, "Firefox"],
  [/\bFirefox\/(\d+)/, "Firefox"],
  [/\bCriOS\/(\d+)/, "Chrome"],
  [/\bHeadlessChrome\/(\d+)/, "Headless Chrome"],
  [/\bChrom(?:e|ium)\/(\d+)/, "Chrome"],
  [/\bVersion\/(\d+)[^ ]* (?:Mobile\/\S+ )?Safari\//, "Safari"],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, "iOS"],
  [/\biPad\b/, "iPadOS"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b|\bX11\b/, "Linux"],
];

/** Reads a client's user agent into words. One that says nothing known is `Unknown browser`; none at all is an app. */
export function describeDevice(client: ClientInfo): Device {
  const agent = client.userAgent ?? "";
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1] ?? "";
  const mobile = /\bMobile\b|\biPhone\b/.test(agent);
  const desktop = agent === "" || isDesktop(client);
  const app = desktop ? desktopApp(agent) : browser(agent);
  const screen = desktop && system === "" ? screenSize(client) : "";
  const icon = desktop ? "desktop" : mobile ? "phone" : "browser";
  return { app, system, mobile, icon, label: words(app, system, screen, mobile ? "mobile" : "") };
}

/** `1920 × 1080`; empty when unknown. */
export function screenSize(client: ClientInfo): string {
  const { screenWidth, screenHeight } = client;
  return screenWidth === undefined || screenHeight === undefined ? "" : `${screenWidth} × ${screenHeight}`;
}

/** An app that brings its own browser says so; any other is an app. */
function desktopApp(agent: string): string {
  const version = /\bElectron\/(\d+)/.exec(agent)?.[1];
  return version === undefined ? "Desktop app" : `Electron ${version} app`;
}

function browser(agent: string): string {
  for (const [pattern, name] of BROWSERS) {
    const version = pattern.exec(agent)?.[1];
    if (version !== undefined) return `${name} ${version}`;
  }
  return "Unknown browser";
}

const words = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join(" · ");
