import { buildDesktop } from "../../../scripts/build-desktop.mjs";
import { cacheFolder } from "./cache-folder.js";

/**
 * Builds the package's modules and programs from their sources, so that tests run what is there and not what was built
 * last.
 * @param name of the folder
 * @returns the folder's path
 */
export async function builtPackage(name: string): Promise<string> {
  const folder = cacheFolder(`built-${name}`);
  await buildDesktop(folder);
  return folder;
}
