/**
 * An X server may have several screens, of which `:0.1` names the second. What was captured was the one that is named, but
 * windows were always read from the first: those on the second were recorded whatever the rules said.
 */
import { expect, test } from "vitest";
import { createX11Source } from "../../src/windows/x11-source.js";
import { closedWithTest } from "../support/closed-with-test.js";
import { patternSeen } from "../support/masked-display.js";
import { startPattern } from "../support/pattern.js";
import { missingForX, serve, until } from "../support/x-server.js";

test.skipIf(missingForX.length > 0)("windows of a server's second screen are known there", async () => {
  const screens = ["-screen", "0", "400x300x24", "-screen", "1", "640x480x24"];
  const x = await closedWithTest(
    serve("Xvfb", ["-displayfd", "3", ...screens, "-nolisten", "tcp"], undefined, false),
  );
  const second = `${x.display}.1`;
  const source = await closedWithTest(createX11Source(second));
  await closedWithTest(
    startPattern(x, [
      { title: "Vault", app: ["vault", "Vault"], screen: 1, x: 200, y: 150 },
      { title: "Elsewhere", screen: 0 },
    ]),
  );
  await until(async () => (await patternSeen(second, source)) > 10_000, "the window is not on the screen");
  expect(await patternSeen(second, source, "vault")).toBe(0);
  const titles = (await source.snapshot()).windows.map(({ title }) => title);
  expect(titles).toContain("Vault");
  expect(titles).not.toContain("Elsewhere");
  await expect(createX11Source(`${x.display}.7`)).rejects.toThrow("no such screen");
});
