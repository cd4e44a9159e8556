import { NO_SCREEN_WORDS } from "../no-screen-words.js";
import type { Trouble } from "../types.js";
import { type DisplayDoor, doorsOf, isOpen } from "./display.js";

/** What {@link probeInput} looks at. */
export interface ProbeOptions {
  /** Such as `process.platform`. */
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default: tries it. */
  readonly knock?: (door: DisplayDoor) => Promise<boolean>;
  /** Whether the X display is only the one that Wayland has for programs written for X; asked on Wayland alone. Default: it is. */
  readonly isXWayland?: () => Promise<boolean>;
}

/** What Linux programs take for a Wayland desktop. */
export const isWayland = ({ environment }: Pick<ProbeOptions, "environment">): boolean =>
  environment.XDG_SESSION_TYPE === "wayland" || (environment.WAYLAND_DISPLAY ?? "") !== "";

/**
 * Whether input can be heard here, before the hook is loaded: without a display, that would end the process. `undefined`:
 * nothing is known against it. Otherwise what is wrong and what to do, for somebody who knows nothing of X.
 */
export async function probeInput(options: ProbeOptions): Promise<Trouble | undefined> {
  const { platform, environment, knock = isOpen, isXWayland = () => Promise.resolve(true) } = options;
  if (platform === "win32" || platform === "darwin") return undefined;
  const display = environment.DISPLAY ?? "";
  const wayland = isWayland(options);
  if (wayland && display === "") return { code: "wayland", message: NO_SCREEN_WORDS.wayland };
  if (display === "") return { code: "no_display", message: NO_SCREEN_WORDS.unset };
  const doors = doorsOf(display);
  if (doors === undefined)
    return {
      code: "no_display",
      message:
        `The environment variable DISPLAY says which screen to use, and "${display}" names none. ` +
        'A name looks like ":0": see what it is in a terminal on the desktop with: echo $DISPLAY',
    };
  for (const door of doors) {
    if (!(await knock(door))) continue;
    return wayland && (await isXWayland())
      ? { code: "wayland", message: NO_SCREEN_WORDS.wayland }
      : undefined;
  }
  return { code: "no_display", message: deadDisplayMessage(display) };
}

const deadDisplayMessage = (display: string): string =>
  `There is no screen at "${display}", which the environment variable DISPLAY names: nothing answers there. It may have ` +
  "been closed, or it is another one: see what DISPLAY is in a terminal on the desktop with: echo $DISPLAY. On a " +
  'machine without a screen, make one in memory by putting "xvfb-run -a" before the command.';

/**
 * What to tell of a hook that does not load or start: what a library's loader or the hook itself said, in words that say
 * what to do.
 */
export function explainHookError(error: unknown): Trouble {
  const text = error instanceof Error ? error.message : String(error);
  const library = /(lib[\w+-]+\.so[.\d]*): cannot open shared object/.exec(text)?.[1];
  if (library !== undefined)
    return {
      code: "missing_library",
      message:
        `The mouse and keyboard cannot be heard: the system library ${library} is not installed. ` +
        "Debian and Ubuntu: apt-get install libx11-6 libxtst6 libxt6 libxrandr2. " +
        "Fedora: dnf install libX11 libXtst libXt libXrandr.",
    };
  const glibc = /GLIBC_([\d.]+)' not found/.exec(text)?.[1];
  if (glibc !== undefined)
    return {
      code: "missing_library",
      message:
        `The mouse and keyboard cannot be heard: this Linux is older than that needs (its C library must be ${glibc} ` +
        "or newer: Debian 12, Ubuntu 22.04, Fedora 35). The screen is recorded all the same.",
    };
  if (/No native build was found|Cannot find (module|package) 'uiohook-napi/.test(text))
    return {
      code: "missing_library",
      message:
        `The mouse and keyboard cannot be heard: the package uiohook-napi has nothing for this system (${process.platform} ` +
        `${process.arch}), or was not installed with the SDK: npm install uiohook-napi.`,
    };
  if (/AXAPI_DISABLED|assistive/i.test(text)) return { code: "no_permission", message: macPermission };
  if (/X_RECORD/.test(text))
    return {
      code: "input_failed",
      message:
        "The mouse and keyboard cannot be heard: this screen's server has switched its RECORD extension off.",
    };
  return { code: "input_failed", message: `The mouse and keyboard cannot be heard: ${text}` };
}

/** What lets a program hear input on macOS. */
export const macPermission =
  "macOS does not let this program hear the mouse and keyboard. Open System Settings, Privacy & Security, " +
  "Accessibility, switch the program on (for a command, its terminal), and start it again.";
