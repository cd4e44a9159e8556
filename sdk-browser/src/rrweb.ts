import { type eventWithTime, type recordOptions, record as rrwebRecord } from "rrweb";

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

/** rrweb's recorder. The only place that touches it. */
export const record = rrwebRecord<RecordedEvent>;
/** Makes rrweb emit a `Meta` and a full snapshot now. Throws when it is not recording. */
export const takeFullSnapshot = rrwebRecord.takeFullSnapshot;
