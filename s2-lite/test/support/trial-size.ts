/** Whether a trial runs at its full length: `npm run trial -- <name>`. Otherwise it takes seconds, for CI. */
export const FULL_LENGTH = process.env.S2_LITE_TRIAL === "full";

/** How often, how long or how much: the first in CI, the second at full length. */
export const trialSize = (short: number, full: number): number => (FULL_LENGTH ? full : short);

/** Prints a figure of a trial on a line of its own. */
export const tell = (line: string): void => {
  process.stdout.write(`  ${line}\n`);
};
