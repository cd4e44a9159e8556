import {
  decodeFrame,
  encodeFrame,
  type Frame,
  type SessionRef,
  type WindowId,
  type WriterId,
} from "../../src/protocol/index.js";
import type { AppendRequest, ReceivedFrame } from "../../src/types.js";

export const WRITER = "writer-a" as WriterId;
export const WINDOW = "window-a" as WindowId;

/** A frame of a page, as the collector receives it. */
export function frame(over: Partial<Frame> & { readonly number: number }): ReceivedFrame {
  const firstMs = over.firstMs ?? Date.now();
  const bytes = encodeFrame({
    writer: WRITER,
    window: WINDOW,
    kind: "dom",
    firstMs,
    lastMs: firstMs,
    inputMs: undefined,
    checkout: false,
    codec: "json",
    keyId: undefined,
    events: 1,
    rawBytes: 2,
    facts: [],
    lost: undefined,
    body: new Uint8Array([91, 93]),
    ...over,
  });
  return { envelope: decodeFrame(bytes), bytes };
}

/** An append whose client's clock is the server's, unless said otherwise. */
export function appending(
  session: SessionRef,
  frames: readonly ReceivedFrame[],
  over: Partial<AppendRequest> = {},
): AppendRequest {
  const now = Date.now();
  return { session, frames, sentAtMs: now, receivedAtMs: now, ...over };
}
