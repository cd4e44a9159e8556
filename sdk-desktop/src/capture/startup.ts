import { NO_SCREEN_WORDS } from "../no-screen-words.js";
import type { CaptureConfig } from "./config.js";
import type { Screens } from "./screens.js";

/** Why nothing can be captured here, in words for somebody who knows nothing of displays. */
export interface NoDisplay {
  readonly code: "no_display" | "wayland";
  readonly message: string;
}

/** Whether there is a display that can be captured; `undefined` when there is. */
export function findNoDisplay(
  screens: Pick<Screens, "displays">,
  { platform, display, waylandOnly }: Pick<CaptureConfig, "platform" | "display" | "waylandOnly">,
): NoDisplay | undefined {
  const isX11 = platform !== "darwin" && platform !== "win32";
  if (isX11 && waylandOnly) return { code: "wayland", message: NO_SCREEN_WORDS.wayland };
  if (isX11 && display === undefined)
    return {
      code: "no_display",
      message: NO_SCREEN_WORDS.unset,
    };
  try {
    // Programs written for X run on Wayland too, but on a screen of their own that shows no others.
    if (isX11 && screens.displays().some(({ name }) => name.startsWith("XWAYLAND")))
      return { code: "wayland", message: NO_SCREEN_WORDS.wayland };
    if (!isX11) screens.displays();
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      code: "no_display",
      message: isX11
        ? `The screen ${display} does not answer (${reason}). Check that DISPLAY names the desktop that is in use, commonly :0, and that this program runs as the user who is signed in there.`
        : `The screen does not answer (${reason}). Check that this program runs inside a signed-in desktop.`,
    };
  }
}

/** What to do about a native part that cannot be loaded, by what the system said of it. */
export function missingLibrary(error: unknown): string {
  const reasons = causesOf(error).join("; ");
  const library = /(lib[\w.+-]+\.so[\d.]*): cannot open shared object file/.exec(reasons)?.[1];
  if (library !== undefined)
    return `The library ${library} is missing on this machine. On Debian and Ubuntu: apt-get install libxcb1 libxrandr2 libdbus-1-3; elsewhere the package that has ${library}.`;
  const glibc = /version [`'](GLIBC_[\d.]+)' not found/.exec(reasons)?.[1];
  if (glibc !== undefined)
    return `This system's C library is too old (${glibc} is needed): Debian 12, Ubuntu 22.04 or a newer system can record a screen.`;
  return `A part that captures the screen cannot be loaded on this machine: ${reasons}`;
}

/** An error's message, and those of what it lists as its causes. */
function causesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  return error.cause === undefined ? [error.message] : [error.message, ...causesOf(error.cause)];
}
