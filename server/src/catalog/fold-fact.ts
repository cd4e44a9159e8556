import type { Fact, FactType, SessionItem } from "@reeltime/recorder/protocol";
import type { SessionRow } from "./session-row.js";
import { addTick } from "./ticks.js";

const COUNTED: Readonly<Partial<Record<FactType, "pages" | "clicks" | "errors" | "rages">>> = {
  navigation: "pages",
  click: "clicks",
  error: "errors",
  rage: "rages",
};

/** Takes one fact into a row: who the user is, which page they are on, what is counted, what is ticked. The fact's time is on the server's clock. */
export function foldFact(row: SessionRow, fact: Fact): SessionRow {
  const counted = COUNTED[fact.type];
  const next =
    counted === undefined ? row : { ...row, counts: { ...row.counts, [counted]: row.counts[counted] + 1 } };
  switch (fact.type) {
    case "error":
    case "rage":
      return { ...next, ticks: addTick(next.ticks, { type: fact.type, atMs: fact.atMs }) };
    case "identify":
      return fact.atMs < next.userAtMs ? next : { ...next, user: userOf(fact), userAtMs: fact.atMs };
    case "navigation":
      return fact.atMs < next.pageAtMs ? next : { ...next, page: pageOf(fact), pageAtMs: fact.atMs };
    case "click":
    case "input":
    case "console":
    case "custom":
      return next;
  }
}

/** Counts by type, where a summary says them for the facts it cut too. */
export function withFactCounts(
  counts: SessionItem["counts"],
  byType: Readonly<Partial<Record<FactType, number>>>,
): SessionItem["counts"] {
  const next = { ...counts };
  for (const [type, name] of Object.entries(COUNTED)) next[name] = byType[type as FactType] ?? 0;
  return next;
}

function userOf(fact: Fact): SessionItem["user"] {
  if (fact.text === "") return null;
  const { name, email } = fact.detail ?? {};
  return {
    id: fact.text,
    ...(typeof name === "string" && { name }),
    ...(typeof email === "string" && { email }),
  };
}

function pageOf(fact: Fact): SessionItem["page"] {
  const title = fact.detail?.title;
  return { url: fact.text, title: typeof title === "string" ? title : "" };
}
