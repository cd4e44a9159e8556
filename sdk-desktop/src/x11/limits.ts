/** Limits of a connection to an X server, each with its unit and its reason. */

/** Milliseconds an X server may take to take a connection, or to answer. */
export const X_ANSWER_MS = 5_000;
