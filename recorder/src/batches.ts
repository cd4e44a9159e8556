import { MAX_S2_BATCH_BYTES, MAX_S2_BATCH_RECORDS } from "./protocol/index.js";
import { meteredBytes } from "./s2-metering.js";
import type { NewRecord } from "./s2-port.js";

/** Cuts records into batches that S2 takes, as few as in order they can be. */
export function splitBatches(records: readonly NewRecord[]): readonly (readonly NewRecord[])[] {
  const batches: NewRecord[][] = [];
  let batch: NewRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = meteredBytes(record);
    if (batch.length > 0 && (bytes + size > MAX_S2_BATCH_BYTES || batch.length >= MAX_S2_BATCH_RECORDS)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
