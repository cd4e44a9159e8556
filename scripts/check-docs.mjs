/** Every exported symbol has a doc comment. Re-exports have theirs where they are declared. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = ["recorder", "s2-lite", "server", "player", "sdk-browser", "sdk-desktop"];
const declares =
  /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) \*?([\w$]+)/;

const sources = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.ts$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [path] : [];
  });

let missing = 0;
for (const file of packages.flatMap((name) => sources(join(root, name, "src")))) {
  const lines = readFileSync(file, "utf8").split("\n");
  const documented = new Set();
  lines.forEach((line, index) => {
    const name = declares.exec(line)?.[1];
    if (name === undefined || documented.has(name)) return;
    let above = index - 1;
    while (above >= 0 && /^(@[\w.]+(\(.*\))?|\/\/.*)$/.test(lines[above])) above -= 1;
    if (above >= 0 && lines[above].endsWith("*/")) {
      documented.add(name);
      return;
    }
    console.log(`${relative(root, file)}:${index + 1} ${name} has no doc comment`);
    missing += 1;
  });
}
process.exit(missing === 0 ? 0 : 1);
