import type { CaptureCommand, CaptureReport } from "../capture/messages.js";
import type { StartHelper } from "../helpers/helper-process.js";
import type { ElectronApi } from "./electron-api.js";
import type { OwnCommand, OwnReport } from "./messages.js";
import { grabOwnWindow, listOwnWindows } from "./own-windows.js";

/** Milliseconds between two looks at where the app's windows are, beside those at each picture. */
const LOOK_MS = 500;

/**
 * A capture helper that is given what it asks for of the app's own windows: where they are, and their pixels.
 * @param start starts the process
 */
export const ownCapture =
  (
    electron: ElectronApi,
    start: StartHelper<OwnCommand, OwnReport>,
  ): StartHelper<CaptureCommand, CaptureReport> =>
  ({ onReport, onExit }) => {
    let said = "";
    const look = (): void => {
      const windows = listOwnWindows(electron);
      const now = JSON.stringify(windows);
      if (now === said) return;
      said = now;
      helper.send({ type: "own-windows", windows });
    };
    const grab = async (request: number, handle: number): Promise<void> => {
      const pixels = await grabOwnWindow(electron, handle);
      // What the picture may show is known before it is.
      look();
      helper.send({ type: "grabbed", request, pixels });
    };
    const helper = start({
      onReport: (report) => {
        if (report.type === "grab") void grab(report.request, report.handle);
        else onReport(report);
      },
      onExit: (why) => {
        clearInterval(timer);
        onExit(why);
      },
    });
    const timer = setInterval(look, LOOK_MS);
    timer.unref();
    look();
    return helper;
  };
