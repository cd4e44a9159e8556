/**
 * `npm run test:s2`: what must hold on any S2, on S2's own server (`s2 lite`): the conformance cases, so that they
 * say what S2 does and not what we think it does, random requests to it and to ours, and the recorder's tests. With
 * `--journeys` also the journeys, which take minutes. Further arguments go on to vitest: `npm run test:s2 -- -t listing`.
 *
 * Exit 3: there is no `s2` program, and none could be built; one line says what is missing.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findS2, startS2 } from "./s2-program.mjs";

const MISSING = 3;
const root = fileURLToPath(new URL("..", import.meta.url));
const asked = process.argv.slice(2);
const journeys = asked.includes("--journeys");

function vitest(args, env) {
  const program = join(root, "node_modules", "vitest", "vitest.mjs");
  const rest = asked.filter((word) => word !== "--journeys");
  const child = spawn(process.execPath, [program, "run", ...args, ...rest], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: "inherit",
  });
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
}

async function conformance(s2) {
  const dir = mkdtempSync(join(tmpdir(), "reeltime-test-s2-"));
  const server = await startS2({ s2, dir });
  try {
    const files = ["s2-lite/test/conformance.test.ts", "s2-lite/test/differential.test.ts"];
    return await vitest(["--project", "s2-lite", ...files], {
      S2_CONFORMANCE_ENDPOINT: server.endpoint,
    });
  } finally {
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function main() {
  const { s2, missing } = findS2();
  if (missing !== undefined) {
    console.error(`not run against S2's own server: ${missing}`);
    return MISSING;
  }
  const codes = [await conformance(s2)];
  codes.push(await vitest(["--project", "recorder"], { REELTIME_TEST_S2: s2 }));
  if (journeys) codes.push(await vitest(["--project", "journey"], { REELTIME_TEST_S2: s2 }));
  return Math.max(...codes);
}

process.exitCode = await main();
