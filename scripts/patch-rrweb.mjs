import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { transform } from "esbuild";

/**
 * What the snippet bundle cuts out of rrweb's flat module before esbuild sees it. rrweb 2.2.2 is one file that
 * holds the recorder, the player and two copies of postcss, tied together by top-level statements that no
 * bundler may drop: 61 KB gzipped where the recorder alone is 22. Each cut removes what the recorder cannot
 * reach, or writes the same thing shorter; none changes what is recorded (`sdk-browser/test/browser` compares
 * the patched recorder with the stock one). A cut that finds nothing stops the build: rrweb has changed.
 */
const CUTS = [
  {
    why: "postcss is the player's: let a bundler drop both copies",
    find: /__toESM(\$\d)?\(\((\/\* @__PURE__ \*\/ __commonJSMin)/g,
    put: "__toESM$1(/* @__PURE__ */ ($2",
  },
  { why: "bare reads of postcss's exports", find: /^import_postcss(\$\d)?\.default(\.\w+)?;$/gm, put: "" },
  {
    why: "the one kept read of postcss is the player's too",
    find: /^var (postcss_default(?:\$\d)?) = (import_postcss(?:\$\d)?)\.default;$/gm,
    put: "var $1 = /* @__PURE__ */ (() => $2.default)();",
  },
  {
    why: "the warning around the departed global `mirror`, which the recorder does not export",
    find: /^if \(typeof window !== "undefined" && window\.Proxy && window\.Reflect\) _mirror = [\s\S]*?^\} \}\);$/gm,
    put: "",
  },
  {
    why: "three clocks for browsers without Date.now",
    find: /^if \(!\/\*@__PURE__\*\/ \/\[1-9\]\[0-9\]\{12\}\/\.test.*$/gm,
    put: "",
  },
  {
    why: "rrweb's snapshot half carries the same DOM accessors as its record half",
    find: /\bsrc_default\$2\b(?! =)/g,
    put: "src_default",
  },
  {
    why: "methods of `record` that only plugins' authors call",
    find: /^record\.(addCustomEvent|addAnnotation|freezePage) = [\s\S]*?^\};$/gm,
    put: "",
  },
  {
    why: "and the exports that stand for them",
    find: /^var \{ (addCustomEvent, addAnnotation|freezePage|takeFullSnapshot) \} = record;$/gm,
    put: "var $1;",
  },
  {
    why: "the states of the player's machine",
    find: /^\(function\(t\) \{\n\tt\[t\.NotStarted = 0\][\s\S]*?^\}\)\(n \|\| \(n = \{\}\)\);$/gm,
    put: "",
  },
  {
    why: "a recorder meets no virtual nodes",
    find: /n instanceof BaseRRNode && "shadowRoot" in n/g,
    put: "false",
  },
];

/**
 * Properties of the recorder's own objects, which a build may shorten: none is in an event, an option, a browser's
 * object or what plugins are given. One that rrweb also reaches by its name in quotes stops the build.
 */
export const RRWEB_PRIVATE_PROPERTIES = [
  ..."addLoadListener addShadowRoot addUnloadListener addedSet adoptStyleSheets attachIframe".split(" "),
  ..."attachLinkElement attributeMap crossOriginIframeMap crossOriginIframeRootIdMap droppedSet".split(" "),
  ..."flushPendingCanvasMutationFor flushPendingCanvasMutations genTextAreaValueMutation generateIdFn".split(
    " ",
  ),
  ..."idNodeMap idStyleMap iframeIdToRemoteIdMap iframeRemoteIdToIdMap inOtherBuffer".split(" "),
  ..."initCanvasFPSObserver initCanvasMutationObserver invokeId latestId loadListener mapRemoves".split(" "),
  ..."movedMap movedSet nodeMetaMap observeAttachShadow patchAttachShadow patchRootIdOnNode".split(" "),
  ..."pendingCanvasMutations processMutation rafStamps removeShadowRootsIn removesSubTreeCache".split(" "),
  ..."replaceIdOnNode replaceIds replaceStyleIds resetObservers restoreHandlers shadowDoms".split(" "),
  ..."startPendingCanvasMutationFlusher startRAFTimestamping styleIDMap trackLinkElement".split(" "),
  ..."trackStylesheetInLinkElement trackedLinkElements transformCrossOriginEvent unattachedDoc".split(" "),
  ..."unloadListener".split(" "),
];

/** rrweb's constants, written as the numbers they are. `MouseInteractions` is also read by name and stays. */
const ENUMS =
  /\b(EventType|IncrementalSource|NodeType(?:\$3)?|MediaInteractions|PointerTypes|CanvasContext)(?:\.(\w+)|\["(\w+)"\])(?! = \d)/g;

/** Reads rrweb's module and cuts it down to what `record` needs. Throws when a cut finds nothing to cut. */
export async function patchedRrweb() {
  const path = createRequire(import.meta.url)
    .resolve("rrweb")
    .replace(/rrweb\.cjs$/, "rrweb.js");
  return patchRrweb(await readFile(path, "utf8"));
}

/** Cuts the text of rrweb's module. Throws when a cut finds nothing to cut. */
export async function patchRrweb(stock) {
  let text = stock;
  for (const { why, find, put } of CUTS) {
    const cut = text.replace(find, put);
    if (cut === text) throw new Error(`rrweb has changed; this cut finds nothing: ${why}`);
    text = cut;
  }
  for (const name of RRWEB_PRIVATE_PROPERTIES) {
    if (new RegExp(`["'\`]${name}["'\`]`).test(text))
      throw new Error(`rrweb has changed; it says "${name}" in quotes`);
  }
  return inlineEnums(await minifyWorker(text));
}

/** The worker that encodes canvases is a string, so no minifier looks into it. */
async function minifyWorker(text) {
  const found = /^var jsContent = ("(?:[^"\\]|\\.)*");$/m.exec(text);
  if (found === null) throw new Error("rrweb has changed; its canvas worker is not found");
  const { code } = await transform(JSON.parse(found[1].replaceAll("\t", "\\t")), {
    minify: true,
    target: "es2020",
    legalComments: "none",
  });
  return text.replace(found[0], () => `var jsContent = ${JSON.stringify(code)};`);
}

function inlineEnums(text) {
  const values = new Map();
  for (const [, name, body] of text.matchAll(
    /^var (\w+(?:\$\d)?) = \/\* @__PURE__ \*\/ function\(\w+\) \{\n([\s\S]*?)\n\}\(\{\}\);$/gm,
  )) {
    for (const [, member, value] of body.matchAll(/\["(\w+)"\] = (\d+)\]/g))
      values.set(`${name}.${member}`, value);
  }
  return text.replace(
    ENUMS,
    (whole, name, dotted, quoted) => values.get(`${name}.${dotted ?? quoted}`) ?? whole,
  );
}
