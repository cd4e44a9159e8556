import { type RawImage, rawImage, wordsOf } from "../capture/raw-image.js";
import type { Captured, Screens } from "../capture/screens.js";
import type { PictureArea } from "../geometry.js";
import type { OwnNews, OwnPixels, OwnReport, OwnWindow } from "./messages.js";

/** Milliseconds the main process has to take a picture of a page: one that is hidden may not be painted at all. */
const GRAB_TIMEOUT_MS = 2_000;

/**
 * The app's own windows in place of the machine's screens: the main process takes the pictures, for which no system asks a
 * permission, and whatever lies over a window is not in them. Each window counts as a display of its own, so that one that
 * lies partly off the screen is captured whole.
 */
export class OwnScreens implements Screens {
  readonly #say: (report: OwnReport) => void;
  readonly #waiting = new Map<number, (captured: Captured) => void>();
  #windows: readonly OwnWindow[] = [];
  #requests = 0;

  constructor(say: (report: OwnReport) => void) {
    this.#say = say;
  }

  /** What the main process says. */
  take(news: OwnNews): void {
    if (news.type === "own-windows") this.#windows = news.windows;
    else
      this.#waiting.get(news.request)?.(
        news.pixels ? imageOf(news.pixels) : { failed: "the page gives no picture" },
      );
  }

  displays(): readonly PictureArea[] {
    return this.#windows
      .filter(({ minimised }) => !minimised)
      .map(({ handle, title, frame, scale }) => ({
        id: `own-${handle}`,
        name: title,
        source: "display",
        ...frame,
        scale,
      }));
  }

  windows(): readonly OwnWindow[] {
    return this.#windows;
  }

  captureDisplay(): Promise<Captured> {
    return Promise.resolve({ failed: "only the app's own windows are captured" });
  }

  captureWindow(handle: number): Promise<Captured> {
    const request = ++this.#requests;
    return new Promise((resolve) => {
      const settle = (captured: Captured): void => {
        clearTimeout(timer);
        this.#waiting.delete(request);
        resolve(captured);
      };
      const timer = setTimeout(() => settle({ failed: "the page was not painted" }), GRAB_TIMEOUT_MS);
      this.#waiting.set(request, settle);
      this.#say({ type: "grab", request, handle });
    });
  }
}

function imageOf({ width, height, bgra }: OwnPixels): Captured {
  const pixels = Buffer.from(bgra.buffer, bgra.byteOffset, bgra.byteLength);
  try {
    return swapped(rawImage(pixels, width, height));
  } catch (error) {
    return { failed: String(error) };
  }
}

/** Red for blue and blue for red, in place. */
function swapped(image: RawImage): RawImage {
  const words = wordsOf(image);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? 0;
    words[at] = (word & 0xff_00_ff_00) | ((word & 0xff) << 16) | ((word >>> 16) & 0xff);
  }
  return image;
}
