import { link, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RawImage } from "./raw-image.js";

/** Keeps masked captures in a folder, so that a test can compare what is replayed with what was on the screen. */
export type FrameKeeper = (picture: string, atMs: number, image: RawImage) => Promise<void>;

/** Named by picture, `monotonicMs` and size, such as `60-8123.456-1920x1080.rgba`: RGBA without gaps. */
const nameOf = (picture: string, atMs: number, { width, height }: RawImage): string =>
  `${picture}-${atMs.toFixed(3)}-${width}x${height}.rgba`;

/**
 * Writes each masked capture into a folder, and removes all but the last ones. What is the same as the capture before
 * takes no further space.
 * @param most captures that are kept
 */
export function keepFrames(folder: string, most: number): FrameKeeper {
  const kept: string[] = [];
  const last = new Map<string, { readonly path: string; readonly pixels: Buffer }>();
  return async (picture, atMs, image) => {
    await mkdir(folder, { recursive: true });
    const path = join(folder, nameOf(picture, atMs, image));
    const before = last.get(picture);
    // A second name for the same bytes, where the first still has them.
    const linked =
      before?.pixels.equals(image.pixels) === true &&
      (await link(before.path, path).then(
        () => true,
        () => false,
      ));
    if (!linked) await writeFile(path, image.pixels);
    last.set(picture, { path, pixels: image.pixels });
    kept.push(path);
    const old = kept.length > most ? kept.shift() : undefined;
    if (old !== undefined) await rm(old, { force: true });
  };
}
