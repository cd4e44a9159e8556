/**
 * Runs before `npm start` and `npm test`: installs and builds what is missing or stale, says what it does
 * while it does it, and needs nothing installed itself. Node's own modules only.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamps = join(root, "node_modules", ".cache", "reeltime");
const packages = ["recorder", "s2-lite", "server", "player", "sdk-browser", "sdk-desktop"];
const sourcesOf = ["src", "app", "package.json", "tsconfig.json", "vite.config.ts"];
const outputs = [
  "recorder/dist/index.js",
  "s2-lite/dist/main.js",
  "server/dist/main.js",
  "sdk-browser/dist/recorder.js",
  "sdk-desktop/dist/index.js",
  "player/dist/app/index.html",
];

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 20) fail(`Reeltime needs Node 20 or newer; this is ${process.version}.`);

const installKey = hash([
  join(root, "package-lock.json"),
  ...packages.map((name) => join(root, name, "package.json")),
]);
if (stampOf("install") !== installKey || !existsSync(join(root, "node_modules", "typescript"))) {
  // Every native part comes as a prebuilt package, so no dependency's install script needs to run.
  run("Installing packages", npm(), [
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ]);
  stamp("install", installKey);
}

const sources = [
  ...packages.flatMap((name) => sourcesOf.flatMap((part) => filesUnder(join(root, name, part)))),
  ...filesUnder(join(root, "scripts")),
  join(root, "tsconfig.json"),
];
const buildKey = hash(sources);
if (stampOf("build") !== buildKey || outputs.some((file) => !existsSync(join(root, file)))) {
  run("Building", process.execPath, [join(root, "scripts", "build.mjs")]);
  stamp("build", buildKey);
}

function run(what, command, args) {
  const started = Date.now();
  console.log(`${what} …`);
  const shell = process.platform === "win32";
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], shell });
  if (status !== 0) fail(`${what} failed.`);
  console.log(`${what}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function npm() {
  return process.platform === "win32" ? "npm.cmd" : "npm";
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.name === "node_modules" || entry.name === "dist" ? [] : filesUnder(join(path, entry.name)),
  );
}

function hash(files) {
  const sum = createHash("sha256");
  for (const file of files.sort()) {
    if (existsSync(file))
      sum.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  }
  return sum.digest("hex");
}

function stampOf(name) {
  const file = join(stamps, name);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function stamp(name, value) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, name), value);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
