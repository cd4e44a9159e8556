import { S2LiteError } from "../errors.js";

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
    const { buffer, end } = this;
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count++) {
      if (this.at >= end) throw badProto("a varint is cut off");
      const byte = buffer[this.at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw badProto("a varint is longer than 10 bytes");
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

  /** Steps over the value of a field we do not know. */
  skip(tag: number): void {
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
      case 5:
        this.#advance(4);
        return;
      default:
        throw badProto("unknown wire type");
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
