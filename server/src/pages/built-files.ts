import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { createStaticFile, type StaticFile, typeOf } from "./static-file.js";

/** Where the built SDK and dashboard lie in this checkout or installation. */
export interface BuiltPlaces {
  /** The file served as `/recorder.js`. */
  readonly recorder: string;
  /** The folder with the dashboard's `index.html`. */
  readonly dashboard: string;
}

/** Beside this package, as built by the others. */
export const DEFAULT_PLACES: BuiltPlaces = {
  recorder: fileURLToPath(new URL("../../../sdk-browser/dist/recorder.js", import.meta.url)),
  dashboard: fileURLToPath(new URL("../../../player/dist/app", import.meta.url)),
};

/** The page's recorder; `undefined` when it is not built. */
export async function loadRecorder(places: BuiltPlaces): Promise<StaticFile | undefined> {
  if (!existsSync(places.recorder)) return undefined;
  return createStaticFile(typeOf(places.recorder), await readFile(places.recorder));
}

/** The files of a folder by their path below it, with `/`. Empty when there is no such folder. */
export async function loadFolder(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const files = new Map<string, StaticFile>();
  if (!existsSync(folder)) return files;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join("/");
    files.set(name, await createStaticFile(typeOf(name), await readFile(path)));
  }
  return files;
}
