/**
 * `npm run bench:desktop [-- --json] [-- traffic latency] [-- --soak]`: what recording a desktop costs, beside whole JPEGs of
 * the same display at the same time, and how soon a change is seen. `--soak`: half an hour, for the memory. Needs Xvfb,
 * openbox, xdotool and the programs of the workload. Exit code 1 when a target is missed.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { missedTargets, root, say, startReeltime } from "./bench/harness.mjs";

const NEEDED = ["Xvfb", "openbox", "xdotool", "xwininfo", "mousepad", "xterm"];
const SIZE = { width: 1920, height: 1080 };
const SOAK_MINUTES = 30;

const folders = (process.env.PATH ?? "").split(":");
const missing = NEEDED.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
if (missing.length > 0) {
  say(`This needs a display of its own to record: install ${missing.join(", ")}.`);
  process.exit(2);
}
const { status } = spawnSync(process.execPath, [join(root, "scripts", "prepare.mjs")], {
  stdio: ["ignore", 2, 2],
});
if (status !== 0) process.exit(1);

const [{ importTypeScript }, { benchAlone, benchTraffic }, { benchLatency }] = await Promise.all([
  import("./bench/desktop/typescript.mjs"),
  import("./bench/desktop/traffic.mjs"),
  import("./bench/desktop/latency.mjs"),
]);
const { startX } = await importTypeScript("sdk-desktop/test/support/x-server.ts");

const benches = {
  traffic: async (server, x) => {
    if (process.argv.includes("--soak")) return benchTraffic(server, x, 5, SOAK_MINUTES);
    await benchAlone(server, x, 5);
    await benchTraffic(server, x, 5);
    return benchTraffic(server, x, 10);
  },
  latency: benchLatency,
};

const named = process.argv.slice(2).filter((word) => !word.startsWith("-"));
for (const [name, run] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue;
  if (name !== "traffic" && process.argv.includes("--soak")) continue;
  say(`\n${name}`);
  const server = await startReeltime();
  const x = await startX(SIZE);
  try {
    await run(server, x);
  } finally {
    await x.close();
    await server.stop();
  }
}
process.exit(missedTargets() > 0 ? 1 : 0);
