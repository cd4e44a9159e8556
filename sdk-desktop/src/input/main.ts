import { openScreens } from "../capture/screens.js";
import { hostEnvironment } from "../config.js";
import { openChannel } from "../helpers/channel.js";
import { monotonicMs } from "../monotonic.js";
import type { WindowSource } from "../windows/desktop-window.js";
import { openWindowSource } from "../windows/open.js";
import { readKeys } from "../x11/keys.js";
import { CANNOT_HEAR, InputHelper } from "./helper.js";
import type { Keyboard } from "./keys.js";
import type { InputCommand, InputReport } from "./messages.js";
import { probeInput } from "./probe.js";
import { openHook } from "./uiohook.js";
import { xKeyboard } from "./x-keyboard.js";
import { isXWayland } from "./xwayland.js";

// The process that hears the mouse and the keyboard. It is one of its own, since the hook ends it when the display goes.

// A terminal interrupts its whole group of processes. The recorder decides when this one ends.
process.on("SIGINT", () => {});

const channel = openChannel<InputCommand, InputReport>({
  onCommand: (command) => helper.obey(command),
  onClose: () => process.exit(0),
});
if (channel === undefined) {
  process.stderr.write("The input helper is started by the recorder, not by hand.\n");
  process.exit(CANNOT_HEAR);
}
const helper = new InputHelper({
  send: channel.report,
  nowMs: monotonicMs,
  probe: () => {
    const environment = hostEnvironment();
    const { platform } = process;
    return probeInput({ platform, environment, isXWayland: () => isXWayland(environment) });
  },
  openHook,
  openWindows,
  readKeyboard,
  exit: (code) => void channel.flushed().then(() => process.exit(code)),
});

/** On macOS and Windows nothing is known of the keys. */
async function readKeyboard(): Promise<Keyboard | undefined> {
  const { DISPLAY: display } = hostEnvironment();
  const isX11 = process.platform !== "darwin" && process.platform !== "win32" && display !== undefined;
  return isX11 ? xKeyboard(await readKeys(display)) : undefined;
}

/** Where the system has no tree of windows to read, the native part that lists them is loaded. */
async function openWindows(): Promise<WindowSource> {
  const { platform } = process;
  if (platform !== "darwin" && platform !== "win32")
    return await openWindowSource({ platform, display: hostEnvironment().DISPLAY });
  const screens = await openScreens({ platform, copyPixels: false, testScale: 1 });
  return await openWindowSource({ platform, display: undefined, listWindows: () => screens.windows() });
}
