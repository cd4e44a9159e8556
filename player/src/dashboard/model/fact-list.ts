import type { Fact, FactType } from "@reeltime/recorder/protocol";

/** Groups of facts that can be looked at alone. */
export const FACT_GROUPS = ["pages", "clicks", "typing", "errors", "events"] as const;
/** One of {@link FACT_GROUPS}. */
export type FactGroup = (typeof FACT_GROUPS)[number];

const GROUP_OF: Readonly<Record<FactType, FactGroup>> = {
  navigation: "pages",
  click: "clicks",
  rage: "clicks",
  input: "typing",
  error: "errors",
  console: "errors",
  custom: "events",
  identify: "events",
};

/** Which group a type belongs to. */
export const groupOf = (type: FactType): FactGroup => GROUP_OF[type];

/** How many facts each group has. */
export function countGroups(facts: readonly Fact[]): Readonly<Record<FactGroup, number>> {
  const counts: Record<FactGroup, number> = { pages: 0, clicks: 0, typing: 0, errors: 0, events: 0 };
  for (const { type } of facts) counts[GROUP_OF[type]] += 1;
  return counts;
}

/** The facts of one group (all without one) that have every word of `text`, in their order. */
export function filterFacts<F extends Fact>(
  facts: readonly F[],
  group: FactGroup | undefined,
  text: string,
): readonly F[] {
  const words = text
    .toLocaleLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "");
  if (group === undefined && words.length === 0) return facts;
  return facts.filter((fact) => {
    if (group !== undefined && GROUP_OF[fact.type] !== group) return false;
    if (words.length === 0) return true;
    const detail = Object.entries(fact.detail ?? {})
      .flat()
      .join("\n");
    const haystack = `${fact.type}\n${fact.text}\n${detail}`.toLocaleLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}

/** The last fact at or before a time; -1 before the first. Facts are in the order of time. */
export function currentFact(facts: readonly Pick<Fact, "atMs">[], atMs: number): number {
  let low = 0;
  let high = facts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((facts[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
