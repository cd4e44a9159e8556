import type { PictureArea, Rectangle } from "../geometry.js";
import { deniedAreas } from "../privacy/deny.js";
import type { PrivacyRules } from "../privacy/rules.js";
import type { DesktopWindow, WindowsSnapshot } from "../windows/desktop-window.js";
import { covers, intersection, sameRectangle } from "../windows/rectangles.js";
import type { TargetPicture } from "../windows/target.js";
import type { DisplayView } from "./display-view.js";
import { blacken } from "./masking.js";
import { blackImage, copyPart, type RawImage } from "./raw-image.js";
import type { Captured, Screens } from "./screens.js";

/** What a photograph is taken of, and with what in sight. */
export interface Scene {
  readonly displays: readonly PictureArea[];
  /** Read just before. */
  readonly windows: WindowsSnapshot;
}

/** What a {@link takePhotograph} needs. */
export interface Camera {
  readonly screens: Pick<Screens, "captureDisplay" | "captureWindow">;
  /** Where the picture is a display: it. */
  readonly view: Pick<DisplayView, "capture" | "mask">;
  /** A photograph from before that is still needed as it is; the others may be written over. */
  readonly held: RawImage | undefined;
  /** The displays as they are now. */
  readonly displays: () => readonly PictureArea[];
  readonly rules: PrivacyRules;
  /** The windows once the capture has been made, and where they were since a time before; `undefined` when they cannot be read. */
  readonly windowsAfter: (sinceMs: number) => Promise<WindowsSnapshot | undefined>;
  readonly clock: () => number;
}

/** A picture with everything denied in it black, and when it was taken; or why there is none. */
export type Photograph =
  | { readonly image: RawImage; readonly atMs: number }
  | {
      readonly failed: string;
      /** Something happened in between: the next one may well succeed. */
      readonly passing: boolean;
    };

/** Of a picture, in its own pixels. */
export const pixelSize = ({ width, height, scale }: PictureArea): { width: number; height: number } => ({
  width: Math.max(Math.round(width * scale), 1),
  height: Math.max(Math.round(height * scale), 1),
});

/**
 * Captures a picture and blackens what is denied, where it was before and where it was after. Nothing else ever sees
 * pixels from before that. When the windows cannot be read afterwards, or the displays changed meanwhile so that places on
 * them are not what they were, there is no photograph.
 */
export async function takePhotograph(
  camera: Camera,
  target: TargetPicture,
  scene: Scene,
): Promise<Photograph> {
  const { area, captured, handle } = target;
  const { rules, view } = camera;
  const atMs = camera.clock();
  const isCut = handle !== undefined && !(captured !== undefined && covers(captured, area));
  const hasRules = rules.denyWindows.length > 0 || rules.denyRectangles.length > 0;
  const denied = (after: WindowsSnapshot): readonly Rectangle[] =>
    hasRules
      ? deniedAreas({ before: scene.windows, after, rules, picture: area, displays: scene.displays })
      : [];
  const taken =
    handle === undefined
      ? await view.capture(area, denied(scene.windows), camera.held)
      : isCut
        ? await captureOnDisplays(camera.screens, area, captured, scene.displays)
        : await camera.screens.captureWindow(handle);
  if ("failed" in taken) return { ...taken, passing: false };
  const after = await camera.windowsAfter(scene.windows.atMs);
  if (after === undefined) return { failed: "the windows could not be read", passing: true };
  if ((isCut || hasRules) && !sameAreas(camera.displays(), scene.displays))
    return { failed: "the displays changed", passing: true };
  const image = fitted(taken, area);
  if (handle === undefined) return { image: view.mask(image, denied(after)), atMs };
  if (isCut) {
    const over = coversOf(handle, scene.windows, after);
    if (over === undefined) return { failed: "the window moved", passing: true };
    blacken(image, inPicture(over, area));
  }
  blacken(image, denied(after));
  return { image, atMs };
}

/** Whether two lists are of the same displays, in the same places and sizes. */
export const sameAreas = (some: readonly PictureArea[], others: readonly PictureArea[]): boolean =>
  some.length === others.length &&
  some.every((one, at) => {
    const other = others[at];
    return (
      other !== undefined &&
      one.id === other.id &&
      one.name === other.name &&
      one.source === other.source &&
      sameRectangle(one, other) &&
      one.scale === other.scale
    );
  });

/** The image in the size that its picture has: a window may have grown since that was asked. */
function fitted(image: RawImage, area: PictureArea): RawImage {
  const { width, height } = pixelSize(area);
  if (image.width === width && image.height === height) return image;
  const fitting = blackImage(width, height);
  const common = {
    x: 0,
    y: 0,
    width: Math.min(width, image.width),
    height: Math.min(height, image.height),
  };
  copyPart(image, common, fitting, 0, 0);
  return fitting;
}

/**
 * A window that is partly off the displays cannot be captured as a window (on X11 that is an error), so that the part of
 * the displays is taken where it lies. The rest is black.
 */
async function captureOnDisplays(
  screens: Camera["screens"],
  area: PictureArea,
  captured: Rectangle | undefined,
  displays: readonly PictureArea[],
): Promise<Captured> {
  const size = pixelSize(area);
  const image = blackImage(size.width, size.height);
  if (captured === undefined) return image;
  for (const display of displays) {
    const part = intersection(captured, display);
    if (part === undefined) continue;
    const shot = await screens.captureDisplay(display.id);
    if ("failed" in shot) return shot;
    const x = Math.round((part.x - area.x) * area.scale);
    const y = Math.round((part.y - area.y) * area.scale);
    const from = {
      x: Math.round((part.x - display.x) * display.scale),
      y: Math.round((part.y - display.y) * display.scale),
      // Where displays of several scales meet, a picture has the scale of one: what does not fit stays black.
      width: Math.min(Math.round(part.width * Math.min(display.scale, area.scale)), size.width - x),
      height: Math.min(Math.round(part.height * Math.min(display.scale, area.scale)), size.height - y),
    };
    const within = intersection(from, { x: 0, y: 0, width: shot.width, height: shot.height });
    if (within !== undefined) copyPart(shot, within, image, x, y);
  }
  return image;
}

/**
 * What lay over a window before, during or after a capture. `undefined`: the window itself moved, so that what was
 * captured in its place may have been another's.
 */
function coversOf(
  handle: number,
  before: WindowsSnapshot,
  after: WindowsSnapshot,
): readonly Rectangle[] | undefined {
  const was = before.windows.find((one) => one.handle === handle);
  const is = after.windows.find((one) => one.handle === handle);
  if (was === undefined || is === undefined || !sameRectangle(was.content, is.content)) return undefined;
  if (!is.recent.every((place) => sameRectangle(place, is.frame))) return undefined;
  return [...above(was, before), ...above(is, after)];
}

/** Where all windows above one are and were; also those below it that are gone, since they may have been above. */
const above = (window: DesktopWindow, { windows }: WindowsSnapshot): readonly Rectangle[] => {
  const place = windows.indexOf(window);
  return windows.flatMap((other, at) => {
    if (at === place || (at < place && other.visible)) return [];
    return other.visible ? [other.frame, ...other.recent] : other.recent;
  });
};

/** Places on the desktop, in its points, as places in a picture, in its pixels. */
const inPicture = (places: readonly Rectangle[], area: PictureArea): readonly Rectangle[] =>
  places.map(({ x, y, width, height }) => ({
    x: (x - area.x) * area.scale,
    y: (y - area.y) * area.scale,
    width: width * area.scale,
    height: height * area.scale,
  }));
