import type { Rectangle } from "../geometry.js";
import { intersection } from "../windows/rectangles.js";
import { type DamageExtension, type FixesExtension, openXClient } from "../x11/client.js";
import { BLACK, type RawImage, wordsOf } from "./raw-image.js";

/** What tells what changes on a screen, and reads parts of it: where the system can, a capture need not be of a whole display. */
export interface ScreenChanges {
  /**
   * The parts of an area, in its own pixels, that were drawn in since this was asked last; all of it at first. Rejects once
   * the screen is gone.
   * @param area in the screen's pixels
   */
  take(area: Rectangle): Promise<readonly Rectangle[]>;
  /**
   * Reads a part of an area into an image of that area. False, and the image is as it was: there is no such part any more.
   * Rejects once the screen is gone.
   * @param part in the area's pixels, within it
   */
  read(area: Rectangle, part: Rectangle, into: RawImage): Promise<boolean>;
  /** Afterwards all it is asked rejects. */
  close(): void;
}

/**
 * Opens what tells the changes of a screen; `undefined` where nothing does.
 * @param onDrawn called when the screen was drawn in, once after each `take` at the most
 */
export type OpenChanges = (onDrawn: () => void) => Promise<ScreenChanges | undefined>;

/** Of the ways in which X tells an image: a pixel after the other. */
const BY_PIXELS = 2;
const ALL_PLANES = 0xffff_ffff;
const PIXEL_BYTES = 4;

/**
 * How to open what tells the changes of this desktop's screen.
 * @param options the platform such as `process.platform`, and the X display such as `:0`
 */
export function changesOf({
  platform,
  display,
}: {
  readonly platform: string;
  readonly display: string | undefined;
}): OpenChanges {
  if (platform === "darwin" || platform === "win32" || display === undefined) return async () => undefined;
  // Where there is no such server, capturing it fails, which is told there.
  return (onDrawn) => openXChanges(display, onDrawn).catch(() => undefined);
}

/**
 * The changes of an X screen, by its extension DAMAGE. `undefined`: the server has none, or its pixels are of another kind.
 * Rejects when there is no such server.
 * @param display such as `:0`
 * @param onDrawn see {@link OpenChanges}
 */
async function openXChanges(display: string, onDrawn: () => void): Promise<ScreenChanges | undefined> {
  const x = await openXClient(display, {
    onEvent: ({ name }) => {
      if (name === "DamageNotify") onDrawn();
    },
  });
  const { requests } = x;
  const damages = await x.ask<DamageExtension>((settle) => requests.require("damage", settle));
  const fixes = await x.ask<FixesExtension>((settle) => requests.require("fixes", settle));
  if (!x.isBgrx || damages === undefined || fixes === undefined) {
    x.close();
    return undefined;
  }
  const damage = requests.AllocID();
  const region = requests.AllocID();
  damages.Create(damage, x.root, damages.ReportLevel.NonEmpty);
  fixes.CreateRegion(region, []);
  return {
    take: async (area) => {
      if (x.isGone) throw new Error("the X server is gone");
      // What is drawn in from here on belongs to the next time: nothing falls in between.
      damages.Subtract(damage, 0, region);
      const drawn = await x.ask<{ rectangles: readonly Rectangle[] }>((settle) =>
        fixes.FetchRegion(region, settle),
      );
      if (drawn === undefined) throw new Error("the X server does not tell what changed");
      return drawn.rectangles.flatMap((rectangle) => within(rectangle, area) ?? []);
    },
    read: async (area, part, into) => {
      const { x: left, y: top, width, height } = part;
      const image = await x.ask<{ data: Buffer }>((settle) =>
        requests.GetImage(BY_PIXELS, x.root, area.x + left, area.y + top, width, height, ALL_PLANES, settle),
      );
      if (image === undefined || image.data.length < width * height * PIXEL_BYTES) return false;
      copyBgrx(image.data, part, into);
      return true;
    },
    close: () => x.close(),
  };
}

/** A part of the screen as one of an area, as far as it lies within. */
function within(part: Rectangle, area: Rectangle): Rectangle | undefined {
  const shared = intersection(part, area);
  return shared && { ...shared, x: shared.x - area.x, y: shared.y - area.y };
}

/** Copies pixels that are blue, green and red, row by row without gaps, to their part of an image. */
function copyBgrx(data: Buffer, { x, y, width, height }: Rectangle, into: RawImage): void {
  const aligned = data.byteOffset % PIXEL_BYTES === 0 ? data : Uint8Array.prototype.slice.call(data);
  const from = new Uint32Array(aligned.buffer, aligned.byteOffset, width * height);
  const to = wordsOf(into);
  let at = 0;
  for (let row = y; row < y + height; row++) {
    const start = row * into.width + x;
    for (let word = start; word < start + width; word++) {
      const bgrx = from[at++] ?? 0;
      to[word] = BLACK | ((bgrx & 0xff) << 16) | (bgrx & 0xff00) | ((bgrx >>> 16) & 0xff);
    }
  }
}
