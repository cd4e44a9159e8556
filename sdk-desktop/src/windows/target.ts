import type { PictureState } from "@reeltime/recorder/protocol";
import type { PictureArea, Rectangle } from "../geometry.js";
import type { PrivacyRules } from "../privacy/rules.js";
import type { Target } from "../types.js";
import type { WindowsSnapshot } from "./desktop-window.js";

/** One picture of a target, and how it is. */
export interface TargetPicture {
  /** Its whole area, also where that is off every display. Of a window: its content, without title bar. */
  readonly area: PictureArea;
  /** The part of the area that lies on displays: what can be captured, the rest being black. `undefined`: nothing. */
  readonly captured: Rectangle | undefined;
  readonly state: PictureState;
  /** Of a window, as the system numbers it. */
  readonly handle?: number;
}

/** What a target means now. */
export interface TargetChoice {
  readonly pictures: readonly TargetPicture[];
  /** False: no window or display has ever been what was asked for. It is looked for on. */
  readonly found: boolean;
}

/** What a target is chosen from. */
export interface TargetInputs {
  readonly target: Target;
  readonly snapshot: WindowsSnapshot;
  readonly displays: readonly PictureArea[];
  readonly rules: PrivacyRules;
  /** What it meant before: a window that was found is kept while it exists, whatever its title has become. */
  readonly before?: TargetChoice;
  /** Processes whose windows are the app's own: its id, and those of its descendants. */
  readonly ownPids: ReadonlySet<number>;
}

/** What is captured now, and how each picture of it is. */
export function chooseTarget(inputs: TargetInputs): TargetChoice {
  throw new Error(`no ${inputs.target.kind} yet`);
}
