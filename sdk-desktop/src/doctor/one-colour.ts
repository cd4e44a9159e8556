import type { RawImage } from "../capture/raw-image.js";

/** Whether every pixel of a picture is the same: what a screen shows that is empty, or that may not be seen. */
export function isOneColour({ pixels }: Pick<RawImage, "pixels">): boolean {
  // Equal to itself a pixel later: a comparison in native code.
  return pixels.length <= 4 || pixels.compare(pixels, 4, pixels.length, 0, pixels.length - 4) === 0;
}
