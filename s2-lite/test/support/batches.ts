import {
  BATCH_HEADER_BYTES,
  type Batch,
  decodeBatchRow,
  encodeBatchKey,
  NEVER_MS,
  sealBatchRow,
} from "../../src/keys/batch.js";
import type { Write } from "../../src/store/lmdb-store.js";
import { type InputRecord, meteredBytes, NO_HEADERS } from "../../src/stream/records.js";
import { encodeRecords } from "../../src/wire/proto-records.js";

/** A stored batch with these timestamps and body sizes, and the write that puts it. */
export function makeBatch(
  streamId: number,
  seqNum: number,
  records: readonly { timestamp: number; bodyBytes: number }[],
): { batch: Batch; write: Write } {
  const inputs: InputRecord[] = records.map(({ bodyBytes }) => ({
    timestamp: undefined,
    headers: NO_HEADERS,
    body: Buffer.alloc(bodyBytes, 0x61),
  }));
  const timestamps = records.map(({ timestamp }) => timestamp);
  const key = encodeBatchKey(streamId, seqNum);
  const row = encodeRecords(inputs, seqNum, timestamps, BATCH_HEADER_BYTES);
  sealBatchRow(key, row, {
    count: records.length,
    firstTimestamp: timestamps[0] ?? 0,
    lastTimestamp: timestamps.at(-1) ?? 0,
    metered: inputs.reduce((sum, input) => sum + meteredBytes(input), 0),
    writtenAtMs: 1,
    expiresAtMs: NEVER_MS,
  });
  return { batch: decodeBatchRow(key, row), write: { key, value: row } };
}
