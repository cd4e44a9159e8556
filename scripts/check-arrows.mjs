/**
 * The arrows of docs/ARCHITECTURE.md are lint rules. A rule that never fires guards nothing, so each is
 * given one import that it must refuse and one that it must let through.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");

/** [a file that would import, what it must not, what it may] */
const arrows = [
  ["recorder/src/protocol/probe.ts", "../recorder.js", "./ids.js"],
  ["recorder/src/protocol/probe.ts", "msgpackr", "./limits.js"],
  ["recorder/src/protocol/msgpack-reader.ts", "@s2-dev/streamstore", "msgpackr"],
  ["recorder/src/uploader/probe.ts", "../recorder.js", "../protocol/page.js"],
  ["recorder/src/uploader/probe.ts", "@s2-dev/streamstore", "./draft.js"],
  ["recorder/src/probe.ts", "./uploader/index.js", "./protocol/index.js"],
  ["recorder/src/probe.ts", "@s2-dev/streamstore", "node:crypto"],
  ["recorder/src/s2.ts", "express", "@s2-dev/streamstore"],
  ["server/src/probe.ts", "@reeltime/player", "@reeltime/recorder"],
  ["server/src/probe.ts", "@s2-dev/streamstore", "@reeltime/recorder/protocol"],
  ["server/src/probe.ts", "@reeltime/s2-lite", "node:child_process"],
  ["server/src/probe.ts", "libsql", "zod"],
  ["server/src/probe.ts", "express", "./http/express.js"],
  ["server/src/http/express.ts", "libsql", "express"],
  ["server/src/catalog/sqlite.ts", "express", "libsql"],
  ["server/src/export/probe.ts", "fluent-ffmpeg", "./ffmpeg.js"],
  ["server/src/export/probe.ts", "sharp", "./webp.js"],
  ["server/src/export/ffmpeg.ts", "sharp", "fluent-ffmpeg"],
  ["server/src/export/webp.ts", "fluent-ffmpeg", "sharp"],
  ["player/src/elements/probe.ts", "@reeltime/recorder", "@reeltime/recorder/protocol"],
  ["player/src/elements/probe.ts", "rrweb", "lit"],
  ["player/src/elements/probe.ts", "eventsource-parser", "../store/index.js"],
  ["player/src/store/probe.ts", "lit", "../client/index.js"],
  ["player/src/store/probe.ts", "../elements/index.js", "./clock.js"],
  ["player/src/surfaces/dom-surface.ts", "@reeltime/server", "rrweb"],
  ["sdk-browser/src/probe.ts", "@reeltime/recorder/protocol", "@reeltime/recorder/protocol/page"],
  ["sdk-browser/src/probe.ts", "rrweb", "@reeltime/recorder/uploader"],
  ["sdk-browser/src/rrweb.ts", "msgpackr", "rrweb"],
  ["sdk-desktop/src/probe.ts", "@reeltime/recorder", "@reeltime/recorder/protocol"],
  ["sdk-desktop/src/capture/probe.ts", "sharp", "./messages.js"],
  ["sdk-desktop/src/capture/probe.ts", "node-screenshots", "../geometry.js"],
  ["sdk-desktop/src/capture/screens.ts", "sharp", "node-screenshots"],
  ["sdk-desktop/src/capture/webp.ts", "node-screenshots", "sharp"],
  ["sdk-desktop/src/input/uiohook.ts", "x11", "uiohook-napi"],
  ["sdk-desktop/src/x11/client.ts", "uiohook-napi", "x11"],
  ["sdk-desktop/src/electron/index.ts", "sharp", "electron"],
  ["s2-lite/src/probe.ts", "@reeltime/recorder/protocol", "node:http2"],
  ["s2-lite/src/probe.ts", "lmdb", "./errors.js"],
  ["s2-lite/conformance/records/probe.ts", "../../src/server.js", "@s2-dev/streamstore"],
  ["s2-lite/src/store/lmdb-store.ts", "@s2-dev/streamstore", "lmdb"],
];

/** Lints one import in each file, in a tree of its own; says which files are refused. */
function refused(imports) {
  const tree = mkdtempSync(join(tmpdir(), "reeltime-arrows-"));
  try {
    const config = JSON.parse(readFileSync(join(root, "biome.json"), "utf8"));
    writeFileSync(
      join(tree, "biome.json"),
      JSON.stringify({ ...config, $schema: undefined, vcs: undefined }),
    );
    for (const [file, specifier] of imports) {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), `import "${specifier}";\n`);
    }
    const args = [
      biome,
      "lint",
      "--only=style/noRestrictedImports",
      "--reporter=github",
      "--max-diagnostics=none",
    ];
    const { stdout } = spawnSync(process.execPath, args, { cwd: tree, encoding: "utf8" });
    return new Set(imports.map(([file]) => file).filter((file) => stdout.includes(`/${file},`)));
  } finally {
    rmSync(tree, { recursive: true });
  }
}

/** Rounds in which no file stands twice, so that each import is judged alone. */
function rounds(pairs) {
  const made = [];
  for (const pair of pairs) {
    const round = made.find((each) => !each.some(([file]) => file === pair[0]));
    if (round === undefined) made.push([pair]);
    else round.push(pair);
  }
  return made;
}

let wrong = 0;
for (const round of rounds(arrows.map(([file, forbidden]) => [file, forbidden]))) {
  const fired = refused(round);
  for (const [file, forbidden] of round.filter(([each]) => !fired.has(each))) {
    console.log(`${file} may import ${forbidden}, and must not`);
    wrong += 1;
  }
}
for (const round of rounds(arrows.map(([file, , allowed]) => [file, allowed]))) {
  const fired = refused(round);
  for (const [file, allowed] of round.filter(([each]) => fired.has(each))) {
    console.log(`${file} may not import ${allowed}, and must`);
    wrong += 1;
  }
}
console.log(`${arrows.length} arrows, ${wrong} wrong`);
process.exit(wrong === 0 ? 0 : 1);
