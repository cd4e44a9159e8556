import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { cacheFolder } from "./cache-folder.js";

const PACKAGE = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/**
 * Bundles a program from its source, so that tests run what is there and not what was built last.
 * @param entry from the package's `src`, such as `input/main.ts`
 * @returns the bundle's path
 */
export async function bundleProgram(entry: string): Promise<string> {
  const outfile = join(cacheFolder(entry.replaceAll(/\W/g, "-")), "main.mjs");
  await build({
    entryPoints: [join(PACKAGE, "src", entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["reeltime-source"],
    external: ["node-screenshots", "sharp", "uiohook-napi", "x11"],
    // msgpackr is written for `require`.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  return outfile;
}
