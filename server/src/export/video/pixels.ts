import type { Area } from "./arrangement.js";

/** Pixels of red, green and blue, a byte each, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Black pixels. */
export const blackPixels = (width: number, height: number): Pixels => ({
  width,
  height,
  rgb: new Uint8Array(width * height * 3),
});

/** The part that two areas have in common; `undefined` when there is none. */
export function common(one: Area, other: Area): Area | undefined {
  const x = Math.max(one.x, other.x);
  const y = Math.max(one.y, other.y);
  const right = Math.min(one.x + one.width, other.x + other.width);
  const bottom = Math.min(one.y + one.height, other.y + other.height);
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : undefined;
}

/** The part of an area that lies within pixels; `undefined` when none does. */
export const within = (area: Area, { width, height }: Pick<Pixels, "width" | "height">): Area | undefined =>
  common(area, { x: 0, y: 0, width, height });

/** Copies rows of pixels to a place that holds them whole. */
export function copyInto(target: Pixels, x: number, y: number, source: Pixels): void {
  const rowBytes = source.width * 3;
  for (let row = 0; row < source.height; row++) {
    const from = row * rowBytes;
    target.rgb.set(source.rgb.subarray(from, from + rowBytes), ((y + row) * target.width + x) * 3);
  }
}

/** Copies an area of pixels out of them. It lies within them whole. */
export function copyOf(source: Pixels, area: Area): Pixels {
  const copy = blackPixels(area.width, area.height);
  const rowBytes = area.width * 3;
  for (let row = 0; row < area.height; row++) {
    const from = ((area.y + row) * source.width + area.x) * 3;
    copy.rgb.set(source.rgb.subarray(from, from + rowBytes), row * rowBytes);
  }
  return copy;
}

/** Fills an area that lies within pixels whole with black. */
export function blacken(target: Pixels, area: Area): void {
  for (let row = 0; row < area.height; row++) {
    const from = ((area.y + row) * target.width + area.x) * 3;
    target.rgb.fill(0, from, from + area.width * 3);
  }
}

/**
 * Continues the last column and row of what is filled into those that only make a size even: black there would run into the
 * colours beside it, which are stored for two by two.
 * @param filled the part from the upper left that has pixels of its own: at most one column and row less than all
 * @param area what changed of it
 */
export function pad(target: Pixels, filled: Pick<Pixels, "width" | "height">, area: Area): void {
  const { width, rgb } = target;
  const right = area.x + area.width;
  const bottom = area.y + area.height;
  if (filled.width < width && right >= filled.width) {
    for (let y = area.y; y < bottom; y++) {
      const at = (y * width + filled.width) * 3;
      rgb.copyWithin(at, at - 3, at);
    }
  }
  if (filled.height < target.height && bottom >= filled.height) {
    const at = (filled.height * width + area.x) * 3;
    const above = at - width * 3;
    rgb.copyWithin(at, above, above + Math.min(width - area.x, area.width + 1) * 3);
  }
}

/** Halves the brightness of an area that lies within pixels whole. */
export function dim(target: Pixels, area: Area): void {
  for (let row = 0; row < area.height; row++) {
    const from = ((area.y + row) * target.width + area.x) * 3;
    const to = from + area.width * 3;
    for (let at = from; at < to; at++) target.rgb[at] = (target.rgb[at] ?? 0) >> 1;
  }
}

/** How a picture lies in a larger one: see `Placement`. */
interface Lie {
  readonly x: number;
  readonly y: number;
  readonly factor: number;
}

/** The smallest area of `target` that an area of `source`, lying in it, has a part in. */
export function covered(target: Pixels, source: Area, { x, y, factor }: Lie): Area | undefined {
  const left = Math.floor(x + source.x * factor);
  const top = Math.floor(y + source.y * factor);
  const right = Math.ceil(x + (source.x + source.width) * factor);
  const bottom = Math.ceil(y + (source.y + source.height) * factor);
  return within({ x: left, y: top, width: right - left, height: bottom - top }, target);
}

/**
 * Draws what of `source` lies in one area of `target`. Pixel for pixel where the factor is 1; otherwise each of the target's
 * pixels is the mean of those it covers, so that small text stays readable when it is made smaller.
 */
export function drawScaled(target: Pixels, area: Area, source: Pixels, lie: Lie): void {
  if (lie.factor === 1) {
    drawPlain(target, area, source, lie);
    return;
  }
  const columns = spans(area.x, area.width, lie.x, lie.factor, source.width);
  const rows = spans(area.y, area.height, lie.y, lie.factor, source.height);
  for (let row = 0; row < area.height; row++) {
    const top = rows[row * 2] ?? 0;
    const bottom = rows[row * 2 + 1] ?? 0;
    for (let column = 0; column < area.width; column++) {
      const left = columns[column * 2] ?? 0;
      const right = columns[column * 2 + 1] ?? 0;
      if (top >= bottom || left >= right) continue;
      mean(
        target.rgb,
        ((area.y + row) * target.width + area.x + column) * 3,
        source,
        left,
        right,
        top,
        bottom,
      );
    }
  }
}

function drawPlain(target: Pixels, area: Area, source: Pixels, { x, y }: Lie): void {
  const part = within({ ...area, x: area.x - x, y: area.y - y }, source);
  if (part === undefined) return;
  for (let row = 0; row < part.height; row++) {
    const from = ((part.y + row) * source.width + part.x) * 3;
    const to = ((part.y + y + row) * target.width + part.x + x) * 3;
    target.rgb.set(source.rgb.subarray(from, from + part.width * 3), to);
  }
}

/** For each pixel along one side of the target, the source's pixels it covers: from, and up to without. Empty outside. */
function spans(from: number, count: number, offset: number, factor: number, size: number): Int32Array {
  const ends = new Int32Array(count * 2);
  for (let index = 0; index < count; index++) {
    const start = (from + index - offset) / factor;
    const end = (from + index + 1 - offset) / factor;
    const first = Math.floor(start + 1e-9);
    const last = Math.max(first + 1, Math.floor(end + 1e-9));
    ends[index * 2] = Math.max(0, first);
    ends[index * 2 + 1] = Math.min(size, last);
  }
  return ends;
}

function mean(
  rgb: Uint8Array,
  at: number,
  source: Pixels,
  left: number,
  right: number,
  top: number,
  bottom: number,
): void {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let y = top; y < bottom; y++) {
    const end = (y * source.width + right) * 3;
    for (let pixel = (y * source.width + left) * 3; pixel < end; pixel += 3) {
      red += source.rgb[pixel] ?? 0;
      green += source.rgb[pixel + 1] ?? 0;
      blue += source.rgb[pixel + 2] ?? 0;
    }
  }
  const count = (right - left) * (bottom - top);
  rgb[at] = red / count;
  rgb[at + 1] = green / count;
  rgb[at + 2] = blue / count;
}
