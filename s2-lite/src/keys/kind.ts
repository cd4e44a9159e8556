/**
 * The first byte of every key. One database holds all rows; kinds sort apart, and each has its file here
 * with its key, its value, and how both are encoded and decoded.
 */
export const Kind = {
  /** What the folder is: format version, next ids. */
  meta: 0x01,
  /** A basin by name. */
  basin: 0x02,
  /** A stream by its basin's id and its name. */
  stream: 0x03,
  /** A stream's fence, trim point, floor and tail, by stream id. */
  mark: 0x04,
  /** A batch of records, by stream id and first sequence number. */
  batch: 0x05,
  /** Work in the background that must survive a restart. */
  task: 0x06,
  /** Which process has the folder. */
  owner: 0x07,
  /** Batches of a stream that expire at the same moment, by that moment. */
  expiry: 0x08,
  /** A check whether a stream is empty and may go, by the moment it is due. */
  emptyCheck: 0x09,
  /** When a stream's next check is due, by stream id. */
  emptyCheckOf: 0x0a,
  /** When a group of a stream's batches expires, by stream id and first number. */
  expiryOf: 0x0b,
} as const;

/** The smallest key greater than every key that starts with `prefix`. */
export function afterPrefix(prefix: Buffer): Buffer {
  const next = Buffer.from(prefix);
  for (let index = next.length - 1; index >= 0; index--) {
    const byte = next[index] ?? 0;
    if (byte < 0xff) {
      next[index] = byte + 1;
      return next.subarray(0, index + 1);
    }
  }
  return Buffer.alloc(next.length + 1, 0xff);
}
