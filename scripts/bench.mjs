/**
 * `npm run bench [-- --json] [-- live open …]`: prints each figure beside its target and, where there is one, its
 * peer's (RePlaya on the real s2-lite, measured on two cores). Exit code 1 when a target is missed.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { benchBytes } from "./bench/bytes.mjs";
import { missedTargets, root, say } from "./bench/harness.mjs";
import { benchListing } from "./bench/listing.mjs";
import { benchLive } from "./bench/live.mjs";
import { benchLoad } from "./bench/load.mjs";
import { benchOpen } from "./bench/open.mjs";

const benches = {
  live: benchLive,
  open: benchOpen,
  bytes: benchBytes,
  load: benchLoad,
  listing: benchListing,
};

const { status } = spawnSync(process.execPath, [join(root, "scripts", "prepare.mjs")], {
  stdio: ["ignore", 2, 2],
});
if (status !== 0) process.exit(1);

const named = process.argv.slice(2).filter((word) => !word.startsWith("-"));
for (const [name, run] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue;
  say(`\n${name}`);
  await run();
}
process.exit(missedTargets() > 0 ? 1 : 0);
