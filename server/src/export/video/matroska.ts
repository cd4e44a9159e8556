/**
 * A minimal Matroska (RFC 9559) of uncompressed frames, for a pipe: it is what tells ffmpeg the time of each frame to the
 * millisecond. One video track of I420, one cluster a frame, no length of the whole.
 */

/** What the track says. */
export interface TrackShape {
  /** Pixels, even. */
  readonly width: number;
  readonly height: number;
  /** Milliseconds a frame lasts where nothing else is known: of the last one. */
  readonly frameMs: number;
}

/** Elements by their ids (RFC 9559, section 5). */
const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;

/** A size that is not known, in eight bytes: the segment goes on until the pipe ends. */
const UNKNOWN_SIZE = Buffer.from("01ffffffffffffff", "hex");

/** What stands before the first frame. */
export function matroskaHeader({ width, height, frameMs }: TrackShape): Buffer {
  const video = element(0xe0, uint(0xb0, width), uint(0xba, height), text(0x2eb524, "I420"));
  const track = element(
    0xae,
    uint(0xd7, 1), // number
    uint(0x73c5, 1), // uid
    uint(0x83, 1), // video
    uint(0x9c, 0), // no lacing
    uint(0x23e383, frameMs * 1_000_000), // default duration, ns
    text(0x86, "V_UNCOMPRESSED"),
    video,
  );
  return Buffer.concat([
    element(
      EBML,
      uint(0x4286, 1),
      uint(0x42f7, 1),
      uint(0x42f2, 4),
      uint(0x42f3, 8),
      text(0x4282, "matroska"),
      uint(0x4287, 4),
      uint(0x4285, 2),
    ),
    idBytes(SEGMENT),
    UNKNOWN_SIZE,
    element(INFO, uint(0x2ad7b1, 1_000_000), text(0x4d80, "reeltime"), text(0x5741, "reeltime")),
    element(TRACKS, track),
  ]);
}

/** Bytes of what stands before each frame: the same for all, so that frames can be written behind it into one buffer. */
export const FRAME_HEAD_BYTES = matroskaFrameHead(0, 0).length;

/**
 * What stands before one frame.
 * @param atMs since the start of the video
 * @param bytes of the frame
 */
export function matroskaFrameHead(atMs: number, bytes: number): Buffer {
  // Track 1, at its cluster's own time, a keyframe.
  const block = Buffer.from([0x81, 0x00, 0x00, 0x80]);
  const time = uint(0xe7, atMs);
  const blockHead = Buffer.concat([idBytes(0xa3), sizeBytes(block.length + bytes), block]);
  return Buffer.concat([
    idBytes(CLUSTER),
    sizeBytes(time.length + blockHead.length + bytes),
    time,
    blockHead,
  ]);
}

function element(id: number, ...parts: readonly Buffer[]): Buffer {
  const data = Buffer.concat(parts);
  return Buffer.concat([idBytes(id), sizeBytes(data.length), data]);
}

function uint(id: number, value: number): Buffer {
  const data = Buffer.alloc(8);
  data.writeBigUInt64BE(BigInt(value));
  return element(id, data);
}

function text(id: number, value: string): Buffer {
  return element(id, Buffer.from(value));
}

/** An id carries its own length. */
function idBytes(id: number): Buffer {
  const hex = id.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

/** Eight bytes for every size. */
function sizeBytes(size: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(size));
  bytes[0] = 0x01;
  return bytes;
}
