import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { readOptions } from "../../src/options.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const readme = readFileSync(join(root, "sdk-desktop", "README.md"), "utf8");
const folder = join(root, "sdk-desktop", ".cache", `readme-${process.pid}`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("shows code that compiles", () => {
  const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? "");
  expect(examples).toHaveLength(2);
  mkdirSync(folder, { recursive: true });
  examples.forEach((code, place) => {
    writeFileSync(join(folder, `example-${place}.ts`), code);
  });
  // A stand-in for what an app has of Electron's own types.
  writeFileSync(
    join(folder, "electron.d.ts"),
    `declare module "electron" {
  const app: { whenReady(): Promise<void> };
  class BrowserWindow { constructor(options: { webPreferences: { preload: string } }); }
}`,
  );
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../../tsconfig.json",
      compilerOptions: {
        composite: false,
        noEmit: true,
        types: ["node"],
        customConditions: ["reeltime-source"],
      },
      files: [...examples.keys()].map((place) => `example-${place}.ts`),
      include: ["electron.d.ts"],
      references: [],
    }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  expect(stdout.split("\n").filter((line) => line.includes("example-"))).toEqual([]);
});

it("names every option, and no other", () => {
  const table = readme.slice(readme.indexOf("## Options"), readme.indexOf("## What is hidden"));
  const named = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name ?? "");
  const read = readOptions({ projectKey: "pk_x", apiHost: "https://replay.example.com" });
  const settings = "settings" in read ? Object.keys(read.settings).filter((name) => name !== "rules") : [];
  expect([...named].sort()).toEqual([...settings, "denyWindows", "denyRectangles", "recordTitles"].sort());
});

it("has an agent whose page names every code of a trouble, and no other", () => {
  const page = readFileSync(join(root, "docs", "DESKTOP-AGENT.md"), "utf8");
  const types = readFileSync(join(root, "sdk-desktop", "src", "types.ts"), "utf8");
  const codes = (text: string | undefined, quote: string): readonly string[] =>
    [...(text ?? "").matchAll(new RegExp(`${quote}(\\w+)${quote}`, "g"))]
      .map(([, code]) => code ?? "")
      .sort();
  const known = codes(/type TroubleCode =([^;]+);/.exec(types)?.[1], '"');
  expect(known.length).toBeGreaterThan(10);
  // That one is an error of `start`.
  expect(codes(/is one of the SDK's: ([^.]+)\./.exec(page)?.[1], "`")).toEqual(
    known.filter((code) => code !== "invalid_options"),
  );
});
