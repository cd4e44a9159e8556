/** Limits of the doctor, each with its unit and its reason. */

/** Milliseconds a check may take: a native part loads in a tenth of one second, a slow disk takes some. */
export const CHECK_TIMEOUT_MS = 10_000;

/** Milliseconds a server may take to answer: one that takes longer would hold a recording up as well. */
export const SERVER_TIMEOUT_MS = 5_000;

/** Milliseconds of difference between two clocks that nobody has to think about: the server corrects far more. */
export const CLOCK_NOTICE_MS = 5_000;

/** Bytes of a child's output that are kept: its last words. */
export const MAX_TRIAL_OUTPUT_BYTES = 16 * 1024;

/** The oldest version of Node.js that the native parts run on: sharp's (20.9.0). */
export const MIN_NODE = [20, 9] as const;

/** The oldest GNU C library that the native parts run on: uiohook-napi's (2.34); pictures alone need 2.30. */
export const MIN_GLIBC = [2, 34] as const;
