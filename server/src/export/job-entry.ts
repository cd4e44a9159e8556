import { rename } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/**
 * Finds a job's program: beside this file when it is built. Where this runs from its TypeScript source (in tests), which a
 * process of Node 20 cannot load, it is bundled from the same sources first, so it is never an older build.
 */
export async function findJobEntry(): Promise<string> {
  const here = import.meta.url;
  if (!here.endsWith(".ts")) return fileURLToPath(new URL("./main.js", here));
  // biome-ignore lint/style/noRestrictedImports: only where this file is TypeScript, so never in what is shipped
  // biome-ignore lint/correctness/noUndeclaredDependencies: the workspace's own, for the same reason
  const { build } = await import("esbuild");
  // Inside the package, from where its dependencies resolve. Put in its place whole: several tests may do so at once.
  const file = fileURLToPath(new URL("../../.cache/export-job.mjs", here));
  const outfile = `${file}.${process.pid}`;
  await build({
    entryPoints: [fileURLToPath(new URL("./main.ts", here))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["reeltime-source"],
    external: ["sharp", "fluent-ffmpeg", "@s2-dev/streamstore", "msgpackr"],
    logLevel: "silent",
  });
  await rename(outfile, file);
  return file;
}
