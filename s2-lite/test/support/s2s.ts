import { ProtoReader } from "../../src/wire/proto-reader.js";

/** A frame as a client sees it. */
export interface SeenFrame {
  readonly flags: number;
  readonly payload: Buffer;
}

/** Cuts received bytes into whole frames; what is left over is not returned. */
export function seenFrames(bytes: Buffer): SeenFrame[] {
  const frames: SeenFrame[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    if (at + 3 + length > bytes.length) break;
    frames.push({ flags: bytes[at + 3] ?? 0, payload: bytes.subarray(at + 4, at + 3 + length) });
    at += 3 + length;
  }
  return frames;
}

/** The top-level fields of a message, by number. */
export function fields(payload: Buffer): Map<number, Buffer[]> {
  const found = new Map<number, Buffer[]>();
  const reader = new ProtoReader(payload);
  while (!reader.done) {
    const tag = reader.varint();
    const list = found.get(tag >> 3) ?? [];
    list.push(reader.bytes());
    found.set(tag >> 3, list);
  }
  return found;
}

/** A frame around a payload, as a client sends it. */
export function frame(payload: Buffer, flags = 0): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntBE(payload.length + 1, 0, 3);
  header[3] = flags;
  return Buffer.concat([header, payload]);
}

/** An AppendInput with records that have only a body (each below 128 bytes). */
export function appendPayload(...bodies: string[]): Buffer {
  return Buffer.concat(
    bodies.map((body) => {
      const bytes = Buffer.from(body);
      return Buffer.concat([Buffer.from([0x0a, bytes.length + 2, 0x1a, bytes.length]), bytes]);
    }),
  );
}
