import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Pixels } from "./replayed-pictures.js";

/** A masked capture that the helper kept for a test (`REELTIME_TEST_FRAMES`). */
export interface KeptFrame {
  readonly picture: string;
  /** By `monotonicMs`, just before the capture. */
  readonly atMs: number;
  readonly width: number;
  readonly height: number;
  readonly path: string;
}

/** What is kept in a folder now, in the order of time; what is still being written is left out. */
export function listKeptFrames(folder: string): readonly KeptFrame[] {
  const frames = readdirSync(folder).flatMap((name) => {
    const match = /^(.+)-([\d.]+)-(\d+)x(\d+)\.rgba$/.exec(name);
    if (match === null) return [];
    const [, picture = "", at, width, height] = match;
    const path = join(folder, name);
    const frame = { picture, atMs: Number(at), width: Number(width), height: Number(height), path };
    return isWhole(frame) ? [frame] : [];
  });
  return frames.sort((a, b) => a.atMs - b.atMs);
}

function isWhole({ path, width, height }: KeptFrame): boolean {
  try {
    return statSync(path).size === width * height * 4;
  } catch {
    // Removed meanwhile, as the oldest.
    return false;
  }
}

/** The pixels of a kept capture. */
export const pixelsOf = ({ path, width, height }: KeptFrame): Pixels => ({
  width,
  height,
  bytes: readFileSync(path),
});

/** The kept capture that was made at a time; `undefined` when it is not kept. Times are told in whole ms, and captures 33 ms apart. */
export const keptAt = (frames: readonly KeptFrame[], atMs: number): KeptFrame | undefined => {
  const nearest = frames.reduce<KeptFrame | undefined>(
    (best, frame) =>
      best === undefined || Math.abs(frame.atMs - atMs) < Math.abs(best.atMs - atMs) ? frame : best,
    undefined,
  );
  return nearest !== undefined && Math.abs(nearest.atMs - atMs) < 8 ? nearest : undefined;
};
