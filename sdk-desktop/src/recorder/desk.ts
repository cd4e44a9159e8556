import type { Settings } from "../options.js";
import type { Target } from "../types.js";
import type { Host } from "./host.js";
import type { Pictures } from "./pictures.js";
import type { Presence } from "./presence.js";
import type { Troubles } from "./troubles.js";

/** What a run and its desks share: a desk deals with one helper, and knows nothing of the other. */
export interface DeskOptions {
  readonly settings: Settings;
  /** What is recorded at first. */
  readonly target: Target;
  readonly host: Host;
  readonly troubles: Troubles;
  readonly pictures: Pictures;
  readonly presence: Presence;
}
