/** Milliseconds of a clock that no one can set, with fractions: the same for all processes of a machine, until it is started again. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
