import { join } from "node:path";
import { helperEntry } from "../helpers/entries.js";
import type { Host } from "../recorder/host.js";
import type { ElectronApi } from "./electron-api.js";
import { ownCapture } from "./own-capture.js";
import { utilityHelper } from "./utility-helper.js";

/** The capture helper's program for Electron. */
const CAPTURE = "electron-capture-helper.mjs";

/** A host whose helpers are Electron's utility processes, and which has the app's own windows captured by its main process. */
export const electronHost = (electron: ElectronApi, folder: string, host: Host): Host => ({
  ...host,
  startCapture: ownCapture(electron, utilityHelper(electron, join(folder, CAPTURE), "Reeltime capture")),
  startInput: utilityHelper(electron, helperEntry(folder, "input"), "Reeltime input"),
});
