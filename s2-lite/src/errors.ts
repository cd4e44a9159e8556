import type { U64 } from "./wire/u64.js";

/** What went wrong, in S2's words, with the three cases that have a body of their own. */
export type ErrorCode =
  | "bad_header"
  | "bad_path"
  | "bad_query"
  | "bad_json"
  | "bad_proto"
  | "bad_frame"
  | "basin_not_found"
  | "stream_not_found"
  | "resource_already_exists"
  | "basin_deletion_pending"
  | "stream_deletion_pending"
  | "transaction_conflict"
  | "invalid"
  | "other"
  | "storage"
  | "unavailable"
  | "server_draining"
  | "not_implemented"
  | "fencing_token_mismatch"
  | "seq_num_mismatch"
  | "unwritten"
  | "unsupported_encoding"
  | "folder_in_use"
  | "bad_option";

/** The one error class of this package. Match on `code`, never on the message. */
export class S2LiteError extends Error {
  /** What went wrong. */
  readonly code: ErrorCode;
  /** The body of the three cases that do not answer `{code, message}`. */
  readonly detail: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options?: { cause?: unknown; detail?: Readonly<Record<string, unknown>> },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = "S2LiteError";
    this.code = code;
    this.detail = options?.detail;
  }
}

/** A position in a stream: the next record's number, and the timestamp of the last one. */
export interface Position {
  readonly seqNum: number;
  readonly timestamp: U64;
}

/** A position as S2's JSON spells it; written with `jsonText`, since a timestamp may be a bigint. */
export function positionJson(position: Position): { seq_num: number; timestamp: U64 } {
  return { seq_num: position.seqNum, timestamp: position.timestamp };
}

/** The append's fencing token is not the stream's: 412. */
export function fencingMismatch(current: string): S2LiteError {
  return new S2LiteError("fencing_token_mismatch", "fencing token mismatch", {
    detail: { fencing_token_mismatch: current },
  });
}

/** The append expected another sequence number: 412 with the next one to be given. */
export function seqNumMismatch(next: number): S2LiteError {
  return new S2LiteError("seq_num_mismatch", "sequence number mismatch", {
    detail: { seq_num_mismatch: next },
  });
}

/** The read starts where nothing is written yet: 416 with the tail. */
export function unwritten(tail: Position): S2LiteError {
  return new S2LiteError("unwritten", "the position is not written yet", {
    detail: { tail: positionJson(tail) },
  });
}

/** Turns anything thrown into an `S2LiteError`; what is not ours becomes `other` (outcome unknown). */
export function toS2LiteError(thrown: unknown): S2LiteError {
  if (thrown instanceof S2LiteError) return thrown;
  return new S2LiteError("other", thrown instanceof Error ? thrown.message : String(thrown), {
    cause: thrown,
  });
}
