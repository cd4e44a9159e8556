/** How much a recorded page may be enlarged. */
const MAX_SCALE = 1.5;
/** What a picture gives up of its size so that each of its pixels is a whole number of the device's. */
const SNAP_WITHIN = 1.12;

/** Where a page goes in the room there is. */
export interface Fit {
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}

const NOTHING: Fit = { scale: 0, width: 0, height: 0 };

/** The largest scale at which a page of `width` by `height` fits the room, keeping its shape. */
export function fit(width: number, height: number, roomWidth: number, roomHeight: number): Fit {
  if (width <= 0 || height <= 0 || roomWidth <= 0 || roomHeight <= 0) return NOTHING;
  const scale = Math.min(MAX_SCALE, roomWidth / width, roomHeight / height);
  return { scale, width: Math.round(width * scale), height: Math.round(height * scale) };
}

/**
 * The same for pictures of a screen: at the scale where their pixels fall on whole pixels of the device, where that
 * is hardly smaller, and of a size that is a whole number of the device's pixels.
 * @param width in the desktop's points
 * @param pixelsPerPoint of the pictures
 * @param deviceRatio device pixels a CSS pixel
 */
export function fitPicture(
  { width, height, pixelsPerPoint }: PictureExtent,
  roomWidth: number,
  roomHeight: number,
  deviceRatio: number,
): Fit {
  const whole = fit(width, height, roomWidth, roomHeight);
  if (whole.scale === 0) return whole;
  const unit = pixelsPerPoint / deviceRatio;
  const times = Math.floor(whole.scale / unit);
  const snaps = times >= 1 && whole.scale / unit <= times * SNAP_WITHIN;
  const scale = snaps ? times * unit : whole.scale;
  const onDevice = (size: number): number => Math.round(size * scale * deviceRatio) / deviceRatio;
  return { scale, width: onDevice(width), height: onDevice(height) };
}

/** What pictures take, in the desktop's points, and how many of their pixels one of those is. */
export interface PictureExtent {
  readonly width: number;
  readonly height: number;
  readonly pixelsPerPoint: number;
}
