import type { Rectangle } from "../geometry.js";
import type { WindowSource } from "./desktop-window.js";

/** A window as macOS and Windows list it. */
export interface ListedWindow {
  readonly handle: number;
  readonly pid: number | undefined;
  readonly app: string;
  readonly title: string;
  readonly frame: Rectangle;
  readonly minimised: boolean;
  readonly focused: boolean;
}

/** Windows by asking for a list of them. */
export function createScreensSource(listWindows: () => readonly ListedWindow[]): WindowSource {
  throw new Error(`no windows of ${listWindows.name} yet`);
}
