import { deepEqual } from "node:assert/strict";
import { type Answer, outcomeOf } from "./answer.js";
import type { CaseRequest } from "./context.js";

/** Who can make requests: a case's context, or the client of a basin. */
export interface Requester {
  request(method: string, path: string, request?: CaseRequest): Promise<Answer>;
}

/** A request and what it comes to, as `outcomeOf` says it. */
export type OutcomeRow = readonly [method: string, path: string, outcome: string, request?: CaseRequest];

/** The longest text of a request that is shown when its outcome is another one. */
const SHOWN_CHARS = 160;

function shown(row: OutcomeRow): string {
  const [method, path, , request] = row;
  const rest = request === undefined ? "" : ` ${JSON.stringify(request)}`;
  return `${method} ${path}${rest}`.slice(0, SHOWN_CHARS);
}

/** Makes the requests, one after the other, and compares all outcomes at once. */
export async function expectOutcomes(client: Requester, rows: readonly OutcomeRow[]): Promise<void> {
  const actual: string[] = [];
  for (const row of rows) {
    const [method, path, , request] = row;
    actual.push(`${shown(row)} → ${outcomeOf(await client.request(method, path, request))}`);
  }
  deepEqual(
    actual,
    rows.map((row) => `${shown(row)} → ${row[2]}`),
  );
}
