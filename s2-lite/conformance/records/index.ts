import type { ConformanceCase } from "../case.js";
import { APPEND_SESSIONS, SESSION_ENDS, SESSION_OPENINGS } from "./append-sessions.js";
import { APPENDS } from "./appends.js";
import { AUTO_CREATE, ERROR_ORDER, KEYS, STREAM_CONFIG_HEADER } from "./auto-create.js";
import { COMMANDS, TRIMS } from "./commands.js";
import { CONDITIONS } from "./conditions.js";
import { EVENTS } from "./events.js";
import { FOLLOW, LONG_POLL } from "./follow.js";
import { FORMATS } from "./formats.js";
import { FRAME_COMPRESSION, FRAMES } from "./frames.js";
import { METERING } from "./metering.js";
import { READ_MATRIX } from "./read-matrix.js";
import { READS } from "./reads.js";
import { THROUGH_SDK } from "./through-sdk.js";
import { TIMESTAMPS } from "./timestamps.js";

/** Records: appends, sessions, reads, following, trimming. */
export const RECORD_CASES: readonly ConformanceCase[] = [
  ...APPENDS,
  ...FORMATS,
  ...METERING,
  ...CONDITIONS,
  ...TIMESTAMPS,
  ...APPEND_SESSIONS,
  ...SESSION_OPENINGS,
  ...SESSION_ENDS,
  ...FRAMES,
  ...FRAME_COMPRESSION,
  ...READS,
  ...READ_MATRIX,
  ...EVENTS,
  ...FOLLOW,
  ...LONG_POLL,
  ...COMMANDS,
  ...TRIMS,
  ...AUTO_CREATE,
  ...STREAM_CONFIG_HEADER,
  ...KEYS,
  ...ERROR_ORDER,
  ...THROUGH_SDK,
];
