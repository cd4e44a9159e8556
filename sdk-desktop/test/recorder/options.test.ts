import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { readOptions } from "../../src/options.js";

const least = { projectKey: "pk_x", apiHost: "https://replay.example.com" };
const wrong = (more: object): string | undefined => {
  const read = readOptions({ ...least, ...more });
  return "wrong" in read ? read.wrong : undefined;
};

describe("options", () => {
  it("have defaults", () => {
    expect(readOptions({ ...least, apiHost: "https://replay.example.com/" })).toEqual({
      settings: {
        projectKey: "pk_x",
        apiHost: "https://replay.example.com",
        sampleRate: 1,
        user: undefined,
        mode: "hybrid",
        target: { kind: "displays" },
        fps: 10,
        quality: 75,
        maxBytesPerSecond: 250_000,
        rules: { denyWindows: [], denyRectangles: [], recordTitles: true },
        spoolFolder: undefined,
        maxSpoolBytes: 268_435_456,
        onTrouble: undefined,
      },
    });
  });

  it.each<[string, object]>([
    ["a misspelt name", { denyWindow: ["x"] }],
    ["a name every object has", { toString: () => "" }],
    ["no key", { projectKey: "" }],
    ["no address", { apiHost: "replay.example.com" }],
    ["an address of another kind", { apiHost: "file:///etc" }],
    ["a share over 1", { sampleRate: 1.1 }],
    ["a user without an id", { user: { name: "Ada" } }],
    ["an unknown mode", { mode: "all" }],
    ["fps of 0", { fps: 0 }],
    ["fps of 31", { fps: 31 }],
    ["fps that is no number", { fps: Number.NaN }],
    ["half a quality", { quality: 7.5 }],
    ["too few bytes", { maxBytesPerSecond: 9_999 }],
    ["a rule that is not in a list", { denyWindows: "secret" }],
    ["an empty rule, which would mean every window", { denyWindows: [" "] }],
    ["a rule of nothing", { denyWindows: [{}] }],
    ["a rule with a misspelt part", { denyWindows: [{ titel: "x", app: "y" }] }],
    ["a rule that is null", { denyWindows: [null] }],
    ["257 rules", { denyWindows: Array(257).fill("x") }],
    ["a rectangle of no size", { denyRectangles: [{ x: 0, y: 0, width: 0, height: 1 }] }],
    [
      "a rectangle with a misspelt part",
      { denyRectangles: [{ x: 0, y: 0, width: 1, height: 1, screen: "a" }] },
    ],
    ["titles that are not yes or no", { recordTitles: "no" }],
    ["a spool of 4 MiB but one", { maxSpoolBytes: 4 * 1024 * 1024 - 1 }],
    ["a folder that is true", { spoolFolder: true }],
    ["a target without a kind", { target: {} }],
    ["a window that is none in particular", { target: { kind: "window" } }],
    ["a window with a misspelt part", { target: { kind: "window", name: "x" } }],
    ["a display that is none in particular", { target: { kind: "display" } }],
    ["all displays, and something else", { target: { kind: "displays", id: 1 } }],
  ])("that cannot be meant: %s", (_what, more) => {
    expect(wrong(more)).toMatch(/option/);
  });

  it.each<[string, object]>([
    ["a pattern of another realm", { denyWindows: [runInNewContext("/secret/i")] }],
    ["what is left undefined", { fps: undefined, target: undefined }],
    ["256 rules", { denyWindows: Array(256).fill("x") }],
    ["a window by its handle", { target: { kind: "window", handle: 0 } }],
    ["a display by its place", { target: { kind: "display", id: 0 } }],
    ["fps of 30", { fps: 30 }],
    ["fps of 1", { fps: 1 }],
  ])("that can: %s", (_what, more) => {
    expect(wrong(more)).toBeUndefined();
  });

  it.each([undefined, null, "pk_x", []])("that are no options at all: %j", (given) => {
    expect(readOptions(given)).toHaveProperty("wrong");
  });
});
