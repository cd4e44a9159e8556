import type { PaintedRectangle, PictureState } from "@reeltime/recorder/protocol";
import type { PictureArea } from "../geometry.js";
import type { PrivacyRules } from "../privacy/rules.js";
import type { Target, TroubleCode } from "../types.js";

/** What the capture helper is told. The first message is `configure`. All times are `monotonicMs`. */
export type CaptureCommand =
  /** Begins, or goes on with other settings; whatever was captured is forgotten, so that a checkout follows. */
  | {
      readonly type: "configure";
      readonly rules: PrivacyRules;
      readonly target: Target;
      /** 1 to 100. */
      readonly quality: number;
      readonly maxBytesPerSecond: number;
    }
  /** Captures a second from now on, of each picture; 0: none. */
  | { readonly type: "pace"; readonly fps: number }
  /** A paint of this picture was accepted: only now is it captured again, and compared with what was accepted. */
  | { readonly type: "accepted"; readonly picture: string; readonly paint: number }
  /** A paint of this picture was not accepted: the next one is compared with what was accepted before it. */
  | { readonly type: "refused"; readonly picture: string; readonly paint: number }
  /** The next paint of this picture, or of all, is a whole one. */
  | { readonly type: "checkout"; readonly picture?: string }
  | { readonly type: "stop" };

/** What the capture helper says. */
export type CaptureReport =
  /** What is captured, after `configure` and whenever it changes. A picture that is new, or has another size, comes with a whole paint next. */
  | { readonly type: "pictures"; readonly atMs: number; readonly pictures: readonly PictureArea[] }
  /** How a picture is. */
  | { readonly type: "state"; readonly atMs: number; readonly picture: string; readonly state: PictureState }
  /** What one capture changed. `atMs`: just before the capture. Answered with `accepted` or `refused` and its number. */
  | {
      readonly type: "paint";
      readonly picture: string;
      readonly paint: number;
      readonly atMs: number;
      readonly whole: boolean;
      readonly rectangles: readonly PaintedRectangle[];
    }
  /** A capture that changed nothing. */
  | { readonly type: "still"; readonly picture: string; readonly atMs: number }
  | { readonly type: "trouble"; readonly code: TroubleCode; readonly message: string }
  /** It works again. */
  | { readonly type: "recovered"; readonly code: TroubleCode };
