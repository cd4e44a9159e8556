import * as zlib from "node:zlib";

const table = new Uint32Array(256).map((_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 (IEEE) in plain JavaScript, for a Node before 20.15, which has none built in. */
export function crc32Plain(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** CRC-32 of bytes, going on from `seed`: the checksum of every row, over its key and its value. */
export const crc32: (bytes: Uint8Array, seed?: number) => number =
  typeof zlib.crc32 === "function" ? zlib.crc32 : crc32Plain;
