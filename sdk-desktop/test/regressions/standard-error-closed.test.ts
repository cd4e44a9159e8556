/*
 * Cause: a trouble that no `onTrouble` hears was written to standard error as any text is. Where nobody reads that any more (a
 * launcher that has ended, a closed pipe), the stream's error went uncaught, and ended the app.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { bundleProgram } from "../support/bundle.js";

it("an app whose standard error nobody reads outlives a trouble", async () => {
  const module = await bundleProgram("recorder/troubles.ts");
  const app = `
    process.stdin.once("end", () => {
      new Troubles(undefined).add("capture", "no_display", "There is no screen.");
      setTimeout(() => process.exit(7), 200);
    });
    process.stdin.resume();`;
  const code = `import { Troubles } from ${JSON.stringify(module)};${app}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code]);
  child.stderr.destroy();
  await once(child.stderr, "close");
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([7, null]);
});
