import type { BrowserWindow, ElectronApi, NativeImage } from "./electron-api.js";
import type { OwnPixels, OwnWindow } from "./messages.js";

/** The app's windows as they are now, the one with the keyboard first. Those that are hidden are not there. */
export function listOwnWindows({ app, BrowserWindow, screen }: ElectronApi): readonly OwnWindow[] {
  const pid = process.pid;
  const name = app.getName();
  return BrowserWindow.getAllWindows()
    .filter((window) => !window.isDestroyed() && (window.isVisible() || window.isMinimized()))
    .map((window) => {
      const frame = window.getContentBounds();
      return {
        handle: window.id,
        pid,
        app: name,
        title: window.getTitle(),
        frame: { x: frame.x, y: frame.y, width: frame.width, height: frame.height },
        minimised: window.isMinimized(),
        focused: window.isFocused(),
        scale: screen.getDisplayMatching(frame).scaleFactor,
      };
    })
    .sort((one, other) => Number(other.focused) - Number(one.focused));
}

/** The pixels of one of the app's windows; `undefined` when there are none. Never rejects. */
export async function grabOwnWindow(
  { BrowserWindow, screen }: ElectronApi,
  handle: number,
): Promise<OwnPixels | undefined> {
  try {
    const window = BrowserWindow.getAllWindows().find(({ id }) => id === handle);
    if (!window || isGone(window)) return undefined;
    const { scaleFactor } = screen.getDisplayMatching(window.getContentBounds());
    return pixelsOf(await window.webContents.capturePage(), scaleFactor);
  } catch {
    // Closed meanwhile, or never painted: the capture helper says that it failed.
    return undefined;
  }
}

const isGone = (window: BrowserWindow): boolean => window.isDestroyed() || window.webContents.isDestroyed();

/** The representation for a scale factor. Its size is told in points by some versions and in pixels by others; its bytes tell which. */
function pixelsOf(image: NativeImage, scaleFactor: number): OwnPixels | undefined {
  if (image.isEmpty()) return undefined;
  const bgra = image.toBitmap({ scaleFactor });
  const { width, height } = image.getSize(scaleFactor);
  for (const factor of [1, scaleFactor]) {
    const size = { width: Math.round(width * factor), height: Math.round(height * factor) };
    if (size.width * size.height * 4 === bgra.length) return { ...size, bgra };
  }
  return undefined;
}
