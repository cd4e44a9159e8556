import { scanStore } from "./scan-store.js";

/** The scanning process of a check: one line of JSON on standard output, or one line of why not. */
const [dir] = process.argv.slice(2);
try {
  if (dir === undefined) throw new Error("the folder is missing");
  process.stdout.write(`${JSON.stringify(scanStore(dir))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
