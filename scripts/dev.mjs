/** `npm run dev`: the server, built and started again whenever a source changes. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, watch } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folders = ["recorder/src", "s2-lite/src", "server/src", "player/src", "player/app", "sdk-browser/src"];
/** Milliseconds without a further change before building: an editor writes several files at once. */
const SETTLE_MS = 150;

let server;
let timer;
let building = false;
let again = false;

/** Builds and, when that went well, starts the server again; what comes meanwhile is built once more. */
async function renew() {
  if (building) {
    again = true;
    return;
  }
  building = true;
  const { status } = spawnSync(process.execPath, [join(root, "scripts", "prepare.mjs"), "dev"], {
    stdio: "inherit",
  });
  if (status === 0) {
    await end();
    server = spawn(process.execPath, [join(root, "server", "dist", "main.js")], {
      cwd: root,
      stdio: "inherit",
    });
  }
  building = false;
  if (again) {
    again = false;
    await renew();
  }
}

async function end() {
  const running = server;
  server = undefined;
  if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
  const ended = new Promise((resolve) => running.once("exit", resolve));
  running.kill("SIGTERM");
  await ended;
}

for (const folder of folders.map((name) => join(root, name)).filter(existsSync)) {
  watch(folder, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void renew(), SETTLE_MS);
  });
}
for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => void end().then(() => process.exit(0)));
await renew();
