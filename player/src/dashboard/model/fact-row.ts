import type { FactWords } from "../words/fact-words.js";

const PADDING_PX = 14;
const SUBJECT_LINE_PX = 18;
const MORE_LINE_PX = 16;
const COARSE_PX = 44;
/** Characters of a line in the narrowest panel, rather too few than too many. */
const LINE_CHARS = 34;

/** How many lines a row gives its words, and so how high it is. */
export interface FactRowSize {
  readonly subjectLines: 1 | 2;
  readonly moreLines: 0 | 1 | 2;
  readonly heightPx: number;
}

/**
 * The size of a row, known before it is drawn, so that thousands can be scrolled through while only those in view
 * exist. Errors get a second line when they need one: their words are what one came for.
 */
export function factRowSize({ verb, subject, more, colour }: FactWords, coarse: boolean): FactRowSize {
  const wordy = colour === "error";
  const subjectLines = wordy && verb.length + subject.length > LINE_CHARS ? 2 : 1;
  const moreLines = more === "" ? 0 : wordy && more.length > LINE_CHARS ? 2 : 1;
  const heightPx = PADDING_PX + subjectLines * SUBJECT_LINE_PX + moreLines * MORE_LINE_PX;
  return { subjectLines, moreLines, heightPx: coarse ? Math.max(COARSE_PX, heightPx) : heightPx };
}
