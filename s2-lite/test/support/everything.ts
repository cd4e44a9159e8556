import type { ReadQuery } from "../../src/stream/read-query.js";

/** Asks for a stream from its first record on, without an end. */
export const EVERYTHING: ReadQuery = {
  start: { by: "seqNum", seqNum: 0 },
  ambiguous: false,
  clamp: false,
  count: undefined,
  bytes: undefined,
  until: undefined,
  waitSecs: undefined,
};
