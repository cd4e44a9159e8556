import { S2LiteError } from "../errors.js";
import {
  MAX_BATCH_METERED_BYTES,
  MAX_BATCH_RECORDS,
  MAX_ENCODED_BATCH_BYTES,
  MAX_FENCING_TOKEN_BYTES,
  MAX_RECORD_METERED_BYTES,
} from "../limits.js";
import { maxEncodedBytes } from "../wire/proto-records.js";
import { type Command, parseCommand } from "./command.js";
import { type AppendInput, meteredBytes } from "./records.js";

/** An append that is valid whatever stream it goes to. */
export interface CheckedAppend {
  readonly input: AppendInput;
  readonly metered: number;
  /** Its commands, and the index of each one's record. */
  readonly commands: readonly { readonly index: number; readonly command: Command }[];
}

/** Up to so many headers no batch of 1 MiB metered can exceed 2 MiB: each adds at most 10 bytes to its own. */
const UNCOUNTED_HEADERS = 100_000;

const NO_COMMANDS: CheckedAppend["commands"] = Object.freeze([]);

function invalid(message: string): S2LiteError {
  return new S2LiteError("invalid", message);
}

/** Checks what needs no stream: counts, sizes, commands, timestamps. Throws `invalid`. */
export function checkInput(input: AppendInput): CheckedAppend {
  const { records, fencingToken } = input;
  if (records.length === 0) throw invalid("a batch must have at least one record");
  if (records.length > MAX_BATCH_RECORDS)
    throw invalid(`a batch must have at most ${MAX_BATCH_RECORDS} records`);
  if (fencingToken !== undefined && Buffer.byteLength(fencingToken) > MAX_FENCING_TOKEN_BYTES)
    throw invalid(`a fencing token must be at most ${MAX_FENCING_TOKEN_BYTES} bytes`);
  let metered = 0;
  let headers = 0;
  let commands: { index: number; command: Command }[] | undefined;
  for (let index = 0; index < records.length; index++) {
    const record = records[index];
    if (record === undefined) continue;
    const bytes = meteredBytes(record);
    if (bytes > MAX_RECORD_METERED_BYTES)
      throw invalid(`a record must be at most ${MAX_RECORD_METERED_BYTES} metered bytes`);
    metered += bytes;
    if (record.headers.length > 0) {
      headers += record.headers.length;
      const command = parseCommand(record);
      if (command !== undefined) {
        commands ??= [];
        commands.push({ index, command });
      }
    }
  }
  if (metered > MAX_BATCH_METERED_BYTES)
    throw invalid(`a batch must be at most ${MAX_BATCH_METERED_BYTES} metered bytes`);
  // Headers take more on the wire than they are metered at: a batch with very many would fit into no frame.
  if (headers > UNCOUNTED_HEADERS && maxEncodedBytes(records) > MAX_ENCODED_BATCH_BYTES)
    throw invalid(`a batch must be at most ${MAX_ENCODED_BATCH_BYTES} bytes as protobuf`);
  return { input, metered, commands: commands ?? NO_COMMANDS };
}
