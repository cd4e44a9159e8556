import type { PlacedFact } from "@reeltime/recorder/protocol";

/**
 * A fact as the database can give it back: SQLite's text ends at a NUL, and halves of a character are no UTF-8. Both
 * become U+FFFD here, once, so that a fact reads the same before it is written and after.
 */
export function storedFact(fact: PlacedFact): PlacedFact {
  const text = fact.text.replaceAll("\0", "\uFFFD").replace(/\p{Surrogate}/gu, "\uFFFD");
  return text === fact.text ? fact : { ...fact, text };
}
