import type { ConformanceContext } from "./context.js";

/** Whose server a list of cases is run against. */
export type ServerKind = "s2" | "reeltime";

/** What a case does: throws when the server is not as it says. */
export type CaseRun = (ctx: ConformanceContext) => Promise<void>;

/** Why Reeltime's server differs from S2's in this, on purpose, and what it does instead. */
export interface Difference {
  /** One sentence; `docs/adr/0009-where-s2-lite-differs.md` lists them all. */
  readonly reason: string;
  /** What is asked of Reeltime's server instead. */
  readonly run: CaseRun;
}

/** One fact about an S2 endpoint, in the present tense, and what shows it. */
export interface ConformanceCase {
  /** The area: the name of its file. */
  readonly group: string;
  readonly name: string;
  /** What S2's own server does. */
  readonly run: CaseRun;
  readonly differs?: Difference;
  /** How long it may take, in milliseconds, if 30 s are not enough. */
  readonly timeoutMs?: number;
}

/** A case within its group: its run, or more than that. */
export type CaseBody = CaseRun | Omit<ConformanceCase, "group" | "name">;

/** The cases of one area, by name. */
export function group(name: string, cases: Readonly<Record<string, CaseBody>>): readonly ConformanceCase[] {
  return Object.entries(cases).map(([fact, body]) => ({
    group: name,
    name: fact,
    ...(typeof body === "function" ? { run: body } : body),
  }));
}
