import { openScreens } from "../capture/screens.js";

/**
 * Whether the X display is only the one that Wayland has for programs written for X: it shows no others. Takes what points
 * to Wayland out of the environment, which the native part would follow otherwise, as the capture helper does.
 */
export async function isXWayland(environment: NodeJS.ProcessEnv): Promise<boolean> {
  delete environment.WAYLAND_DISPLAY;
  delete environment.XDG_SESSION_TYPE;
  try {
    const screens = await openScreens({ platform: "linux", copyPixels: false, testScale: 1 });
    return screens.displays().some(({ name }) => name.startsWith("XWAYLAND"));
  } catch {
    // What cannot be looked at is said by whoever captures it.
    return false;
  }
}
