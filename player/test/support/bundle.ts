import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The worker that decodes images, in one script. */
export async function bundleDecodeWorker(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${here}../../src/surfaces/screen/decode-worker.ts`],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

/** The player in one script, as a page would load it, with what tests reach for on `window`. */
export async function bundlePlayer(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${here}page-entry.ts`],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    conditions: ["reeltime-source"],
    // A script that is no module has no address of its own: its worker lies beside the page.
    define: { "import.meta.url": "document.baseURI" },
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

/** A page with one player; `attributes` go onto it. */
export const playerPage = (attributes = "", style = "height:100vh"): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><style>:root{color-scheme:light dark}body{margin:0}reeltime-player{${style}}</style></head><body><reeltime-player ${attributes}></reeltime-player><script src="/player.js"></script></body></html>`;
