import { describe, expect, it } from "vitest";
import { descendants } from "../../src/capture/own-processes.js";
import { findNoDisplay, missingLibrary } from "../../src/capture/startup.js";
import type { PictureArea } from "../../src/geometry.js";

const named = (name: string): { displays: () => readonly PictureArea[] } => ({
  displays: () => [{ id: "1", name, source: "display", x: 0, y: 0, width: 1, height: 1, scale: 1 }],
});
const linux = { platform: "linux", display: ":0", waylandOnly: false };

describe("before anything is captured", () => {
  it("a display that answers is enough", () => {
    expect(findNoDisplay(named("eDP-1"), linux)).toBeUndefined();
    expect(
      findNoDisplay(named("Built-in"), { ...linux, platform: "darwin", display: undefined }),
    ).toBeUndefined();
  });

  it("the X display that Wayland has for old programs is none", () => {
    expect(findNoDisplay(named("XWAYLAND0"), linux)?.code).toBe("wayland");
  });

  it.each([
    [
      "libxcb.so.1: cannot open shared object file: No such file or directory",
      /libxcb\.so\.1.*apt-get install/,
    ],
    ["/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found", /C library is too old.*GLIBC_2\.34/],
    ["something else", /cannot be loaded.*something else/],
  ])("what is missing is named: %s", (message, said) => {
    expect(missingLibrary(new Error("Cannot find native binding", { cause: new Error(message) }))).toMatch(
      said,
    );
  });
});

describe("an app's own processes", () => {
  it("are itself, and what it and those started", () => {
    const parents = new Map([
      [14, 13],
      [13, 10],
      [10, 1],
      [12, 11],
      [11, 1],
    ]);
    expect(descendants(10, parents)).toEqual(new Set([10, 13, 14]));
  });
});
