import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { folderOf, helperEntry } from "../../src/helpers/entries.js";
import { forkHelper } from "../../src/helpers/fork-helper.js";
import { helperEnvironment } from "../../src/helpers/helper-environment.js";
import { until } from "../support/x-server.js";

const folder = mkdtempSync(join(tmpdir(), "reeltime-fork-"));
afterAll(() => rmSync(folder, { recursive: true }));

const program = (name: string, text: string): string => {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return path;
};
const ECHO = `process.on("message", (message) => process.send({ message, argv: process.execArgv, pid: process.pid }));
process.on("disconnect", () => process.exit(0));`;

describe("a helper's process", () => {
  it("is told and tells whatever the structured clone holds, patterns and bytes too", async () => {
    const heard: unknown[] = [];
    const helper = forkHelper<unknown, unknown>(program("echo", ECHO))({
      onReport: (report) => heard.push(report),
      onExit: () => {},
    });
    onTestFinished(() => helper.kill());
    helper.send({ pattern: /secret/gi, bytes: new Uint8Array([1, 2]) });
    await until(() => heard.length > 0, "it says nothing");
    expect(heard).toMatchObject([
      { message: { pattern: /secret/gi, bytes: new Uint8Array([1, 2]) }, argv: [] },
    ]);
  });

  it("that dies is told once, with its last words, and takes no more", async () => {
    const exits: string[] = [];
    const dying = program(
      "dies",
      `process.stderr.write("first\\nxrecord_start: failure\\n", () => process.abort());`,
    );
    const helper = forkHelper<unknown, unknown>(dying)({
      onReport: () => {},
      onExit: (why) => exits.push(why),
    });
    await until(() => exits.length > 0, "it lives");
    helper.send("more");
    helper.kill();
    expect(exits).toHaveLength(1);
    expect(exits[0]).toMatch(/^SIGABRT/);
    expect(exits[0]).toContain("xrecord_start: failure");
  });

  it("that cannot be started is told, and throws nothing", async () => {
    const exits: string[] = [];
    forkHelper<unknown, unknown>(join(folder, "none.mjs"))({
      onReport: () => {},
      onExit: (why) => exits.push(why),
    });
    await until(() => exits.length > 0, "it was not told");
    expect(exits).toHaveLength(1);
  });

  it("keeps its host alive no longer than that has something to do, and ends with it", async () => {
    const helpers = program("host-helper", `${ECHO} setInterval(() => {}, 1000);`);
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL("../../src/helpers/fork-helper.ts", import.meta.url))],
      bundle: true,
      platform: "node",
      format: "esm",
      write: false,
    });
    const host = program(
      "host",
      `${outputFiles[0]?.text}
      const helper = forkHelper(${JSON.stringify(helpers)})({ onReport: ({ pid }) => { console.log(pid); clearTimeout(hold); }, onExit: () => {} });
      const hold = setTimeout(() => {}, 20_000);
      helper.send("hello");`,
    );
    const { stdout, status } = spawnSync(process.execPath, [host], { encoding: "utf8", timeout: 15_000 });
    expect(status).toBe(0);
    const pid = Number(stdout);
    expect(pid).toBeGreaterThan(0);
    await until(() => !isAlive(pid), "the helper outlives its host");
  });
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("a helper's environment", () => {
  it("is the host's, without its inspector, and with less memory to waste", () => {
    const environment = helperEnvironment({
      DISPLAY: ":7",
      NODE_OPTIONS: "--inspect=9229 --require ./pnp.cjs --inspect-brk --debug-port=1",
    });
    expect(environment).toEqual({
      DISPLAY: ":7",
      MALLOC_ARENA_MAX: "2",
      NODE_OPTIONS: "--require ./pnp.cjs",
      REELTIME_HOST_PID: String(process.pid),
    });
  });

  it("names the process that is recorded for, when that is another one", () => {
    expect(helperEnvironment({ REELTIME_HOST_PID: "77" }).REELTIME_HOST_PID).toBe("77");
  });
});

describe("the programs", () => {
  const at = (...parts: readonly string[]): string => resolve(sep, ...parts);
  it.each([
    ["app/node_modules/@reeltime/desktop/dist", "app/node_modules/@reeltime/desktop/dist"],
    [
      "my app/resources/app.asar/node_modules/x/dist",
      "my app/resources/app.asar.unpacked/node_modules/x/dist",
    ],
    ["resources/app.asar.unpacked/dist", "resources/app.asar.unpacked/dist"],
    ["resources/app.asarx/dist", "resources/app.asarx/dist"],
  ])("of a module in %s lie in %s", (from, to) => {
    const folder = folderOf(pathToFileURL(at(...from.split("/"), "index.js")).href);
    expect(folder).toBe(at(...to.split("/")));
    expect(helperEntry(folder, "input")).toBe(join(at(...to.split("/")), "input-helper.mjs"));
  });
});
