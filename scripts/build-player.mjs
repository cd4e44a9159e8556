import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";

/**
 * Builds the dashboard (`player/app`) into `outDir`, by default `player/dist/app`: `index.html`, and hashed files in
 * `assets/`. The same sources give the same bytes.
 */
export async function buildPlayer({ outDir, quiet = true } = {}) {
  await build({
    configFile: fileURLToPath(new URL("../player/vite.config.ts", import.meta.url)),
    logLevel: quiet ? "warn" : "info",
    ...(outDir === undefined ? {} : { build: { outDir } }),
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildPlayer({ quiet: false });
}
