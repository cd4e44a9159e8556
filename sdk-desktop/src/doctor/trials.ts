import { openScreens } from "../capture/screens.js";
import { explainHookError } from "../input/probe.js";
import { openHook } from "../input/uiohook.js";
import { isXWayland } from "../input/xwayland.js";
import { openWindowSource } from "../windows/open.js";
import { isOneColour } from "./one-colour.js";
import { trySpoolFolder } from "./spool-folder.js";
import type { TrialName, TrialOutcome } from "./trial.js";

/** What a trial runs on. */
export interface TrialWorld {
  readonly platform: string;
  readonly display: string | undefined;
  /** The process's own: what points to Wayland is taken out of it where an X display is named. */
  readonly environment: NodeJS.ProcessEnv;
  /** The folder to try, for `spool`. */
  readonly folder: string;
}

/** Does one trial, in the process that was started for it. Never rejects; may end the process. */
export async function attemptTrial(name: TrialName, world: TrialWorld): Promise<TrialOutcome> {
  try {
    if (name !== "xwayland" && world.display !== undefined) {
      // As the helpers do: an X display that is named is what is recorded.
      delete world.environment.WAYLAND_DISPLAY;
      delete world.environment.XDG_SESSION_TYPE;
    }
    return await TRIALS[name](world);
  } catch (error) {
    return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

const TRIALS: Readonly<Record<TrialName, (world: TrialWorld) => Promise<TrialOutcome>>> = {
  xwayland: async ({ environment }) => ({ kind: "ok", message: String(await isXWayland(environment)) }),
  pictures: async ({ platform }) => {
    const screens = await openScreens({ platform, copyPixels: false, testScale: 1 });
    const displays = screens.displays();
    const sizes: string[] = [];
    let blank = 0;
    for (const { id, width, height } of displays) {
      const captured = await screens.captureDisplay(id);
      if ("failed" in captured) return { kind: "failed", message: captured.failed };
      sizes.push(`${width}x${height}`);
      if (isOneColour(captured)) blank++;
    }
    if (displays.length === 0) return { kind: "failed", message: "the system names no display" };
    const note =
      blank === displays.length
        ? "; the picture is of one colour all over, which is right only if nothing is open there"
        : "";
    return {
      kind: "ok",
      message: `taken of ${displays.length === 1 ? "one display" : `${displays.length} displays`} (${sizes.join(", ")})${note}`,
    };
  },
  windows: async ({ platform, display }) => {
    const screens =
      platform === "linux" ? undefined : await openScreens({ platform, copyPixels: false, testScale: 1 });
    const source = await openWindowSource({
      platform,
      display,
      ...(screens === undefined ? {} : { listWindows: () => screens.windows() }),
    });
    const { windows } = await source.snapshot();
    source.close();
    const visible = windows.filter((window) => window.visible).length;
    return { kind: "ok", message: `readable; ${visible} ${visible === 1 ? "is" : "are"} on the screen now` };
  },
  spool: ({ folder }) => trySpoolFolder(folder),
  input: async () => {
    try {
      const hook = await openHook(() => {});
      hook.start();
    } catch (error) {
      return { kind: "failed", message: explainHookError(error).message };
    }
    return { kind: "ok", message: "heard" };
  },
};
