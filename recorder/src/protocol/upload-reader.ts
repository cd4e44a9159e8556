import { ProtocolError } from "./errors.js";
import { MAX_FRAMES_PER_UPLOAD, MAX_TIME_MS, MAX_UPLOAD_BYTES } from "./limits.js";
import { unpack } from "./msgpack-reader.js";
import { UPLOAD_VERSION, type Upload } from "./upload.js";

/**
 * Reads an upload; its frames are views into `bytes`, not yet decoded.
 * Throws `ProtocolError`: `malformed`, `unsupported_version`, `invalid`, `too_large`.
 */
export function decodeUpload(bytes: Uint8Array): Upload {
  if (bytes.length > MAX_UPLOAD_BYTES) throw new ProtocolError("too_large", "the upload is too large");
  const value = unpack(bytes, MAX_FRAMES_PER_UPLOAD + 8);
  if (!Array.isArray(value)) throw new ProtocolError("invalid", "an upload is an array");
  const [version, token, sentAtMs, frames] = value as readonly unknown[];
  if (version !== UPLOAD_VERSION) throw new ProtocolError("unsupported_version", "unknown version of upload");
  if (value.length !== 4 || typeof token !== "string" || !Array.isArray(frames)) {
    throw new ProtocolError("invalid", "an upload is [version, token, sentAtMs, frames]");
  }
  if (typeof sentAtMs !== "number" || !(sentAtMs >= 0 && sentAtMs <= MAX_TIME_MS)) {
    throw new ProtocolError("invalid", "an upload's time is epoch milliseconds");
  }
  if (frames.length > MAX_FRAMES_PER_UPLOAD)
    throw new ProtocolError("too_large", "too many frames in one upload");
  if (!frames.every((frame): frame is Uint8Array => frame instanceof Uint8Array)) {
    throw new ProtocolError("invalid", "an upload's frames are binary");
  }
  return { token, sentAtMs, frames };
}
