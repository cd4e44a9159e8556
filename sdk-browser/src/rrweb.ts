import type { eventWithTime, recordOptions } from "rrweb";

/** rrweb's recorder. The only place that touches it. */
export { record } from "rrweb";

/** rrweb's options that a page may set, by rrweb's names and with rrweb's meaning. */
export type RecordOptions = Omit<
  recordOptions<eventWithTime>,
  | "emit"
  | "checkoutEveryNth"
  | "checkoutEveryNms"
  | "hooks"
  | "packFn"
  | "recordDOM"
  | "recordAfter"
  | "mousemoveWait"
>;

/** One rrweb event. */
export type RecordedEvent = eventWithTime;

/** rrweb's number of the event that a checkout's frame begins with: the page's address and size. */
export const META = 4;
/** And of the one that makes it a checkout. Those below it are milestones of the page's loading. */
export const FULL_SNAPSHOT = 2;
