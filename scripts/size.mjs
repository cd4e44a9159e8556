import { gzipSync } from "node:zlib";
import { ownBundle, pageBundle, snippetBundle } from "./build-sdk.mjs";

/** Bytes gzipped (level 9), as a page pays for them. A kilobyte is 1,000 bytes here: the stricter reading. */
const BUDGETS = [
  { name: "recorder.js, rrweb and all", target: 28_000, text: snippetBundle },
  { name: "sdk-browser's own code", target: 5_000, text: pageBundle },
  { name: "the same with the shared uploader and format", target: 6_700, text: ownBundle },
];

const results = await Promise.all(
  BUDGETS.map(async ({ name, target, text }) => {
    const value = gzipSync(await text(), { level: 9 }).length;
    return { name, value, unit: "bytes gzipped", target, ok: value < target };
  }),
);
for (const result of results) {
  const { name, value, unit, target, ok } = result;
  const line = `${ok ? "ok  " : "OVER"} ${name}: ${value} ${unit} of ${target}`;
  process.stdout.write(`${process.argv.includes("--json") ? JSON.stringify(result) : line}\n`);
}
if (results.some(({ ok }) => !ok)) process.exitCode = 1;
