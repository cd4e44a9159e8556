const TWO_32 = 0x1_0000_0000;

/** The largest u64. */
export const MAX_U64 = 2n ** 64n - 1n;

/**
 * An exact u64: a number up to 2^53 - 1, a bigint above, never otherwise. So `<` and `===` compare any two of
 * them by value, and what is small, which is nearly everything, costs no bigint. For timestamps, whose unit
 * is the client's choice; sequence numbers of records that are there stay numbers.
 */
export type U64 = number | bigint;

/** The u64 of a bigint from 0 to 2^64 - 1. */
export function toU64(value: bigint): U64 {
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** The sum, or the largest u64 if that is less. */
export function addU64(left: U64, right: U64): U64 {
  if (typeof left === "number" && typeof right === "number" && left + right <= Number.MAX_SAFE_INTEGER)
    return left + right;
  const sum = BigInt(left) + BigInt(right);
  return toU64(sum > MAX_U64 ? MAX_U64 : sum);
}

/** The difference, or 0 if that is more. */
export function subtractU64(left: U64, right: U64): U64 {
  return left <= right ? 0 : toU64(BigInt(left) - BigInt(right));
}

/** Parses decimal digits, with a plus or without; undefined when it is no u64. */
export function parseU64(text: string): U64 | undefined {
  if (!/^\+?\d+$/.test(text)) return undefined;
  const digits = text.replace(/^\+?0*/, "");
  if (digits.length > 20) return undefined;
  const value = BigInt(digits === "" ? 0 : digits);
  return value > MAX_U64 ? undefined : toU64(value);
}

/** Writes a u64 as 8 bytes, big endian, so that bytes sort as numbers. */
export function writeU64(target: Buffer, value: U64, offset: number): number {
  if (typeof value === "bigint") return target.writeBigUInt64BE(value, offset);
  target.writeUInt32BE(Math.floor(value / TWO_32), offset);
  target.writeUInt32BE(value % TWO_32, offset + 4);
  return offset + 8;
}

/** Reads 8 bytes, big endian. Above 2^53 the result is rounded, and still compares as larger. */
export function readU64(source: Buffer, offset: number): number {
  return source.readUInt32BE(offset) * TWO_32 + source.readUInt32BE(offset + 4);
}

/** Reads 8 bytes, big endian, exactly. */
export function readExactU64(source: Buffer, offset: number): U64 {
  const rounded = readU64(source, offset);
  return rounded <= Number.MAX_SAFE_INTEGER ? rounded : source.readBigUInt64BE(offset);
}
