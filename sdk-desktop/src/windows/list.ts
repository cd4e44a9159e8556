import type { PictureArea, Rectangle } from "../geometry.js";
import type { WindowsSnapshot } from "./desktop-window.js";

/** A window in the list that a user chooses a target from. */
export interface ListedTarget {
  readonly handle: number;
  readonly title: string;
  readonly app: string;
  readonly pid: number | undefined;
  readonly place: Rectangle;
  readonly minimised: boolean;
  readonly active: boolean;
}

/** What can be recorded here. */
export interface TargetList {
  /** In the order that `{ kind: "display", id: 0 }` counts them in. */
  readonly displays: readonly PictureArea[];
  /** From the topmost: those that a user would call windows. */
  readonly windows: readonly ListedTarget[];
}

/** What can be recorded here, as plain data. */
export const listTargets = (displays: readonly PictureArea[], snapshot: WindowsSnapshot): TargetList => ({
  displays,
  windows: snapshot.windows
    .filter(
      ({ kind, closed, visible, minimised, content }) =>
        (kind === "normal" || kind === "dialog") &&
        !closed &&
        (visible || minimised) &&
        content.width > 1 &&
        content.height > 1,
    )
    .map(({ handle, title, app, pid, content, minimised }) => ({
      handle,
      title,
      app,
      pid,
      place: content,
      minimised,
      active: handle === snapshot.active,
    }))
    .reverse(),
});
