import type { CaptureCommand, CaptureReport } from "../capture/messages.js";
import type { ListedWindow } from "../windows/screens-source.js";

/** A window of the app itself, as its main process has it. */
export interface OwnWindow extends ListedWindow {
  /** Pixels a point. */
  readonly scale: number;
}

/** What the main process says of the app's own windows. */
export type OwnNews =
  /** The windows as they are now, from the topmost as far as that is known. */
  | { readonly type: "own-windows"; readonly windows: readonly OwnWindow[] }
  /** What was asked for by `grab`. */
  | { readonly type: "grabbed"; readonly request: number; readonly pixels: OwnPixels | undefined };

/** What the capture helper of an Electron app is told: what every one is told, and news of the app's own windows. */
export type OwnCommand = CaptureCommand | OwnNews;

/** Tells the one from the other. */
export const isOwnNews = (command: OwnCommand): command is OwnNews =>
  command.type === "own-windows" || command.type === "grabbed";

/** A page's pixels: blue, green, red and alpha of each. */
export interface OwnPixels {
  readonly width: number;
  readonly height: number;
  readonly bgra: Uint8Array;
}

/** What is asked of the main process, beside what every capture helper says. */
export type OwnReport =
  | CaptureReport
  /** Wants the pixels of a window of the app's own. */
  | { readonly type: "grab"; readonly request: number; readonly handle: number };
