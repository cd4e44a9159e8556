import { join } from "node:path";

/** One file of a journal. */
export interface Segment {
  readonly number: number;
  /** Bytes written and known to be whole. */
  size: number;
  /** Frames in it that wait. */
  waiting: number;
  /** How it begins survives a loss of power. */
  isSynced: boolean;
}

/** A segment that nothing is in yet. */
export const createSegment = (number: number): Segment => ({
  number,
  size: 0,
  waiting: 0,
  isSynced: false,
});

const NAME = /^(\d{10})\.segment$/;

/** Where a segment lies. */
export const segmentPath = (folder: string, { number }: Pick<Segment, "number">): string =>
  join(folder, `${String(number).padStart(10, "0")}.segment`);

/** The number of the segment that a file is; `undefined` when it is none. */
export const segmentNumber = (name: string): number | undefined => {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
};
