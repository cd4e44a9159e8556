import { MAX_PICTURE_PIXELS } from "@reeltime/recorder/protocol";
import type * as NodeScreenshots from "node-screenshots";
import type { PictureArea } from "../geometry.js";
import type { ListedWindow } from "../windows/screens-source.js";
import { enlarge, type RawImage, rawImage } from "./raw-image.js";

/** What came of a capture. `failed`: in words of the system, for a log. */
export type Captured = RawImage | { readonly failed: string };

/** The displays and windows of this machine, and their pixels. */
export interface Screens {
  /** The displays as they are now. Throws when the desktop is gone. */
  displays(): readonly PictureArea[];
  /** The windows as the system lists them, from the topmost. On X11 they are read from the window tree instead. */
  windows(): readonly ListedWindow[];
  captureDisplay(id: string): Promise<Captured>;
  /** What a window draws, without title bar; black where others cover it, unless the system keeps what is covered. */
  captureWindow(handle: number): Promise<Captured>;
}

/** Options of {@link openScreens}. */
export interface ScreensOptions {
  /** Such as `process.platform`. */
  readonly platform: string;
  /** Copies pixels into memory of Node's own: Electron ends a process that holds others. */
  readonly copyPixels: boolean;
  /** For tests: pictures are made this many times as large, as if displays had this scale. */
  readonly testScale: number;
}

/** Loads the native part. Rejects when it is missing here, or a library that it needs is. */
export async function openScreens(options: ScreensOptions): Promise<Screens> {
  const native: typeof NodeScreenshots = await import("node-screenshots");
  const { copyPixels, testScale } = options;
  let monitors = new Map<string, NodeScreenshots.Monitor>();
  const capture = async (of: NodeScreenshots.Monitor | NodeScreenshots.Window): Promise<Captured> => {
    // The calls that do not wait keep each capture's memory until the loop is idle: gigabytes, measured.
    const image = await of.captureImage();
    const { width, height } = image;
    if (width * height > MAX_PICTURE_PIXELS) return { failed: `${width}x${height} is too large a picture` };
    const raw = rawImage(await image.toRaw(copyPixels), width, height);
    return testScale === 1 ? raw : enlarge(raw, testScale);
  };
  return {
    displays: () => {
      const all = native.Monitor.all();
      monitors = new Map(all.map((monitor) => [String(monitor.id()), monitor]));
      return all.map((monitor) => displayArea(monitor, options));
    },
    windows: () => native.Window.all().map(listedWindow),
    captureDisplay: (id) =>
      attempt(async () => {
        const monitor = monitors.get(id);
        return monitor === undefined ? { failed: `no display ${id}` } : await capture(monitor);
      }),
    captureWindow: (handle) =>
      attempt(async () => {
        const window = native.Window.all().find((one) => one.id() === handle);
        return window === undefined ? { failed: `no window ${handle}` } : await capture(window);
      }),
  };
}

/** The native part throws what the system said: an outcome like any other, since windows close and displays go. */
async function attempt(capture: () => Promise<Captured>): Promise<Captured> {
  try {
    return await capture();
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Where a display lies. On X11 windows and the pointer are reported in pixels, whatever scale is set for text, but
 * the native part divides a display's place and size by it: that is undone. On macOS all is in points already, and on
 * Windows all is in pixels, so that the scale is what the picture has more.
 */
function displayArea(monitor: NodeScreenshots.Monitor, { platform, testScale }: ScreensOptions): PictureArea {
  const isX11 = platform !== "darwin" && platform !== "win32";
  const divided = isX11 ? monitor.scaleFactor() : 1;
  const points = (reported: number): number => Math.round(reported * divided);
  return {
    id: String(monitor.id()),
    name: monitor.name(),
    source: "display",
    x: points(monitor.x()),
    y: points(monitor.y()),
    width: points(monitor.width()),
    height: points(monitor.height()),
    scale: (platform === "darwin" ? monitor.scaleFactor() : 1) * testScale,
  };
}

function listedWindow(window: NodeScreenshots.Window): ListedWindow {
  return {
    handle: window.id(),
    pid: window.pid(),
    app: window.appName(),
    title: window.title(),
    frame: { x: window.x(), y: window.y(), width: window.width(), height: window.height() },
    minimised: window.isMinimized(),
    focused: window.isFocused(),
  };
}
