/** The reversed polynomial of CRC-32 (ISO 3309), as in zip and PNG. */
const POLYNOMIAL = 0xedb88320;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

/** The CRC-32 of bytes that come in pieces. Some 300 MB a second; Node's own is not in every Node 20. */
export function checksum(...pieces: readonly Uint8Array[]): number {
  let value = -1;
  for (const piece of pieces) {
    const { length } = piece;
    // Counting is five times as fast as iterating here.
    for (let at = 0; at < length; at++)
      value = (value >>> 8) ^ (TABLE[(value ^ (piece[at] as number)) & 0xff] as number);
  }
  return (value ^ -1) >>> 0;
}
