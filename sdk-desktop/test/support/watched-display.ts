import type { WindowSource } from "../../src/windows/desktop-window.js";
import { createX11Source } from "../../src/windows/x11-source.js";
import { type PatternApp, type PatternWindow, startPattern } from "./pattern.js";
import { startX, type XOptions, type XServer } from "./x-server.js";

/** An X display of a test's own, what is told of its windows, and apps on it. */
export interface WatchedDisplay {
  readonly x: XServer;
  readonly source: WindowSource;
  /** Starts an app with these windows, each painted with the pattern; it ends with the display at the latest. */
  open(...windows: readonly PatternWindow[]): Promise<PatternApp>;
  close(): Promise<void>;
}

/** Starts one. */
export async function watchDisplay(options: XOptions): Promise<WatchedDisplay> {
  const x = await startX(options);
  const source = await createX11Source(x.display);
  const apps: PatternApp[] = [];
  return {
    x,
    source,
    open: async (...windows) => {
      const app = await startPattern(x, windows);
      apps.push(app);
      return app;
    },
    close: async () => {
      for (const app of apps) await app.close();
      source.close();
      await x.close();
    },
  };
}
