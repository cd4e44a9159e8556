import type { PictureArea, Point, Rectangle } from "../geometry.js";
import type { WindowsSnapshot } from "../windows/desktop-window.js";
import type { PrivacyRules } from "./rules.js";

/** What {@link deniedAreas} decides from. */
export interface DenyInputs {
  /** Taken before the capture began. */
  readonly before: WindowsSnapshot;
  /** Taken after the capture ended, since `before`. */
  readonly after: WindowsSnapshot;
  readonly rules: PrivacyRules;
  /** What was captured. */
  readonly picture: PictureArea;
  /** All displays: what declared rectangles may be relative to. */
  readonly displays: readonly PictureArea[];
}

/** What must be black in a capture, in the picture's pixels, within it, rounded outward. May overlap. */
export function deniedAreas(inputs: DenyInputs): readonly Rectangle[] {
  throw new Error(`no areas of ${inputs.picture.id} yet`);
}

/** The handles of all windows that are denied at this time. */
export function deniedWindows(snapshot: WindowsSnapshot, rules: PrivacyRules): ReadonlySet<number> {
  throw new Error(`none of ${snapshot.windows.length} under ${rules.denyWindows.length} yet`);
}

/** Whether input at a place, in the desktop's points, must be dropped: the window there is denied, or it lies in a declared rectangle. */
export function isDeniedAt(
  snapshot: WindowsSnapshot,
  rules: PrivacyRules,
  point: Point,
  displays: readonly PictureArea[],
): boolean {
  throw new Error(`nothing at ${point.x} of ${displays.length} yet ${deniedWindows(snapshot, rules).size}`);
}

/** Whether what is typed now must be dropped: the window that has the keyboard is denied, or cannot be told. */
export function isKeyboardDenied(snapshot: WindowsSnapshot, rules: PrivacyRules): boolean {
  throw new Error(`no keyboard yet ${deniedWindows(snapshot, rules).size}`);
}
