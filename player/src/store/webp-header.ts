/** What the head of a WebP image says of it. */
export interface WebpHeader {
  readonly width: number;
  readonly height: number;
  /** It may let through what was there before it. */
  readonly alpha: boolean;
}

/** Bytes up to and with the sizes, in whichever of the three kinds. */
const HEAD_BYTES = 30;
/** Of the flags of an extended file (RFC 9649, section 2.7). */
const ANIMATED = 0x02;
const ALPHA = 0x10;

/**
 * Reads the head of a WebP image (RFC 9649) without decoding any of it. `undefined` for anything else, for one that is
 * cut off, and for an animation: a picture has no need of that.
 */
export function readWebpHeader(bytes: Uint8Array): WebpHeader | undefined {
  if (bytes.length < HEAD_BYTES || text(bytes, 0) !== "RIFF" || text(bytes, 8) !== "WEBP") return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(4, true) + 8 > bytes.length) return undefined;
  switch (text(bytes, 12)) {
    case "VP8 ":
      return readLossy(view);
    case "VP8L":
      return readLossless(view);
    case "VP8X":
      return readExtended(view);
    default:
      return undefined;
  }
}

/** A key frame: its tag, its start code, and 14 bits for each side (RFC 6386, section 9.1). */
function readLossy(view: DataView): WebpHeader | undefined {
  const isKeyFrame = (view.getUint8(20) & 1) === 0;
  if (!isKeyFrame || view.getUint8(23) !== 0x9d || view.getUint16(24, false) !== 0x012a) return undefined;
  const width = view.getUint16(26, true) & 0x3fff;
  const height = view.getUint16(28, true) & 0x3fff;
  return width > 0 && height > 0 ? { width, height, alpha: false } : undefined;
}

/** A signature, then in 32 bits: 14 for each side less one, one for alpha, three for the version. */
function readLossless(view: DataView): WebpHeader | undefined {
  const bits = view.getUint32(21, true);
  if (view.getUint8(20) !== 0x2f || bits >>> 29 !== 0) return undefined;
  return {
    width: (bits & 0x3fff) + 1,
    height: ((bits >>> 14) & 0x3fff) + 1,
    alpha: ((bits >>> 28) & 1) === 1,
  };
}

/** Flags, then 24 bits for each side less one. */
function readExtended(view: DataView): WebpHeader | undefined {
  const flags = view.getUint8(20);
  if ((flags & ANIMATED) !== 0) return undefined;
  return { width: sideAt(view, 24), height: sideAt(view, 27), alpha: (flags & ALPHA) !== 0 };
}

const sideAt = (view: DataView, at: number): number =>
  (view.getUint16(at, true) | (view.getUint8(at + 2) << 16)) + 1;

const text = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
