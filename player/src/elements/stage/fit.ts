/** How much a recorded page may be enlarged. */
const MAX_SCALE = 1.5;

/** Where a page goes in the room there is. */
export interface Fit {
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}

/** The largest scale at which a page of `width` by `height` fits the room, keeping its shape. */
export function fit(width: number, height: number, roomWidth: number, roomHeight: number): Fit {
  if (width <= 0 || height <= 0 || roomWidth <= 0 || roomHeight <= 0)
    return { scale: 0, width: 0, height: 0 };
  const scale = Math.min(MAX_SCALE, roomWidth / width, roomHeight / height);
  return { scale, width: Math.round(width * scale), height: Math.round(height * scale) };
}
