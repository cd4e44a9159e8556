import type { U64 } from "./u64.js";

/** Bytes that a u64 takes as a protobuf varint. */
export function varintLength(value: U64): number {
  if (value < 0x80) return 1;
  if (typeof value === "bigint") return Math.ceil(value.toString(2).length / 7);
  let length = 1;
  let rest = value;
  while (rest >= 0x80) {
    rest = Math.floor(rest / 0x80);
    length++;
  }
  return length;
}

/** Writes a u64 as a varint; returns the offset behind it. */
export function writeVarint(target: Buffer, value: U64, offset: number): number {
  if (typeof value === "bigint") return writeLargeVarint(target, value, offset);
  let at = offset;
  let rest = value;
  while (rest >= 0x8000_0000) {
    target[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  while (rest >= 0x80) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
}

function writeLargeVarint(target: Buffer, value: bigint, offset: number): number {
  let at = offset;
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) target[at++] = Number(rest & 0x7fn) | 0x80;
  target[at++] = Number(rest);
  return at;
}
