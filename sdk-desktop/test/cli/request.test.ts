import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseRequest } from "../../src/cli/request.js";
import { COMMANDS } from "../../src/cli/usage.js";
import { VERSION } from "../../src/cli/version.js";
import { readOptions } from "../../src/options.js";

const RECORD = ["record", "--server", "https://replay.test/", "--key", "pk_1"];

/** What is wrong with these words. */
function complaint(...args: readonly string[]): string {
  try {
    parseRequest(args);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe("what the command line takes", () => {
  it("has all options of a recording", () => {
    const request = parseRequest([
      ...RECORD,
      ...["--duration", "30", "--fps", "5", "--mode", "video", "--target", "display:1", "--quality", "60"],
      ...["--max-kb", "100", "--user", "ada", "--no-titles", "--spool", "/tmp/spool"],
      ...["--deny", "vault", "--deny", "app:/^keepass/i", "--deny", "title:Bank"],
      ...["--deny-rect", "0,0,100,20", "--deny-rect=-5,10,30,40@HDMI-1"],
    ]);
    expect(request).toEqual({
      command: "record",
      durationMs: 30_000,
      options: {
        apiHost: "https://replay.test",
        projectKey: "pk_1",
        fps: 5,
        mode: "video",
        target: { kind: "display", id: 1 },
        quality: 60,
        maxBytesPerSecond: 100_000,
        user: { id: "ada" },
        recordTitles: false,
        spoolFolder: "/tmp/spool",
        denyWindows: ["vault", { app: /^keepass/i }, { title: "Bank" }],
        denyRectangles: [
          { x: 0, y: 0, width: 100, height: 20 },
          { x: -5, y: 10, width: 30, height: 40, display: "HDMI-1" },
        ],
      },
    });
    if (request.command !== "record") throw new Error("unreachable");
    expect(readOptions(request.options)).toHaveProperty("settings");
  });

  it("knows every kind of target", () => {
    const target = (text: string) => {
      const request = parseRequest([...RECORD, "--target", text]);
      return request.command === "record" ? request.options.target : undefined;
    };
    expect(target("displays")).toEqual({ kind: "displays" });
    expect(target("display:HDMI-1")).toEqual({ kind: "display", id: "HDMI-1" });
    expect(target("title:Editor")).toEqual({ kind: "window", title: "Editor" });
    expect(target("app:/term$/")).toEqual({ kind: "window", app: /term$/ });
    expect(target("pid:4711")).toEqual({ kind: "window", pid: 4711 });
    expect(target("handle:0x1c00003")).toEqual({ kind: "window", handle: 0x1c00003 });
  });

  it("says in one line what cannot be meant", () => {
    expect(complaint("film")).toBe("there is no command film: it is record, list, doctor or agent");
    expect(complaint(...RECORD, "--deney", "x")).toContain("--deney");
    expect(complaint("record", "--key", "pk_1")).toContain("--server is missing");
    expect(complaint("record", "--server", "https://a.test")).toContain("--key is missing");
    expect(complaint(...RECORD, "--fps", "31")).toBe("--fps 31 is no number from 1 to 30");
    expect(complaint(...RECORD, "--fps", "fast")).toContain("is no number");
    expect(complaint(...RECORD, "--duration", "0")).toContain("--duration");
    expect(complaint(...RECORD, "--mode", "film")).toContain("--mode film");
    expect(complaint(...RECORD, "--target", "window")).toContain("is no target");
    expect(complaint(...RECORD, "--target", "handle:red")).toContain("--target: red is no window handle");
    expect(complaint(...RECORD, "--deny", "/(/")).toContain("--deny: ");
    expect(complaint(...RECORD, "--deny", "title:")).toContain("--deny: ");
    expect(complaint(...RECORD, "--deny-rect", "1,2,3")).toContain("is no rectangle");
    expect(complaint(...RECORD, "--deny-rect", "-1,2,3,4")).toContain("write --deny-rect=VALUE");
    expect(complaint("record", "--server", "replay.test", "--key", "pk_1")).toContain("is no address");
    expect(complaint("doctor", "--sever", "x")).toContain("--sever");
    for (const said of [complaint("film"), complaint(...RECORD, "--deney", "x")])
      expect(said).not.toContain("\n");
  });

  it("shows help of everything and of each command, and the version that the package has", () => {
    expect(parseRequest([])).toEqual({ command: "help", of: undefined });
    expect(parseRequest(["help", "record"])).toEqual({ command: "help", of: "record" });
    for (const name of Object.keys(COMMANDS))
      expect(parseRequest([name, "--help"])).toEqual({ command: "help", of: name });
    expect(parseRequest(["--version"])).toEqual({ command: "version" });
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      readonly version: string;
    };
    expect(VERSION).toBe(version);
  });

  it("describes every option of a recording in its help", () => {
    const named = [...COMMANDS.record.matchAll(/--[a-z-]+/g)].map(([option]) => option);
    for (const option of named) {
      const value = option.startsWith("--no-") ? [] : ["1"];
      expect(complaint("record", option, ...value), option).not.toContain("Unknown option");
    }
  });
});
