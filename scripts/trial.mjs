/**
 * `npm run trial -- <name>`: one of the trials (`<package>/test/trials`) at its full length, with its figures. The test command
 * runs all of them in a short form.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** By name: the package and the file of each trial. */
const trials = new Map(
  ["s2-lite", "server"]
    .filter((project) => existsSync(`${root}${project}/test/trials`))
    .flatMap((project) =>
      readdirSync(`${root}${project}/test/trials`)
        .filter((file) => file.endsWith(".test.ts"))
        .map((file) => [file.replace(".test.ts", ""), [project, `${project}/test/trials/${file}`]]),
    ),
);

const [name] = process.argv.slice(2);
const [project, file] = trials.get(name) ?? [];
if (project === undefined) {
  process.stderr.write(`usage: npm run trial -- <name>, one of: ${[...trials.keys()].join(", ")}\n`);
  process.exit(2);
}
const vitest = `${root}node_modules/vitest/vitest.mjs`;
const args = [vitest, "run", "--project", project, file];
const env = { ...process.env, S2_LITE_TRIAL: "full", REELTIME_TRIAL: "full" };
process.exitCode = spawnSync(process.execPath, args, { cwd: root, env, stdio: "inherit" }).status ?? 1;
