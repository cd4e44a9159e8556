import type { PictureArea, Point } from "../geometry.js";

/** Whether a point of the desktop lies in a picture. */
export const isIn = ({ x, y }: Point, area: PictureArea): boolean =>
  x >= area.x && y >= area.y && x < area.x + area.width && y < area.y + area.height;

/** A point of the desktop in a picture's pixels, whole. */
export const toPixels = ({ x, y }: Point, area: PictureArea): Point => ({
  x: Math.round((x - area.x) * area.scale),
  y: Math.round((y - area.y) * area.scale),
});

/** A picture's size in its pixels. */
export const pixelsOf = ({
  width,
  height,
  scale,
}: PictureArea): { readonly width: number; readonly height: number } => ({
  width: Math.round(width * scale),
  height: Math.round(height * scale),
});
