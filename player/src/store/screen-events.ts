import {
  decodeScreenBody,
  MAX_PICTURE_PIXELS,
  type PaintEvent,
  type PaintedRectangle,
  type ScreenEvent,
  type WindowId,
} from "@reeltime/recorder/protocol";
import { FULL_SNAPSHOT, INCREMENTAL, META, type PlayEvent, type ReadEvents } from "./play-event.js";
import { readWebpHeader } from "./webp-header.js";

/** An event of a picture as playback takes it: what a picture is acts as a page's address, a whole paint as its snapshot. */
export interface ScreenPlayEvent extends PlayEvent {
  readonly data: ScreenEvent;
  /** Whose picture it is: several may be shown at once. */
  readonly window: WindowId;
}

/**
 * Reads a `screen` body. What no picture can have (a rectangle that is no WebP image of just its size, more pixels in a
 * paint than a picture can have) is left out and counted.
 * @param firstMs the frame's first time on the clock that the events' times are wanted on
 *
 * Throws `ProtocolError` as `decodeScreenBody` does.
 */
export function readScreenEvents(body: Uint8Array, firstMs: number, window: WindowId): ReadEvents {
  const events: ScreenPlayEvent[] = [];
  let malformed = 0;
  for (const event of decodeScreenBody(body, firstMs)) {
    const data = event.type === "paint" ? paintable(event) : event;
    if (event.type === "paint" && data.type === "paint")
      malformed += event.rectangles.length - data.rectangles.length;
    events.push({ type: typeOf(data), timestamp: data.atMs, data, window });
  }
  return { events, malformed };
}

function typeOf(event: ScreenEvent): number {
  if (event.type === "display") return META;
  return event.type === "paint" && event.whole ? FULL_SNAPSHOT : INCREMENTAL;
}

/** A paint with the rectangles of it that can be painted. */
function paintable(paint: PaintEvent): PaintEvent {
  let pixels = 0;
  const rectangles = paint.rectangles.filter((rectangle) => {
    if (!isItsSize(rectangle)) return false;
    pixels += rectangle.width * rectangle.height;
    return pixels <= MAX_PICTURE_PIXELS;
  });
  return rectangles.length === paint.rectangles.length ? paint : { ...paint, rectangles };
}

function isItsSize({ width, height, image }: PaintedRectangle): boolean {
  const header = readWebpHeader(image);
  return header?.width === width && header.height === height;
}

/** The screen event that an event of a picture's window is. Only for those: what a page sent may look alike. */
export const screenEventOf = (event: PlayEvent): ScreenPlayEvent => event as ScreenPlayEvent;
