/** Limits of the agent, each with its unit and its reason. */

/** The version of the lines that host and agent exchange. */
export const AGENT_PROTOCOL = 1;

/** UTF-8 bytes of one line: options with hundreds of rules. */
export const MAX_LINE_BYTES = 256 * 1024;

/** Bytes of notifications that a host has not read, past which further ones are left out: it has stopped reading. */
export const MAX_UNREAD_BYTES = 1024 * 1024;

/** Milliseconds between two states that are told without being asked for, at the least. */
export const MIN_STATUS_EVERY_MS = 100;

/** Milliseconds between two looks at whether the session has another address. */
export const LOOK_EVERY_MS = 250;
