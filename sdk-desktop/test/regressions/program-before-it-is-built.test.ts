/**
 * Cause: the package named a built file as its program. npm links programs while it installs, and passes over those that
 * are not there, as in a fresh checkout: `npx reeltime-desktop` then asked the registry for a package of that name.
 */
import { accessSync, constants, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

it.each(["sdk-desktop", "s2-lite"])("%s names programs that are there before anything is built", (name) => {
  const { bin } = JSON.parse(readFileSync(join(root, name, "package.json"), "utf8")) as {
    bin: Record<string, string>;
  };
  for (const file of Object.values(bin)) {
    expect(file).not.toMatch(/(^|\/)dist\//);
    accessSync(join(root, name, file), constants.X_OK);
  }
});
