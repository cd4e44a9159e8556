import type { PictureArea } from "../geometry.js";
import type { PrivacyRules } from "../privacy/rules.js";
import type { Target, TroubleCode } from "../types.js";

/** What the input helper is told. The first message is `configure`. */
export type InputCommand =
  | {
      readonly type: "configure";
      readonly rules: PrivacyRules;
      readonly target: Target;
      /** What is captured now; input elsewhere is dropped in the helper. */
      readonly pictures: readonly PictureArea[];
    }
  | { readonly type: "pictures"; readonly pictures: readonly PictureArea[] }
  /** Hears nothing until it is told otherwise. */
  | { readonly type: "pause"; readonly paused: boolean }
  | { readonly type: "stop" };

/** One thing that was done. Places are in the desktop's points; times are `monotonicMs`. */
export type Input =
  | { readonly type: "pointer"; readonly atMs: number; readonly x: number; readonly y: number }
  | {
      readonly type: "button";
      readonly atMs: number;
      readonly x: number;
      readonly y: number;
      /** 1 left, 2 right, 3 middle. */
      readonly button: number;
      readonly down: boolean;
      readonly clicks: number;
    }
  | {
      readonly type: "wheel";
      readonly atMs: number;
      readonly x: number;
      readonly y: number;
      /** In notches: down and right are positive. */
      readonly deltaX: number;
      readonly deltaY: number;
    }
  /** A special key or a chord, in words. `x`, `y`: where the window lies that has the keyboard (its middle), when known. */
  | {
      readonly type: "key";
      readonly atMs: number;
      readonly key: string;
      readonly x?: number;
      readonly y?: number;
    };

/** What the input helper says. */
export type InputReport =
  | { readonly type: "ready" }
  /** It does not hang: every few seconds, whatever else is said. */
  | { readonly type: "alive" }
  | { readonly type: "input"; readonly inputs: readonly Input[] }
  /** Somebody typed, or did something else that is not recorded: that they did is all that is said. At most once a second. */
  | { readonly type: "active"; readonly atMs: number }
  /** What was clicked; only with titles allowed, never of a denied window. */
  | { readonly type: "clicked"; readonly atMs: number; readonly title: string; readonly app: string }
  /** The window that has the keyboard is another one, or has another title; likewise. */
  | { readonly type: "focused"; readonly atMs: number; readonly title: string; readonly app: string }
  | { readonly type: "trouble"; readonly code: TroubleCode; readonly message: string }
  | { readonly type: "recovered"; readonly code: TroubleCode };
