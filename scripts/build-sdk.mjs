import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { patchedRrweb } from "./patch-rrweb.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const entry = (name) => `${root}sdk-browser/src/${name}.ts`;

const common = {
  bundle: true,
  target: "es2022",
  conditions: ["source"],
  legalComments: "none",
  write: false,
  logLevel: "warning",
};

/** rrweb, cut down to its recorder. */
const rrwebPlugin = {
  name: "patched-rrweb",
  setup(builder) {
    builder.onLoad({ filter: /node_modules[\\/]rrweb[\\/]dist[\\/]rrweb\.js$/ }, async () => ({
      contents: await patchedRrweb(),
      loader: "js",
    }));
  },
};

const textOf = async (options) => (await build({ ...common, ...options })).outputFiles[0].text;

/** The snippet's script: rrweb's recorder and our own code in one classic script. */
export const snippetBundle = () =>
  textOf({ entryPoints: [entry("global")], minify: true, format: "iife", plugins: [rrwebPlugin] });

/** Our own code alone, as the snippet's script holds it, rrweb left out. */
export const ownBundle = () =>
  textOf({ entryPoints: [entry("global")], minify: true, format: "esm", external: ["rrweb"] });

/** The npm twin: our own code in one readable module that imports rrweb and nothing else. */
export const moduleBundle = () =>
  textOf({ entryPoints: [entry("index")], format: "esm", external: ["rrweb"] });

/** Writes `sdk-browser/dist/recorder.js` (the snippet's script) and `dist/index.js` (the npm twin). */
export async function buildSdk() {
  const dist = `${root}sdk-browser/dist`;
  await mkdir(dist, { recursive: true });
  await writeFile(`${dist}/recorder.js`, await snippetBundle());
  await writeFile(`${dist}/index.js`, await moduleBundle());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSdk();
