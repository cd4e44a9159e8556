import type { DeniedRectangle, WindowMatch } from "../types.js";

/** What is black, as both helpers get it. Travels between processes: patterns survive the structured clone. */
export interface PrivacyRules {
  readonly denyWindows: readonly WindowMatch[];
  readonly denyRectangles: readonly DeniedRectangle[];
  /** Whether titles and apps of other windows may be said. */
  readonly recordTitles: boolean;
}
