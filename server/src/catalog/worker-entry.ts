/** What starts the database's worker: a file, or its code. */
export type WorkerEntry =
  | { readonly type: "file"; readonly url: URL }
  | { readonly type: "code"; readonly code: string };

/**
 * Finds the database's worker: beside this file when it is built. When it is run from its TypeScript source (in
 * tests), which a worker of Node 20 cannot load, the worker is bundled from the same sources first, so it is never an
 * older build.
 */
export async function findWorkerEntry(): Promise<WorkerEntry> {
  const here = import.meta.url;
  if (!here.endsWith(".ts")) return { type: "file", url: new URL("./database-worker.js", here) };
  // biome-ignore lint/style/noRestrictedImports: only where this file is TypeScript, so never in what is shipped
  // biome-ignore lint/correctness/noUndeclaredDependencies: the workspace's own, for the same reason
  const { build } = await import("esbuild");
  const bundle = await build({
    entryPoints: [new URL("./database-worker.ts", here).pathname],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    conditions: ["reeltime-source"],
    external: ["libsql"],
    logLevel: "silent",
    // Code without a file finds packages from the working folder; this finds them from here.
    banner: { js: `globalThis.require = require("node:module").createRequire(${JSON.stringify(here)});` },
  });
  return { type: "code", code: bundle.outputFiles[0]?.text ?? "" };
}
