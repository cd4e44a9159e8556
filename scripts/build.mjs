/** Builds everything: TypeScript first, then the page's recorder, the desktop's and the dashboard out of it. */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const tsc = spawnSync(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b"], {
  cwd: root,
  stdio: "inherit",
});
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

const [{ buildSdk }, { buildDesktop, writeRequiredTypes }, { buildPlayer }] = await Promise.all([
  import("./build-sdk.mjs"),
  import("./build-desktop.mjs"),
  import("./build-player.mjs"),
]);
await Promise.all([buildSdk(), buildDesktop(), writeRequiredTypes(), buildPlayer()]);
