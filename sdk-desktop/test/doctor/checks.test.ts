import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { isOneColour } from "../../src/doctor/one-colour.js";
import { checkNode, checkSystemLibrary } from "../../src/doctor/system-checks.js";
import { runTrial } from "../../src/doctor/trial.js";

const LINUX = { platform: "linux", architecture: "x64", nodeVersion: "v20.20.2", glibcVersion: "2.36" };
const CHILD = join(dirname(fileURLToPath(import.meta.url)), "trial-child.mjs");

describe("what is known of a machine", () => {
  it("is whether Node.js and the system are ones that the native parts run on", () => {
    expect(checkNode(LINUX).state).toBe("ok");
    expect(checkNode({ ...LINUX, nodeVersion: "v20.8.1" })).toMatchObject({ state: "trouble" });
    expect(checkNode({ ...LINUX, nodeVersion: "v18.20.0" }).advice).toContain("20.9");
    expect(checkNode({ ...LINUX, architecture: "ppc64" })).toMatchObject({ state: "trouble" });
    expect(checkSystemLibrary(LINUX).state).toBe("ok");
    expect(checkSystemLibrary({ ...LINUX, glibcVersion: "2.31" }).advice).toContain("Debian 12");
    expect(checkSystemLibrary({ ...LINUX, glibcVersion: undefined }).message).toContain("Alpine");
    expect(checkSystemLibrary({ ...LINUX, platform: "win32", glibcVersion: undefined }).state).toBe("ok");
  });

  it("is whether a picture is of one colour all over", () => {
    const pixels = Buffer.alloc(4 * 64, "abcd");
    expect(isOneColour({ pixels })).toBe(true);
    pixels[4 * 64 - 2] = 0;
    expect(isOneColour({ pixels })).toBe(false);
  });
});

describe("a trial in a child", () => {
  const attempt = (how: string) =>
    runTrial("input", { program: CHILD, words: [how], environment: process.env });

  it("tells what the child said, and ends it though it would stay", async () => {
    expect(await attempt("says")).toEqual({ kind: "ok", message: "input" });
  });

  it("ends a child that says nothing", { timeout: 20_000 }, async () => {
    expect(await attempt("waits")).toEqual({
      kind: "died",
      why: "it gave no answer in 10 seconds",
      lastWords: "",
    });
  });

  it("tells how a child died that could not say anything, and its last words", async () => {
    expect(await attempt("aborts")).toEqual({
      kind: "died",
      why: "it ended with SIGABRT",
      lastWords: "last words",
    });
  });
});
