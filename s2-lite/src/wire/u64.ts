const TWO_32 = 0x1_0000_0000;

/** Writes a non-negative safe integer as 8 bytes, big endian, so that bytes sort as numbers. */
export function writeU64(target: Buffer, value: number, offset: number): number {
  target.writeUInt32BE(Math.floor(value / TWO_32), offset);
  target.writeUInt32BE(value % TWO_32, offset + 4);
  return offset + 8;
}

/** Reads 8 bytes, big endian. Above 2^53 the result is rounded, and still compares as larger. */
export function readU64(source: Buffer, offset: number): number {
  return source.readUInt32BE(offset) * TWO_32 + source.readUInt32BE(offset + 4);
}
