import { ProtocolError } from "./errors.js";
import { packValue, unpack } from "./msgpack-reader.js";

/** The content type of {@link FramesPage} over HTTP. */
export const FRAMES_PAGE_TYPE = "application/vnd.reeltime.frames+msgpack";

/** A frame as a reader gets it: its place in the stream and its clock beside its bytes. */
export interface StoredFrame {
  /** seqNum of its first record. */
  readonly seqNum: number;
  /** S2's timestamp of that record, epoch ms; the envelope keeps the true times. */
  readonly timestampMs: number;
  /** What to add to the frame's times to get the server's, in ms. */
  readonly offsetMs: number;
  /** The frame, as `decodeFrame` reads it. */
  readonly bytes: Uint8Array;
}

/** An answer of `GET /v1/sessions/:id/frames`. */
export interface FramesPage {
  /** Frames in the order of the stream; frames of late runs that overlap the time asked for come first, so sort events by time. */
  readonly frames: readonly StoredFrame[];
  /** The seqNum to read on from. */
  readonly next: number;
  /** The stream's tail when this was read: `next === tail` means that there is no more for now. */
  readonly tail: number;
  /** True when the session is closed, so that there will never be more. */
  readonly closed: boolean;
  /** Parts that could not be put together. */
  readonly dropped: number;
}

/** Writes a page. */
export const encodeFramesPage = (page: FramesPage): Uint8Array<ArrayBuffer> =>
  packValue([
    1,
    page.frames.map((frame) => [frame.seqNum, frame.timestampMs, frame.offsetMs, frame.bytes]),
    page.next,
    page.tail,
    page.closed,
    page.dropped,
  ]);

/** Reads a page. Throws `ProtocolError`: `malformed`, `unsupported_version`, `invalid`. */
export function decodeFramesPage(bytes: Uint8Array): FramesPage {
  const value = unpack(bytes);
  if (!Array.isArray(value)) throw invalid();
  const [version, frames, next, tail, closed, dropped] = value as readonly unknown[];
  if (version !== 1) throw new ProtocolError("unsupported_version", "unknown version of frames page");
  if (!Array.isArray(frames) || typeof closed !== "boolean") throw invalid();
  return { frames: frames.map(parseStored), next: num(next), tail: num(tail), closed, dropped: num(dropped) };
}

function parseStored(value: unknown): StoredFrame {
  if (!Array.isArray(value)) throw invalid();
  const [seqNum, timestampMs, offsetMs, bytes] = value as readonly unknown[];
  if (!(bytes instanceof Uint8Array)) throw invalid();
  return { seqNum: num(seqNum), timestampMs: num(timestampMs), offsetMs: num(offsetMs), bytes };
}

function num(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw invalid();
}

const invalid = (): ProtocolError => new ProtocolError("invalid", "not a frames page");
