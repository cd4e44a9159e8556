import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** The version of S2's own server that ours is held against. */
const VERSION = "0.43.4";
/** It sleeps for a second as it starts, to fence off one before it. */
const START_TIMEOUT_MS = 60_000;
/** Time it has to close its store. */
const STOP_TIMEOUT_MS = 15_000;

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "reeltime", "s2-cli");

function onPath(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

function isS2(file) {
  const { status, stdout } = spawnSync(file, ["--version"], { encoding: "utf8" });
  return status === 0 && /^s2 \d/.test(stdout);
}

/**
 * The `s2` program, from the PATH or the cache folder, else (unless told not to) built there with cargo; or one
 * line that says what is missing.
 */
export function findS2({ mayBuild = true } = {}) {
  const cached = join(cache, "bin", "s2");
  const found = [onPath("s2"), cached].find((file) => file !== undefined && existsSync(file) && isS2(file));
  if (found !== undefined) return { s2: found };
  if (!mayBuild)
    return { missing: `\`s2\` (crate s2-cli ${VERSION}) is neither on the PATH nor in ${cache}` };
  const cargo = onPath("cargo");
  if (cargo === undefined)
    return { missing: `neither \`s2\` (crate s2-cli ${VERSION}) nor \`cargo\`, to build it, is on the PATH` };
  console.log(`building s2-cli ${VERSION} into ${cache}: about ten minutes on two cores, once`);
  mkdirSync(cache, { recursive: true });
  const install = ["install", "--locked", `s2-cli@${VERSION}`, "--root", cache];
  const { status } = spawnSync(cargo, install, { stdio: "inherit" });
  return status === 0 ? { s2: cached } : { missing: `cargo could not build s2-cli ${VERSION}` };
}

/** A port of the loopback that nobody has. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function healthy(endpoint, child, errors) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`s2 lite exited with ${child.exitCode}\n${errors()}`);
    try {
      if ((await fetch(`${endpoint}/health`)).ok) return;
    } catch {
      // not listening yet
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`s2 lite did not start to listen\n${errors()}`);
}

/** Starts S2's own server on a folder and resolves when it answers. It ends with this process at the latest. */
export async function startS2({ s2, dir, port: wanted }) {
  const port = wanted ?? (await freePort());
  const endpoint = `http://127.0.0.1:${port}`;
  const args = ["lite", "--local-root", dir, "--port", String(port), "--no-dashboard"];
  const child = spawn(s2, args, { stdio: ["ignore", "ignore", "pipe"] });
  const over = new Promise((resolve) => child.once("close", resolve));
  let said = "";
  child.stderr.on("data", (chunk) => {
    said = (said + chunk).slice(-4_000);
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const end = async (signal) => {
    child.kill(signal);
    const timer = setTimeout(kill, STOP_TIMEOUT_MS);
    await over;
    clearTimeout(timer);
    process.off("exit", kill);
  };
  try {
    await healthy(endpoint, child, () => said);
  } catch (error) {
    await end("SIGKILL");
    throw error;
  }
  return { endpoint, port, pid: child.pid, close: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}
