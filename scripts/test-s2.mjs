/**
 * `npm run test:s2`: the conformance cases against S2's own server (`s2 lite`), so that they say what S2 does
 * and not what we think it does. Arguments go on to vitest: `npm run test:s2 -- -t listing`.
 *
 * `s2` is looked for on the PATH and in the cache folder, and else built there with cargo, once. Exit 3: there
 * is none, and none could be built. Its data goes into a temporary folder, and its process is ended by pid.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The version that the cases were checked against. */
const VERSION = "0.43.4";
/** An S2 server sleeps for a second as it starts, to fence off one before it. */
const START_TIMEOUT_MS = 60_000;
const MISSING = 3;

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "reeltime", "s2-cli");

function onPath(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

function isS2(file) {
  const { status, stdout } = spawnSync(file, ["--version"], { encoding: "utf8" });
  return status === 0 && /^s2 \d/.test(stdout);
}

/** The `s2` program, or one line that says what is missing. */
function findS2() {
  const cached = join(cache, "bin", "s2");
  const found = [onPath("s2"), cached].find((file) => file !== undefined && existsSync(file) && isS2(file));
  if (found !== undefined) return { s2: found };
  const cargo = onPath("cargo");
  if (cargo === undefined)
    return { missing: `neither \`s2\` (crate s2-cli ${VERSION}) nor \`cargo\`, to build it, is on the PATH` };
  console.log(`building s2-cli ${VERSION} into ${cache}: about ten minutes on two cores, once`);
  mkdirSync(cache, { recursive: true });
  const install = ["install", "--locked", `s2-cli@${VERSION}`, "--root", cache];
  const { status } = spawnSync(cargo, install, { stdio: "inherit" });
  return status === 0 ? { s2: cached } : { missing: `cargo could not build s2-cli ${VERSION}` };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Resolves when the server answers; rejects when it exits, or takes too long. */
async function healthy(endpoint, child) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`s2 lite exited with ${child.exitCode}`);
    try {
      if ((await fetch(`${endpoint}/health`)).ok) return;
    } catch {
      // not listening yet
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("s2 lite did not start to listen");
}

async function main() {
  const { s2, missing } = findS2();
  if (missing !== undefined) {
    console.error(`not run against S2's own server: ${missing}`);
    return MISSING;
  }
  const dir = mkdtempSync(join(tmpdir(), "reeltime-test-s2-"));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const args = ["lite", "--local-root", dir, "--port", String(port), "--no-dashboard"];
  const child = spawn(s2, args, { stdio: ["ignore", "ignore", "pipe"] });
  const over = new Promise((resolve) => child.once("close", resolve));
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors = (errors + chunk).slice(-4_000);
  });
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  try {
    await healthy(endpoint, child);
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const asked = process.argv.slice(2);
    const run = [vitest, "run", "--project", "s2-lite", "s2-lite/test/conformance.test.ts", ...asked];
    const env = { ...process.env, S2_CONFORMANCE_ENDPOINT: endpoint };
    const tests = spawn(process.execPath, run, { cwd: root, env, stdio: "inherit" });
    return await new Promise((resolve) => tests.once("close", (code) => resolve(code ?? 1)));
  } catch (error) {
    console.error(`${error.message}\n${errors}`);
    return 1;
  } finally {
    process.off("exit", end);
    child.kill("SIGTERM");
    const timer = setTimeout(end, 15_000);
    await over;
    clearTimeout(timer);
    rmSync(dir, { recursive: true, force: true });
  }
}

process.exitCode = await main();
