import type { Gate } from "./gate.js";
import type { RecorderLimits } from "./limits.js";
import type { OpenedRecord } from "./protocol/index.js";
import type { AppendChannel, S2Port } from "./s2-port.js";
import type { SessionEvents } from "./session-events.js";
import type { SummaryBudget } from "./summary-builder.js";
import type { Position } from "./takeover.js";

/** What writers of all sessions share. */
export interface WriterContext {
  readonly port: S2Port;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly random: () => number;
  readonly limits: RecorderLimits;
  readonly budget: SummaryBudget;
  /** How many streams are read through at once. */
  readonly summaries: Gate;
  readonly events: SessionEvents;
}

/** A session that was opened by this process just now. */
export interface JustOpened {
  readonly opened: OpenedRecord;
  readonly position: Position;
  readonly channel: AppendChannel;
}
