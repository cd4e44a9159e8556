import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildDesktop, writeRequiredTypes } from "../../../scripts/build-desktop.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "reeltime-desktop-npm-"));
const installed = join(folder, "node_modules", "@reeltime", "desktop");
const tsc = join(root, "node_modules/typescript/bin/tsc");

/** What npm would install beside it: its dependencies and what those need. */
const BESIDE = [
  "node-screenshots",
  "sharp",
  "uiohook-napi",
  "x11",
  "node-gyp-build",
  "detect-libc",
  "semver",
  "@img",
];

beforeAll(async () => {
  execFileSync(process.execPath, [tsc, "-b", "sdk-desktop"], { cwd: root });
  await buildDesktop();
  await writeRequiredTypes();
  execFileSync("npm", ["pack", "--pack-destination", folder, "--loglevel=error"], {
    cwd: join(root, "sdk-desktop"),
  });
  execFileSync("tar", ["-xzf", join(folder, "reeltime-desktop-0.1.0.tgz"), "-C", folder]);
  cpSync(join(folder, "package"), installed, { recursive: true });
  const there = readdirSync(join(root, "node_modules"));
  const platform = there.filter((name) => name.startsWith("node-screenshots-"));
  for (const name of [...BESIDE, ...platform])
    if (there.includes(name))
      symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a file of the folder where there is no screen. */
function run(name: string, text: string, env: NodeJS.ProcessEnv = {}) {
  writeFileSync(join(folder, name), text);
  const { DISPLAY: _none, WAYLAND_DISPLAY: _neither, ...without } = process.env;
  return spawnSync(process.execPath, [join(folder, name)], {
    encoding: "utf8",
    env: { ...without, XDG_SESSION_TYPE: "", XDG_CACHE_HOME: join(folder, "cache"), ...env },
    timeout: 60_000,
  });
}

/** Starts and stops a recorder, and says what it was told; ends by itself, as nothing holds it. */
const USE = `
const told = [];
const recorder = createRecorder({
  projectKey: "pk_x",
  apiHost: "http://127.0.0.1:1",
  onTrouble: ({ code }) => told.push(code),
});
await recorder.start();
recorder.event("something");
await recorder.stop();
console.log(JSON.stringify({ told, state: recorder.status.state }));
`;

describe("the packed package", () => {
  it("holds its modules and programs, and nothing of the sources", () => {
    const files = readdirSync(installed, { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.\w+$/.test(name),
    );
    expect(files.map((name) => name.replaceAll("\\\\", "/")).sort()).toMatchInlineSnapshot(`
      [
        "README.md",
        "bin/reeltime-desktop.mjs",
        "dist/capture-helper.mjs",
        "dist/cli.js",
        "dist/electron-capture-helper.mjs",
        "dist/electron-preload.cjs",
        "dist/electron.cjs",
        "dist/electron.js",
        "dist/index.cjs",
        "dist/index.js",
        "dist/input-helper.mjs",
        "dist/types/electron/index.d.cts",
        "dist/types/electron/index.d.ts",
        "dist/types/electron/types.d.cts",
        "dist/types/electron/types.d.ts",
        "dist/types/geometry.d.cts",
        "dist/types/geometry.d.ts",
        "dist/types/index.d.cts",
        "dist/types/index.d.ts",
        "dist/types/recorder/create-recorder.d.cts",
        "dist/types/recorder/create-recorder.d.ts",
        "dist/types/types.d.cts",
        "dist/types/types.d.ts",
        "package.json",
      ]
    `);
  });

  it("needs the native parts and x11, and nothing else", () => {
    const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
      dependencies: object;
    };
    expect(Object.keys(dependencies)).toEqual(["node-screenshots", "sharp", "uiohook-napi", "x11"]);
    for (const name of readdirSync(join(installed, "dist")).filter((name) => /\.[cm]?js$/.test(name))) {
      const code = readFileSync(join(installed, "dist", name), "utf8");
      // With a dot before it, it is a method of some object.
      const imported = [...code.matchAll(/(?<!\.)\b(?:from|import|require)\s*\(?\s*"([^"]+)"/g)].map(
        ([, from]) => from ?? "",
      );
      const others = imported.filter((from) => !from.startsWith("node:") && from !== "electron");
      expect([name, others.filter((from) => !Object.keys(dependencies).includes(from))]).toEqual([name, []]);
    }
  });

  it.each([
    ["import", "use.mjs", `import { createRecorder } from "@reeltime/desktop";${USE}`],
    [
      "require",
      "use.cjs",
      `const { createRecorder } = require("@reeltime/desktop"); (async () => {${USE}})();`,
    ],
  ])("%ss where there is no screen, and says so without ending its host", (_how, name, text) => {
    const { status, signal, stdout, stderr } = run(name, text);
    expect([status, signal, stderr]).toEqual([0, null, ""]);
    const { told, state } = JSON.parse(stdout) as { told: readonly string[]; state: string };
    expect(told).toEqual(["no_display"]);
    expect(state).toBe("stopped");
  });

  it("loads no native part in its host", () => {
    const { stdout } = run(
      "loads.cjs",
      `const { createRecorder } = require("@reeltime/desktop");
      createRecorder({ projectKey: "pk_x", apiHost: "http://127.0.0.1:1" });
      console.log(Object.keys(require.cache).filter((path) => !path.includes("@reeltime") && !path.endsWith("loads.cjs")).join());`,
    );
    expect(stdout.trim()).toBe("");
  });

  it("has a command that says its version", () => {
    const { bin } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
      bin: Record<string, string>;
    };
    const said = execFileSync(join(installed, bin["reeltime-desktop"] ?? ""), ["--version"], {
      encoding: "utf8",
    });
    expect(said.trim()).toBe("0.1.0");
  });

  it.each(["import", "require"])("has types that stand on themselves, for %s", (how) => {
    const project = join(folder, `types-${how}`);
    mkdirSync(project);
    writeFileSync(
      join(project, "package.json"),
      JSON.stringify({ type: how === "import" ? "module" : "commonjs" }),
    );
    writeFileSync(
      join(project, "use.ts"),
      `import { createRecorder, type Recorder, type Trouble } from "@reeltime/desktop";
import { createRecorder as inElectron } from "@reeltime/desktop/electron";
const recorder: Recorder = createRecorder({
  projectKey: "pk_x",
  apiHost: "https://replay.example.com",
  denyWindows: ["Passwords", { app: /bank/i }],
  target: { kind: "window", title: "Notes" },
  onTrouble: ({ code, message }: Trouble) => void [code, message],
});
const url: string | undefined = recorder.getSessionUrl();
const preload: string = inElectron({ projectKey: "pk_x", apiHost: "https://replay.example.com" }).preloadPath;
// @ts-expect-error a misspelt option
createRecorder({ projectKey: "pk_x", apiHost: "", denyWindow: [] });
void [url, preload];
`,
    );
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          module: "NodeNext",
          target: "ES2022",
          lib: ["ES2022"],
          types: [],
          noEmit: true,
        },
        files: ["use.ts"],
      }),
    );
    const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", project], { encoding: "utf8" });
    expect([stdout, status]).toEqual(["", 0]);
  });
});
