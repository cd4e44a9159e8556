import { S2LiteError } from "../errors.js";
import { MAX_FRAME_BYTES, MIN_COMPRESSED_PAYLOAD_BYTES } from "../limits.js";
import { type Coding, compress, decompress } from "./compression.js";

/** Bytes in front of a frame's payload: its length (3) and its flags (1). */
export const FRAME_HEADER_BYTES = 4;
const TERMINAL = 0x80;
const CODING_MASK = 0x60;
const CODING_BITS: Record<Coding, number> = { none: 0x00, zstd: 0x20, gzip: 0x40 };

/** Writes a frame's header for a payload that follows. */
export function writeFrameHeader(
  target: Buffer,
  payloadBytes: number,
  flags: number,
  offset: number,
): number {
  const length = payloadBytes + 1;
  target[offset] = length >>> 16;
  target[offset + 1] = (length >>> 8) & 0xff;
  target[offset + 2] = length & 0xff;
  target[offset + 3] = flags;
  return offset + FRAME_HEADER_BYTES;
}

/** Encodes a regular frame, compressed when that is asked for and worth it. */
export function encodeFrame(payload: Buffer, coding: Coding = "none"): Buffer {
  const compressing = coding !== "none" && payload.length >= MIN_COMPRESSED_PAYLOAD_BYTES;
  const sent = compressing ? compress(payload, coding) : payload;
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + sent.length);
  writeFrameHeader(frame, sent.length, compressing ? CODING_BITS[coding] : 0, 0);
  frame.set(sent, FRAME_HEADER_BYTES);
  return frame;
}

/** Encodes the frame that ends a session with an error: its status and its JSON body. */
export function encodeTerminalFrame(status: number, body: string): Buffer {
  const text = Buffer.from(body);
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + 2 + text.length);
  writeFrameHeader(frame, 2 + text.length, TERMINAL, 0);
  frame.writeUInt16BE(status, FRAME_HEADER_BYTES);
  frame.set(text, FRAME_HEADER_BYTES + 2);
  return frame;
}

function badFrame(message: string, cause?: unknown): S2LiteError {
  return new S2LiteError("bad_frame", message, { cause });
}

/**
 * Cuts a client's byte stream into frames' payloads, however it is split. A frame within one chunk is
 * a view of it; one over several is copied once.
 */
export class FrameDecoder {
  /** Bytes of the chunk not yet taken. */
  #chunk: Buffer = Buffer.alloc(0);
  /** A frame over several chunks: its header, then flags and payload as they come. */
  readonly #head = Buffer.alloc(3);
  #headBytes = 0;
  #frame: Buffer | undefined;
  #frameBytes = 0;

  /** Gives the next chunk; all frames of the one before must have been taken. */
  push(chunk: Buffer): void {
    this.#chunk = this.#chunk.length === 0 ? chunk : Buffer.concat([this.#chunk, chunk]);
  }

  /** Whether the stream may end here: no frame is half received. */
  get atBoundary(): boolean {
    return this.#chunk.length === 0 && this.#headBytes === 0;
  }

  /** The next frame's decompressed payload, or undefined until more comes. Throws `bad_frame`. */
  next(): Buffer | undefined {
    if (this.#headBytes < 3 && !this.#takeHead()) return undefined;
    const length = this.#head.readUIntBE(0, 3);
    if (length === 0 || length > MAX_FRAME_BYTES)
      throw badFrame(`a frame must be 1 to ${MAX_FRAME_BYTES} bytes`);
    if (this.#frame === undefined && this.#chunk.length >= length) {
      const frame = this.#chunk.subarray(0, length);
      this.#chunk = this.#chunk.subarray(length);
      this.#headBytes = 0;
      return payloadOf(frame);
    }
    this.#frame ??= Buffer.allocUnsafe(length);
    const taken = Math.min(length - this.#frameBytes, this.#chunk.length);
    this.#chunk.copy(this.#frame, this.#frameBytes, 0, taken);
    this.#chunk = this.#chunk.subarray(taken);
    this.#frameBytes += taken;
    if (this.#frameBytes < length) return undefined;
    const frame = this.#frame;
    this.#frame = undefined;
    this.#frameBytes = 0;
    this.#headBytes = 0;
    return payloadOf(frame);
  }

  #takeHead(): boolean {
    const taken = Math.min(3 - this.#headBytes, this.#chunk.length);
    this.#chunk.copy(this.#head, this.#headBytes, 0, taken);
    this.#headBytes += taken;
    this.#chunk = this.#chunk.subarray(taken);
    return this.#headBytes === 3;
  }
}

function payloadOf(frame: Buffer): Buffer {
  const flags = frame[0] ?? 0;
  const payload = frame.subarray(1);
  if ((flags & TERMINAL) !== 0) throw badFrame("a client must not send a terminal frame");
  const bits = flags & CODING_MASK;
  if (bits === 0) return payload;
  if (bits === CODING_MASK) throw badFrame("unknown compression");
  try {
    return decompress(payload, bits === CODING_BITS.gzip ? "gzip" : "zstd", MAX_FRAME_BYTES - 1);
  } catch (cause) {
    throw badFrame("a frame's payload cannot be decompressed", cause);
  }
}
