import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "sdk-desktop", "src");

/** What stays outside: the native parts, and x11, which are loaded where they are first needed; and Electron, which is its app's own. */
export const EXTERNAL = ["electron", "node-screenshots", "sharp", "uiohook-napi", "x11"];

/** The package's programs and modules: the file in `dist`, from which source, for `import` or `require`. */
const OUTPUTS = [
  { file: "index.js", entry: "index.ts", format: "esm" },
  { file: "index.cjs", entry: "index.ts", format: "cjs" },
  { file: "electron.js", entry: "electron/index.ts", format: "esm" },
  { file: "electron.cjs", entry: "electron/index.ts", format: "cjs" },
  // Named by their kind, as an Electron app's archive may part them from the package.json that would say it.
  { file: "capture-helper.mjs", entry: "capture/main.ts", format: "esm" },
  { file: "input-helper.mjs", entry: "input/main.ts", format: "esm" },
  { file: "electron-capture-helper.mjs", entry: "electron/capture-main.ts", format: "esm" },
  // A preload in a sandbox can be nothing else.
  { file: "electron-preload.cjs", entry: "electron/preload.ts", format: "cjs" },
  { file: "cli.js", entry: "cli/main.ts", format: "esm" },
];

/** The declarations that `import` and `require` of the package show. They stand on one another alone. */
const DECLARATIONS = [
  "index",
  "types",
  "geometry",
  "recorder/create-recorder",
  "electron/index",
  "electron/types",
];

/** msgpackr without the native part that it would look for. */
const plainMsgpackr = { msgpackr: join(root, "node_modules", "msgpackr", "index.js") };

const bundle = ({ file, entry, format }, outDir) =>
  build({
    entryPoints: [join(source, entry)],
    outfile: join(outDir, file),
    bundle: true,
    platform: "node",
    target: "node20",
    format,
    conditions: ["reeltime-source"],
    external: EXTERNAL,
    alias: plainMsgpackr,
    legalComments: "none",
    logLevel: "warning",
    // Modules find the programs beside them by their own address, which `require` has another word for.
    ...(format === "cjs" && {
      define: { "import.meta.url": "moduleAddress" },
      banner: { js: 'const moduleAddress = require("node:url").pathToFileURL(__filename).href;' },
    }),
  });

/**
 * Writes the desktop SDK's modules and programs, without its declarations, which `tsc -b` writes.
 * @param outDir inside the package, from where the native parts resolve; default `sdk-desktop/dist`
 */
export async function buildDesktop(outDir = join(root, "sdk-desktop", "dist")) {
  await mkdir(outDir, { recursive: true });
  await Promise.all(
    OUTPUTS.filter(({ entry }) => existsSync(join(source, entry))).map((output) => bundle(output, outDir)),
  );
  // Its terms ask for it wherever it is copied to.
  await copyFile(join(root, "node_modules", "msgpackr", "LICENSE"), join(outDir, "LICENSE-msgpackr"));
}

/** Writes the declarations once more as `require` reads them, beside those that `tsc -b` wrote. */
export async function writeRequiredTypes() {
  const types = join(root, "sdk-desktop", "dist", "types");
  for (const name of DECLARATIONS) {
    const text = await readFile(join(types, `${name}.d.ts`), "utf8");
    const file = join(types, dirname(name), `${basename(name)}.d.cts`);
    await writeFile(file, text.replace(/(from ")(\.[^"]+)\.js"/g, '$1$2.cjs"'));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildDesktop();
  await writeRequiredTypes();
}
