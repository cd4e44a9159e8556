import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildDesktop } from "../../../scripts/build-desktop.mjs";

/**
 * Builds the package's modules and programs from their sources, so that tests run what is there and not what was built
 * last. They lie inside the package, from where the native parts resolve, and are gone with this process.
 * @param name of the folder
 * @returns the folder's path
 */
export async function builtPackage(name: string): Promise<string> {
  const folder = join(
    fileURLToPath(new URL("../..", import.meta.url)),
    ".cache",
    `built-${name}-${process.pid}`,
  );
  mkdirSync(folder, { recursive: true });
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await buildDesktop(folder);
  return folder;
}
