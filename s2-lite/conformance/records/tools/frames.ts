import { gunzipSync } from "node:zlib";

/** Bits of a frame's flags. */
export const FLAGS = { terminal: 0x80, zstd: 0x20, gzip: 0x40, reconnect: 0x10 } as const;

/** The largest length that a frame may say: flags and payload. */
export const MAX_FRAME_LENGTH = 2 * 1024 * 1024;

/** A frame as it was received. */
export interface SeenFrame {
  readonly flags: number;
  /** As it came: compressed if its flags say so. */
  readonly payload: Buffer;
}

/** A frame around a payload. */
export function frame(payload: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntBE(payload.length + 1, 0, 3);
  head[3] = flags;
  return Buffer.concat([head, payload]);
}

/** Cuts bytes into frames; a frame that is not wholly there yet is left out. */
export function framesOf(bytes: Buffer): SeenFrame[] {
  const frames: SeenFrame[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 3 + bytes.readUIntBE(at, 3);
    if (end > bytes.length) break;
    frames.push({ flags: bytes[at + 3] ?? 0, payload: bytes.subarray(at + 4, end) });
    at = end;
  }
  return frames;
}

/** A regular frame's message: unpacked if it is gzip. */
export function messageOf({ flags, payload }: SeenFrame): Buffer {
  if ((flags & FLAGS.terminal) !== 0) throw new Error(`a terminal frame: ${payload.toString("latin1")}`);
  return (flags & FLAGS.gzip) !== 0 ? gunzipSync(payload) : payload;
}

/** What a terminal frame says, in one line: `422 invalid`, or status and body; undefined if it is regular. */
export function terminalOf(seen: SeenFrame | undefined): string | undefined {
  if (seen === undefined || seen.flags !== FLAGS.terminal) return undefined;
  const status = seen.payload.readUInt16BE(0);
  const body = seen.payload.toString("utf8", 2);
  const { code } = JSON.parse(body) as { code?: string };
  return `${status} ${code ?? body}`;
}
