/**
 * `npm run trial -- <name>`: one of s2-lite's trials (`s2-lite/test/trials`) at its full length, with its figures.
 * The test command runs all of them in a short form.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = "s2-lite/test/trials";
const [name] = process.argv.slice(2);

if (name === undefined || !existsSync(`${root}${folder}/${name}.test.ts`)) {
  const names = readdirSync(root + folder)
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => file.replace(".test.ts", ""));
  process.stderr.write(`usage: npm run trial -- <name>, one of: ${names.join(", ")}\n`);
  process.exit(2);
}
const vitest = `${root}node_modules/vitest/vitest.mjs`;
const args = [vitest, "run", "--project", "s2-lite", `${folder}/${name}.test.ts`];
const env = { ...process.env, S2_LITE_TRIAL: "full" };
process.exitCode = spawnSync(process.execPath, args, { cwd: root, env, stdio: "inherit" }).status ?? 1;
