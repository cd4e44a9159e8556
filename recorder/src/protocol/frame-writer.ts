import { factToTuple } from "./facts.js";
import { BODY_CODECS, FRAME_KINDS, FRAME_VERSION, type Frame, LOST_REASONS } from "./frame.js";
import { pack } from "./msgpack-writer.js";

/**
 * Writes a frame: a msgpack array of sixteen, in the order of `docs/PROTOCOL.md`. Does not check limits; the
 * reader does. A clock that was set back within the frame (`lastMs` before `firstMs`) makes a span of 0.
 */
export const encodeFrame = (frame: Frame): Uint8Array<ArrayBuffer> => {
  const lost = frame.lost;
  return pack([
    FRAME_VERSION,
    frame.writer,
    frame.number,
    frame.window,
    FRAME_KINDS.indexOf(frame.kind),
    frame.firstMs,
    Math.max(0, frame.lastMs - frame.firstMs),
    frame.inputMs ?? null,
    frame.checkout,
    BODY_CODECS.indexOf(frame.codec),
    frame.keyId ?? null,
    frame.events,
    frame.rawBytes,
    frame.facts.map(factToTuple),
    lost ? [lost.events, lost.bytes, LOST_REASONS.indexOf(lost.reason), lost.fromMs, lost.toMs] : null,
    frame.body,
  ]);
};
