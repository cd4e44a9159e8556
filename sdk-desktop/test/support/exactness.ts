import { until } from "../../../server/test/journey/reeltime.js";
import { differingPixels } from "./compare-tiles.js";
import { type KeptFrame, pixelsOf } from "./kept-frames.js";
import type { Recording } from "./recording.js";
import { eventsOf, type Pixels, pictureAt, windowsOf } from "./replayed-pictures.js";

/** What the stream shows, and the capture that it is the same as, pixel for pixel. */
export interface ExactPicture {
  readonly pixels: Pixels;
  readonly frame: KeptFrame;
  readonly window: string;
}

/**
 * Waits until the newest capture of a picture can be replayed from the stream exactly.
 * @param isRight which captures count; default: any
 * @param place of the picture among the session's
 */
export async function untilExact(
  recording: Recording,
  what: string,
  isRight: (captured: Pixels, frame: KeptFrame) => boolean = () => true,
  place = 0,
): Promise<ExactPicture> {
  let last = "nothing was captured";
  const find = async (): Promise<ExactPicture | undefined> => {
    const frames = await recording.frames();
    const window = windowsOf(frames)[place];
    if (window === undefined) return undefined;
    const { display, pixels } = await pictureAt(eventsOf(frames, window), Number.POSITIVE_INFINITY);
    const kept = recording.kept().filter(({ picture }) => picture === recording.pictureIds()[place]);
    const frame = kept.at(-1);
    if (frame === undefined || display === undefined) return undefined;
    const captured = pixelsOf(frame);
    if (captured.bytes.length !== pixels.bytes.length) {
      last = `${pixels.width}x${pixels.height} of ${captured.width}x${captured.height}`;
      return undefined;
    }
    const different = differingPixels(captured, pixels);
    last = `${different} pixels differ`;
    return different === 0 && isRight(captured, frame) ? { pixels, frame, window } : undefined;
  };
  return until(find, what, 30_000, 300).catch((error: Error) => {
    throw new Error(`${error.message}; ${last}`);
  });
}
