import { pack } from "./msgpack-writer.js";

/** The version of the upload body. */
export const UPLOAD_VERSION = 1;

/**
 * One POST of an SDK: its session's token, the client's clock at sending, and frames as {@link encodeFrame}
 * wrote them, of one writer, in the order of their numbers.
 */
export interface Upload {
  readonly token: string;
  /** Epoch ms of the client's clock when this request was made. */
  readonly sentAtMs: number;
  readonly frames: readonly Uint8Array[];
}

/** Writes an upload: the msgpack array `[1, token, sentAtMs, [frame, …]]`. */
export const encodeUpload = (upload: Upload): Uint8Array<ArrayBuffer> =>
  pack([UPLOAD_VERSION, upload.token, upload.sentAtMs, upload.frames]);

/** Bytes an upload needs beside its frames and its token's own bytes, at the most. */
export const UPLOAD_OVERHEAD_BYTES = 32;
/** Bytes each frame adds to an upload beside its own, at the most. */
export const UPLOAD_FRAME_OVERHEAD_BYTES = 5;
