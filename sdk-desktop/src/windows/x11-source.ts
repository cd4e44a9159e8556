import type { WindowSource } from "./desktop-window.js";

/** The windows of an X display. Rejects when nothing listens there. */
export async function createX11Source(display: string): Promise<WindowSource> {
  throw new Error(`no windows of ${display} yet`);
}
