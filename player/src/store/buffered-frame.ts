import {
  decodeFrame,
  type Fact,
  type Frame,
  ProtocolError,
  type StoredFrame,
} from "@reeltime/recorder/protocol";
import type { SurfaceKind } from "./surface-port.js";

/** A frame as the buffer keeps it: its envelope read, its body still encoded, its times on the server's clock. */
export interface BufferedFrame {
  readonly seqNum: number;
  /** S2's time of its first record: never goes backwards along a stream. */
  readonly timestampMs: number;
  readonly offsetMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly inputMs: number | undefined;
  readonly facts: readonly Fact[];
  /** Bytes of it as stored. */
  readonly bytes: number;
  /** `undefined` when it could not be read. */
  readonly frame: Frame | undefined;
  /** True once its body turned out to hold no snapshot although it says that it is a checkout. */
  broken: boolean;
}

/** Reads a stored frame's envelope. One that cannot be read is kept as a place in the stream, so that it is counted once. */
export function readStored({ seqNum, timestampMs, offsetMs, bytes }: StoredFrame): BufferedFrame {
  let frame: Frame | undefined;
  try {
    frame = decodeFrame(bytes);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  if (frame === undefined) {
    const at = { firstMs: timestampMs, lastMs: timestampMs, inputMs: undefined, facts: [] };
    return { seqNum, timestampMs, offsetMs, ...at, bytes: bytes.length, frame, broken: false };
  }
  return {
    seqNum,
    timestampMs,
    offsetMs,
    firstMs: frame.firstMs + offsetMs,
    lastMs: frame.lastMs + offsetMs,
    inputMs: frame.inputMs === undefined ? undefined : frame.inputMs + offsetMs,
    facts: frame.facts.map((fact) => ({ ...fact, atMs: fact.atMs + offsetMs })),
    bytes: bytes.length,
    frame,
    broken: false,
  };
}

/** True for a frame that a surface can show. */
export const isPlayable = (buffered: BufferedFrame): boolean => surfaceKindOf(buffered) !== undefined;

/** What shows a frame; `undefined` for one that nothing does: it is sealed, or holds no events. */
export function surfaceKindOf({ frame }: BufferedFrame): SurfaceKind | undefined {
  if (frame === undefined || frame.keyId !== undefined) return undefined;
  return frame.kind === "dom" || frame.kind === "screen" ? frame.kind : undefined;
}

/** True for a frame that playback of its window can start from. */
export const isCheckout = (buffered: BufferedFrame): boolean =>
  buffered.frame?.checkout === true && !buffered.broken && isPlayable(buffered);
