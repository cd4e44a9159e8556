/** The desktop SDK for the main process of an Electron app, version 28 or newer. */
import * as electron from "electron";
import { folderOf } from "../helpers/entries.js";
import type { RecorderOptions } from "../types.js";
import { createElectronRecorder } from "./electron-recorder.js";
import type { ElectronRecorder } from "./types.js";

export * from "../types.js";
export type { ElectronRecorder } from "./types.js";

/**
 * Makes a recorder: of the app's own windows, without any permission of the system (`target: { kind: "own-window" }`), or of
 * displays and other windows, as in Node. Never throws. `start` waits until the app is ready.
 */
export const createRecorder = (options: RecorderOptions): ElectronRecorder =>
  createElectronRecorder(options, electron, folderOf(import.meta.url));
