/** Test support written in TypeScript, for scripts: bundled as it is now. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "../harness.mjs";

/** Imports a TypeScript module of the project, such as `sdk-desktop/test/support/x-server.ts`. */
export async function importTypeScript(path) {
  const folder = join(root, "node_modules", ".cache", "reeltime", `script-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${path.replaceAll(/[/.]/g, "-")}.mjs`);
  await build({
    entryPoints: [join(root, path)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "error",
  });
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return import(pathToFileURL(outfile).href);
}
