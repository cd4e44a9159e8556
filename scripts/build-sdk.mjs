import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { patchedRrweb, RRWEB_PRIVATE_PROPERTIES } from "./patch-rrweb.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Properties that only our own objects have, which the snippet's script shortens. A name may be listed when no browser
 * object, no JSON (requests, answers, storage) and no option of `init` has it; `sdk-browser/test` checks the first two.
 */
export const PRIVATE_PROPERTIES = [
  ..."askCheckout atMs beat chance clearTimer clock codec createWriter deflate describe events".split(" "),
  ..."exclusive facts firstMs fromMs inputMs keyId lastMs leave loadSession maxQueueBytes onAck onEnd".split(
    " ",
  ),
  ..."onOpen packing rawBytes resend saveSession setTimer setUnseen toMs wake why writer".split(" "),
  ..."firstNumber held isFull keep letGo prepare startMs keeper".split(" "),
];

const common = {
  bundle: true,
  target: "es2022",
  conditions: ["reeltime-source"],
  legalComments: "none",
  write: false,
  logLevel: "warning",
};

const textOf = async (options) => (await build({ ...common, ...options })).outputFiles[0].text;

/** The format's constants as plain numbers: esbuild keeps an unused `15 * 60 * 1000`, in case it throws. */
const plainLimits = {
  name: "plain-limits",
  setup(builder) {
    builder.onLoad(
      { filter: /[\\/](protocol|uploader|sdk-browser[\\/]src)[\\/]limits\.ts$/ },
      async ({ path }) => {
        const { code } = await transform(await readFile(path, "utf8"), { loader: "ts" });
        const limits = await import(`data:text/javascript,${encodeURIComponent(code)}`);
        return {
          contents: Object.entries(limits)
            .map(([name, value]) => `export const ${name} = ${value};`)
            .join("\n"),
        };
      },
    );
  },
};

/** Our own code of an entry, as one module that imports rrweb and nothing else. */
const ownModule = (entry, options) =>
  textOf({
    entryPoints: [`${root}sdk-browser/src/${entry}.ts`],
    format: "esm",
    external: ["rrweb"],
    plugins: [plainLimits],
    ...options,
  });

const mangled = { minify: true, mangleProps: new RegExp(`^(${PRIVATE_PROPERTIES.join("|")})$`) };

/** All our code, as the snippet's script holds it: rrweb alone is left out. */
export const ownBundle = () => ownModule("global", mangled);

/** The page's part of it: without the uploader and the format, which the desktop SDK shares. */
export const pageBundle = () =>
  ownModule("global", { ...mangled, external: ["rrweb", "@reeltime/recorder/*"] });

/** The npm twin: our own code in one readable module that imports rrweb and nothing else. */
export const moduleBundle = () => ownModule("index", {});

/** The snippet's script: rrweb's recorder and our own code in one classic script. */
export const snippetBundle = async () => {
  const [own, rrweb] = await Promise.all([ownBundle(), patchedRrweb()]);
  return textOf({
    stdin: { contents: own, resolveDir: `${root}sdk-browser` },
    minify: true,
    mangleProps: new RegExp(`^(${RRWEB_PRIVATE_PROPERTIES.join("|")})$`),
    format: "iife",
    tsconfigRaw: { compilerOptions: { target: "ES2022", useDefineForClassFields: false } },
    plugins: [
      {
        name: "patched-rrweb",
        setup(builder) {
          // As TypeScript, whose older rule leaves out class fields without a value.
          builder.onLoad({ filter: /[\\/]rrweb[\\/]dist[\\/]rrweb\.js$/ }, () => ({
            contents: rrweb,
            loader: "ts",
          }));
        },
      },
    ],
  });
};

/** Writes `sdk-browser/dist/recorder.js` (the snippet's script) and `dist/index.js` (the npm twin). */
export async function buildSdk() {
  const dist = `${root}sdk-browser/dist`;
  await mkdir(dist, { recursive: true });
  await writeFile(`${dist}/recorder.js`, await snippetBundle());
  await writeFile(`${dist}/index.js`, await moduleBundle());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSdk();
