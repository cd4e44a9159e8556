import { AppendInput, AppendRecord } from "@s2-dev/streamstore";
import type { Append, Life, SentRecord } from "./ledger.js";

/** Commands that an append has beside its data. */
export interface Commands {
  readonly fence?: string | undefined;
  readonly trim?: number | undefined;
}

const pick = (below: number): number => Math.floor(Math.random() * below);
const chance = (of: number): boolean => Math.random() < of;

/**
 * Makes an append of a few records of many sizes, with the commands between them, and writes it into the
 * ledger as sent now. `number` makes its id one of its own.
 */
export function composeAppend(life: Life, number: string, lane: string, commands: Commands): Append {
  const id = `${lane}.${number}`;
  const records: SentRecord[] = [];
  const data = () => {
    const bytes = chance(0.01) ? 60_000 : chance(0.05) ? pick(9_000) : pick(400);
    const body = Buffer.from(`${id} ${records.length} ${"x".repeat(bytes)}`);
    records.push({ effect: { kind: "data" }, header: chance(0.3) ? ["id", id] : undefined, body });
  };
  data();
  const { fence, trim } = commands;
  if (fence !== undefined)
    records.push({
      effect: { kind: "fence", token: fence },
      header: ["", "fence"],
      body: Buffer.from(fence),
    });
  if (chance(0.3)) data();
  if (trim !== undefined) {
    const body = Buffer.alloc(8);
    body.writeBigUInt64BE(BigInt(trim));
    records.push({ effect: { kind: "trim", before: trim }, header: ["", "trim"], body });
  }
  for (let more = pick(3); more > 0; more--) data();
  const append: Append = { id, lane, records, sentMs: Date.now(), ack: undefined };
  life.appends.set(id, append);
  return append;
}

/** An append as the SDK takes it. */
export function toInput(
  append: Append,
  conditions: { fencingToken?: string; matchSeqNum?: number },
): ReturnType<typeof AppendInput.create> {
  const records = append.records.map(({ effect, header, body }) => {
    if (effect.kind === "fence") return AppendRecord.fence(effect.token);
    if (effect.kind === "trim") return AppendRecord.trim(effect.before);
    return AppendRecord.string({
      body: body.toString(),
      ...(header === undefined ? {} : { headers: [header] }),
    });
  });
  return AppendInput.create(records, conditions);
}
