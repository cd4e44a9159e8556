import type { Area, VideoSize } from "./arrangement.js";
import type { Pixels } from "./pixels.js";

/** The arrow as desktops draw it: `#` black, `.` white, its tip at the upper left. */
const ARROW = [
  "#           ",
  "##          ",
  "#.#         ",
  "#..#        ",
  "#...#       ",
  "#....#      ",
  "#.....#     ",
  "#......#    ",
  "#.......#   ",
  "#........#  ",
  "#.........# ",
  "#......#####",
  "#...#..#    ",
  "#..##...#   ",
  "#.#  #..#   ",
  "##   #...#  ",
  "#     #..#  ",
  "      #...# ",
  "       ###  ",
] as const;

/** Half the width of a click's spot, in pixels at the smallest scale. */
const SPOT = 14;

/** How many pixels of a video one of the arrow's becomes: it stays visible in a large one. */
export const cursorScale = ({ width, height }: VideoSize): number =>
  Math.max(1, Math.round(Math.min(width / 1920, height / 1080)));

/** What an arrow at a place covers. */
export const arrowArea = (x: number, y: number, scale: number): Area => ({
  x,
  y,
  width: (ARROW[0]?.length ?? 0) * scale,
  height: ARROW.length * scale,
});

/** What the spot of a click at a place covers. */
export const spotArea = (x: number, y: number, scale: number): Area => ({
  x: x - SPOT * scale,
  y: y - SPOT * scale,
  width: 2 * SPOT * scale + 1,
  height: 2 * SPOT * scale + 1,
});

/** Draws an arrow, what of it lies within the pixels. */
export function drawArrow(target: Pixels, x: number, y: number, scale: number): void {
  for (const [row, line] of ARROW.entries()) {
    for (let column = 0; column < line.length; column++) {
      const dot = line[column];
      if (dot === " ") continue;
      const shade = dot === "#" ? 0 : 255;
      for (let down = 0; down < scale; down++)
        for (let right = 0; right < scale; right++)
          blend(target, x + column * scale + right, y + row * scale + down, [shade, shade, shade], 1);
    }
  }
}

/** Draws the spot of a click: half transparent, with an edge that shows on any ground. */
export function drawSpot(target: Pixels, x: number, y: number, scale: number): void {
  const radius = SPOT * scale;
  for (let down = -radius; down <= radius; down++) {
    for (let right = -radius; right <= radius; right++) {
      const far = Math.hypot(down, right);
      if (far > radius) continue;
      const edge = far > radius - 2 * scale;
      blend(target, x + right, y + down, edge ? [200, 40, 0] : [255, 140, 0], edge ? 0.9 : 0.4);
    }
  }
}

function blend(
  { width, height, rgb }: Pixels,
  x: number,
  y: number,
  colour: readonly [number, number, number],
  share: number,
): void {
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  const at = (y * width + x) * 3;
  for (let channel = 0; channel < 3; channel++)
    rgb[at + channel] = (rgb[at + channel] ?? 0) * (1 - share) + (colour[channel] ?? 0) * share;
}
