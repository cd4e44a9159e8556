import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The programs of the helper processes, as the build names them. */
export const HELPER_FILES = { capture: "capture-helper.mjs", input: "input-helper.mjs" } as const;
/** One of {@link HELPER_FILES}. */
export type HelperName = keyof typeof HELPER_FILES;

/**
 * Where this package's programs lie: beside this module once it is built. A process cannot be started from within an
 * Electron archive, so what lies in `app.asar` is looked for in `app.asar.unpacked`, where its natives have to be too.
 * @param module the address of a module of the built package
 */
export const folderOf = (module: string): string =>
  dirname(fileURLToPath(module)).replace(
    new RegExp(`\\${sep}([^\\${sep}]+\\.asar)(?=\\${sep}|$)`),
    `${sep}$1.unpacked`,
  );

/** The path of a helper's program. */
export const helperEntry = (folder: string, name: HelperName): string => join(folder, HELPER_FILES[name]);
