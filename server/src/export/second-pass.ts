import { readdir, readFile, readlink, realpath, stat } from "node:fs/promises";

/**
 * How much of its file a process has written once more: ffmpeg opens what it wrote a second time and moves all of it back, to
 * make room for the index in front. Its size says nothing of that, but Linux says how far in the file each of its handles is.
 * @param pid of ffmpeg
 * @returns 0 to 1; 0 before it has begun; `undefined` where the system does not say
 */
export async function shareRewritten(pid: number | undefined, file: string): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  try {
    const path = await realpath(file);
    const { size } = await stat(path);
    const handles = pid === undefined ? [] : await readdir(`/proc/${pid}/fd`);
    const places = await Promise.all(
      handles.map(async (handle) => {
        // It may be closed by now.
        const target = await readlink(`/proc/${pid}/fd/${handle}`).catch(() => "");
        return target === path ? placeIn(await readFile(`/proc/${pid}/fdinfo/${handle}`, "utf8")) : [];
      }),
    );
    const [one, other] = places.flat();
    if (one === undefined || other === undefined || size === 0) return 0;
    return Math.min(one, other, size) / size;
  } catch {
    // Not begun, or just ended: then whoever waits for it is told.
    return 0;
  }
}

const placeIn = (info: string): readonly number[] => {
  const [, place] = /^pos:\s+(\d+)$/m.exec(info) ?? [];
  return place === undefined ? [] : [Number(place)];
};
