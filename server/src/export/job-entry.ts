import { rmSync } from "node:fs";
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
  // Inside the package, from where its dependencies resolve.
  const outfile = fileURLToPath(new URL(`../../.cache/export-job-${process.pid}.mjs`, here));
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
  process.once("exit", () => rmSync(outfile, { force: true }));
  return outfile;
}
