import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSdk } from "../../scripts/build-sdk.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "reeltime-npm-"));
const installed = join(folder, "node_modules", "@reeltime", "browser");

beforeAll(async () => {
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b", "sdk-browser"], {
    cwd: root,
  });
  await buildSdk();
  execFileSync("npm", ["pack", "--pack-destination", folder, "--loglevel=error"], {
    cwd: join(root, "sdk-browser"),
  });
  execFileSync("tar", ["-xzf", join(folder, "reeltime-browser-0.1.0.tgz"), "-C", folder]);
  cpSync(join(folder, "package"), installed, { recursive: true });
  // What npm would install beside it: rrweb and what that needs.
  for (const name of ["rrweb", "@rrweb"])
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe("the packed npm twin", () => {
  it("depends on rrweb alone", () => {
    const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    expect(Object.keys(dependencies)).toEqual(["rrweb"]);
    const code = readFileSync(join(installed, "dist/index.js"), "utf8");
    const imported = [...code.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, name]) => name);
    expect(imported).toEqual(["rrweb"]);
  });

  it("imports in a process without a page, and does nothing there", () => {
    const script = `import * as twin from "@reeltime/browser"; console.log(Object.keys(twin).sort().join())`;
    writeFileSync(join(folder, "use.mjs"), script);
    const said = execFileSync(process.execPath, [join(folder, "use.mjs")], { encoding: "utf8" });
    expect(said.trim()).toBe(
      "SNIPPET,event,getSessionId,getSessionUrl,identify,init,pause,resume,start,stop",
    );
  });

  it("has types that stand on rrweb alone", () => {
    writeFileSync(
      join(folder, "use.ts"),
      `import { event, getSessionUrl, identify, init } from "@reeltime/browser";
init({ projectKey: "pk_x", apiHost: "https://replay.example.com", maskTextSelector: ".secret", sampling: { scroll: 100 } });
identify("u-1", { name: "Ada" });
event("paid", { amount: 12 });
const url: string | undefined = getSessionUrl();
// @ts-expect-error a setting of the wrong type
init({ projectKey: "pk_x", apiHost: "", maskAllInputs: "yes" });
void url;`,
    );
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          module: "NodeNext",
          target: "ES2022",
          lib: ["ES2022", "DOM"],
          types: [],
          noEmit: true,
          skipLibCheck: true,
        },
        files: ["use.ts"],
      }),
    );
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const check = (): string => execFileSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    expect(check).not.toThrow();
  });
});
