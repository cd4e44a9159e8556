/** Bytes that a non-negative safe integer takes as a protobuf varint. */
export function varintLength(value: number): number {
  if (value < 0x80) return 1;
  let length = 1;
  let rest = value;
  while (rest >= 0x80) {
    rest = Math.floor(rest / 0x80);
    length++;
  }
  return length;
}

/** Writes a non-negative safe integer as a varint; returns the offset behind it. */
export function writeVarint(target: Buffer, value: number, offset: number): number {
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
