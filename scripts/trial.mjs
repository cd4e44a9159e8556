/**
 * `npm run trial -- <name>`: one of the trials (`<package>/test/trials`), or of the journeys over a real desktop
 * (`sdk-desktop/test/journey`, as `desktop-<name>`), at its full length, with its figures. The test command runs all of them
 * in a short form.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Where they lie: the test project, the folder, and what stands before their names. */
const folders = [
  ["s2-lite", "s2-lite/test/trials", ""],
  ["server", "server/test/trials", ""],
  ["journey", "sdk-desktop/test/journey", "desktop-"],
];
/** By name: the project and the file of each trial. */
const trials = new Map(
  folders
    .filter(([, folder]) => existsSync(root + folder))
    .flatMap(([project, folder, before]) =>
      readdirSync(root + folder)
        .filter((file) => file.endsWith(".test.ts"))
        .map((file) => [before + file.replace(".test.ts", ""), [project, `${folder}/${file}`]]),
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
