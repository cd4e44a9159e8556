import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/** A file and all that it needs in one script, of modules unless the options say otherwise. */
export async function bundleScript(entry: string, options: BuildOptions = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["reeltime-source"],
    logLevel: "error",
    ...options,
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

/** The worker that decodes images, in one script. */
export const bundleDecodeWorker = (): Promise<string> =>
  bundleScript(`${here}../../src/surfaces/screen/decode-worker.ts`);

/** The player in one script, as a page would load it, with what tests reach for on `window`. */
export const bundlePlayer = (): Promise<string> =>
  bundleScript(`${here}page-entry.ts`, {
    format: "iife",
    // A script that is no module has no address of its own: its worker lies beside the page.
    define: { "import.meta.url": "document.baseURI" },
  });

/** A page with one player; `attributes` go onto it. */
export const playerPage = (attributes = "", style = "height:100vh"): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><style>:root{color-scheme:light dark}body{margin:0}reeltime-player{${style}}</style></head><body><reeltime-player ${attributes}></reeltime-player><script src="/player.js"></script></body></html>`;
