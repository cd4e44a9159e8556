import { S2LiteError } from "../errors.js";
import type { U64 } from "./u64.js";

const MAX_VARINT_BYTES = 10;
const MAX_U32 = 2 ** 32 - 1;
/** How deep unknown groups may be nested: a bound on the stack, as protobuf's other decoders have it. */
const MAX_GROUP_DEPTH = 100;

/** Reads protobuf fields from a buffer, in place. Anything undecodable throws `bad_proto`. */
export class ProtoReader {
  readonly buffer: Buffer;
  readonly end: number;
  /** Where the next byte is read. */
  at: number;

  constructor(buffer: Buffer, start = 0, end = buffer.length) {
    this.buffer = buffer;
    this.at = start;
    this.end = end;
  }

  /** Whether everything is read. */
  get done(): boolean {
    return this.at >= this.end;
  }

  /** A varint; above 2^53 it is rounded, never wrapped, so that comparisons stay right. */
  varint(): number {
    // Nearly all are one byte.
    const first = this.at < this.end ? (this.buffer[this.at] ?? 0) : 0x80;
    if (first >= 0x80) return this.#longVarint();
    this.at++;
    return first;
  }

  #longVarint(): number {
    const { buffer, end } = this;
    let value = 0;
    let scale = 1;
    for (let count = 0; count < MAX_VARINT_BYTES; count++) {
      if (this.at >= end) throw badProto("a varint is cut off");
      const byte = buffer[this.at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (count === MAX_VARINT_BYTES - 1 && byte > 1) break;
        return value;
      }
      scale *= 0x80;
    }
    throw badProto("a varint is larger than a u64");
  }

  /** A varint, exactly. */
  u64(): U64 {
    const start = this.at;
    const rounded = this.varint();
    return rounded <= Number.MAX_SAFE_INTEGER ? rounded : this.#exactly(start);
  }

  #exactly(start: number): bigint {
    let value = 0n;
    for (let at = this.at - 1; at >= start; at--)
      value = (value << 7n) | BigInt((this.buffer[at] ?? 0) & 0x7f);
    return value;
  }

  /** A field's number and wire type, as protobuf joins them. */
  tag(): number {
    const tag = this.varint();
    if (tag < 8 || tag > MAX_U32) throw badProto("a field has no valid number");
    return tag;
  }

  /** Reads a length and steps over that many bytes; returns where they start. They end at `at`. */
  block(): number {
    const length = this.varint();
    const start = this.at;
    if (length > this.end - start) throw badProto("a field is cut off");
    this.at = start + length;
    return start;
  }

  /** The bytes of a length-delimited field, not copied. */
  bytes(): Buffer {
    const start = this.block();
    return this.buffer.subarray(start, this.at);
  }

  /**
   * Steps over the value of a field whose tag the caller does not know. Its number must be above
   * `lastField`: a field that is known and of another type than it has is not decodable.
   */
  skip(tag: number, lastField: number): void {
    if (tag >>> 3 <= lastField) throw badProto("a field has another type than it must have");
    this.#skipValue(tag, 0);
  }

  #skipValue(tag: number, depth: number): void {
    switch (tag & 7) {
      case 0:
        this.varint();
        return;
      case 1:
        this.#advance(8);
        return;
      case 2:
        this.block();
        return;
      case 3:
        this.#skipGroup(tag, depth);
        return;
      case 5:
        this.#advance(4);
        return;
      default:
        throw badProto("unknown wire type");
    }
  }

  /** Groups are protobuf of old: fields up to an end with the same number. */
  #skipGroup(start: number, depth: number): void {
    if (depth > MAX_GROUP_DEPTH) throw badProto("groups are nested too deep");
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) !== 4) this.#skipValue(tag, depth + 1);
      else if (tag >>> 3 === start >>> 3) return;
      else throw badProto("a group ends that did not begin");
    }
  }

  #advance(count: number): void {
    if (count > this.end - this.at) throw badProto("a field is cut off");
    this.at += count;
  }
}

/** An undecodable protobuf message. */
export function badProto(message: string): S2LiteError {
  return new S2LiteError("bad_proto", message);
}
