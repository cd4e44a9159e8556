import type { ClientInfo } from "@reeltime/recorder/protocol/page";
import { address } from "./options.js";

/** What is known about the page and the machine; the browser's name is in the request. */
export const clientInfo = (): ClientInfo => ({
  sdk: "browser/0.1.0",
  language: navigator.language,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  url: address(location.href),
  title: document.title,
  referrer: address(document.referrer),
  screenWidth: screen.width,
  screenHeight: screen.height,
});
