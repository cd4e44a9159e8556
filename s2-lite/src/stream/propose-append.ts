import type { StreamConfig } from "../catalog/stream-config.js";
import { fencingMismatch, type Position, S2LiteError, seqNumMismatch } from "../errors.js";
import type { U64 } from "../wire/u64.js";
import type { CheckedAppend } from "./check-input.js";
import type { InputRecord } from "./records.js";

/** What the next append is judged by: everything accepted so far, durable or not. */
export interface AppendBasis {
  readonly next: Position;
  readonly fence: string;
  readonly trimPoint: number;
  readonly timestamping: StreamConfig["timestamping"];
}

/** The state after an append, if it becomes durable. */
export interface AppendProposal {
  readonly timestamps: readonly U64[];
  readonly end: Position;
  readonly fence: string;
  readonly trimPoint: number;
}

/** Decides an append; changes nothing. Either the state it leads to, or why it is refused. */
export function proposeAppend(
  basis: AppendBasis,
  append: CheckedAppend,
  nowMs: number,
): { readonly accepted: AppendProposal } | { readonly refused: S2LiteError } {
  const { input, commands } = append;
  if (input.fencingToken !== undefined && input.fencingToken !== basis.fence)
    return { refused: fencingMismatch(basis.fence) };
  if (input.matchSeqNum !== undefined && input.matchSeqNum !== basis.next.seqNum)
    return { refused: seqNumMismatch(basis.next.seqNum) };
  const timestamps = assignTimestamps(input.records, basis, nowMs);
  if (timestamps === undefined)
    return { refused: new S2LiteError("invalid", "the stream requires a timestamp on every record") };

  let { fence, trimPoint } = basis;
  for (const { index, command } of commands) {
    if (command.op === "fence") fence = command.token;
    else trimPoint = Math.max(trimPoint, Math.min(command.before, basis.next.seqNum + index + 1));
  }
  const end = {
    seqNum: basis.next.seqNum + input.records.length,
    timestamp: timestamps.at(-1) ?? basis.next.timestamp,
  };
  return { accepted: { timestamps, end, fence, trimPoint } };
}

/** Timestamps by the stream's mode, capped at now unless uncapped, and never going back. */
function assignTimestamps(
  records: readonly InputRecord[],
  basis: AppendBasis,
  nowMs: number,
): U64[] | undefined {
  const { mode, uncapped } = basis.timestamping;
  const timestamps: U64[] = [];
  let latest = basis.next.timestamp;
  for (const record of records) {
    let timestamp = mode === "arrival" ? nowMs : record.timestamp;
    if (timestamp === undefined) {
      if (mode === "client-require") return undefined;
      timestamp = nowMs;
    }
    if (!uncapped && timestamp > nowMs) timestamp = nowMs;
    if (timestamp > latest) latest = timestamp;
    timestamps.push(latest);
  }
  return timestamps;
}
