import type { NewRecord } from "./s2-port.js";

/** Bytes as S2 meters a record: 8, two for each header, names, values and body. */
export function meteredBytes(record: NewRecord): number {
  let bytes = 8 + record.body.length;
  for (const [name, value] of record.headers) {
    bytes += 2 + name.length + (typeof value === "string" ? Buffer.byteLength(value) : value.length);
  }
  return bytes;
}
