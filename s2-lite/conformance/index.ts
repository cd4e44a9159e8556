/**
 * What an S2 endpoint does, as a list of cases that run through the official SDK and raw HTTP against any
 * endpoint: Reeltime's own in `npm test`, S2's own with `npm run test:s2`.
 *
 * To add a case: find the file of its area (`control/…`, `records/…`; a new area is a new file that exports
 * a `group(…)`, listed in its folder's `index.ts`) and add a line `"a fact in the present tense": async
 * (ctx) => …`. It makes what it needs with `ctx.newBasin()`, asserts with `node:assert/strict`, waits with
 * `ctx.eventually` or for bytes, never by the clock, and shares nothing: cases run eight at a time, in no
 * order. Run it against both servers. Where ours is different on purpose, write `{ run, differs: { reason,
 * run } }` and add a line to `docs/adr/0009-where-s2-lite-differs.md`.
 *
 * Whoever imports this has `@s2-dev/streamstore` installed.
 */
import type { ConformanceCase } from "./case.js";
import { CONTROL_CASES } from "./control/index.js";
import { RECORD_CASES } from "./records/index.js";

export { type Answer, bodyOf, fieldOf, outcomeOf } from "./answer.js";
export type { BasinClient } from "./basin-client.js";
export type { CaseRun, ConformanceCase, Difference, ServerKind } from "./case.js";
export { type CaseRequest, ConformanceContext, type ConformanceTarget } from "./context.js";
export type { H2Call } from "./http2.js";
export { runCase } from "./run-case.js";

/** Every case there is. */
export const CONFORMANCE_CASES: readonly ConformanceCase[] = [...CONTROL_CASES, ...RECORD_CASES];
