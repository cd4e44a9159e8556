/** Everything that can be said of the code without running it: types, lint, arrows, docs. One line each. */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name, file) => join(root, "node_modules", name, "bin", file);
/** @type {[string, string, string[]][]} what is checked, the program and its arguments */
const steps = [
  ["types", bin("typescript", "tsc"), ["-b"]],
  ["types of tests", bin("typescript", "tsc"), ["-p", "scripts/tsconfig.tests.json"]],
  ["format and lint", bin("@biomejs/biome", "biome"), ["check", "--error-on-warnings", "."]],
  ["promises and switches", bin("oxlint", "oxlint"), ["--type-aware", "--deny-warnings"]],
  ["every arrow's rule fires", join(root, "scripts", "check-arrows.mjs"), []],
  ["exports are documented", join(root, "scripts", "check-docs.mjs"), []],
];

let failed = 0;
for (const [what, script, args] of steps) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${what} (${seconds} s)`);
  if (status !== 0) {
    failed += 1;
    console.log(stdout + stderr);
  }
}
process.exit(failed === 0 ? 0 : 1);
