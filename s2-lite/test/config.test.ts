import { describe, expect, it } from "vitest";
import { parseProgramConfig } from "../src/config.js";

const parse = (...args: readonly string[]) => parseProgramConfig(args, {});
const ONE = "http://127.0.0.1:1";
const TWO = "http://127.0.0.1:2";

describe("the program's arguments", () => {
  it("serve a folder unless they say otherwise", () => {
    const expected = {
      command: "serve",
      dir: "d",
      port: 0,
      host: "127.0.0.1",
      parentWatch: false,
      cors: true,
    };
    expect(parse("--dir", "d", "--port", "0")).toEqual(expected);
    expect(parse("serve", "--dir", "d", "--port", "0")).toEqual(expected);
    const other = parse("--dir", "d", "--port", "65535", "--host", "::1", "--parent-watch", "--no-cors");
    expect(other).toEqual({ ...expected, port: 65_535, host: "::1", parentWatch: true, cors: false });
  });

  it("copy from one endpoint to another, with what is in the environment", () => {
    expect(parse("copy", "--from", ONE, "--to", `${TWO}/`)).toEqual({
      command: "copy",
      from: { url: ONE, token: undefined },
      to: { url: TWO, token: undefined },
      basin: undefined,
      toBasin: undefined,
      prefix: "",
    });
    const flags = ["--basin", "one-basin", "--to-basin", "two-basin", "--prefix", "session/"];
    const environment = { S2_FROM_ACCESS_TOKEN: "", S2_TO_ACCESS_TOKEN: "secret" };
    expect(parseProgramConfig(["copy", "--from", ONE, "--to", "cloud", ...flags], environment)).toEqual({
      command: "copy",
      from: { url: ONE, token: undefined },
      to: { url: "cloud", token: "secret" },
      basin: "one-basin",
      toBasin: "two-basin",
      prefix: "session/",
    });
  });

  it("may rename a basin on one endpoint", () => {
    const flags = ["--basin", "one-basin", "--to-basin", "two-basin"];
    expect(parse("copy", "--from", ONE, "--to", ONE, ...flags)).toMatchObject({ toBasin: "two-basin" });
  });

  it("check a folder", () => {
    expect(parse("check", "--dir", "d")).toEqual({ command: "check", dir: "d" });
  });

  it("ask for help or the version, with any command", () => {
    for (const args of [["--help"], ["-h"], ["copy", "--help"], ["check", "-h"], ["--dir", "d", "-h"]])
      expect(parse(...args)).toEqual({ command: "help" });
    expect(parse("--version")).toEqual({ command: "version" });
  });

  it.each([
    [[], "--dir is missing"],
    [["start"], "there is no command start: it is serve, copy or check"],
    [["--dir", "d"], "--port is missing"],
    [["--port", "1"], "--dir is missing"],
    [["--dir", "d", "--port", "65536"], "--port 65536 is not a port"],
    [["--dir", "d", "--port", "-1"], "Option '--port' argument is ambiguous"],
    [["--dir", "d", "--port", "0", "--host", ""], "--host is empty"],
    [["--dir", "d", "--port", "0", "--colour"], "Unknown option '--colour'"],
    [["--dir", "d", "--port", "0", "stray"], "Unexpected argument 'stray'"],
    [["copy"], "--from is missing"],
    [["copy", "--from", ONE], "--to is missing"],
    [["copy", "--from", "localhost:1", "--to", TWO], "--from localhost:1 is neither `cloud` nor an address"],
    [["copy", "--from", `${ONE}/v1`, "--to", TWO], `--from ${ONE}/v1 is neither`],
    [["copy", "--from", "ftp://x", "--to", TWO], "--from ftp://x is neither"],
    [["copy", "--from", ONE, "--to", `${ONE}/`], "--from and --to are the same endpoint"],
    [["copy", "--from", ONE, "--to", "cloud"], "--to cloud needs S2_TO_ACCESS_TOKEN"],
    [["copy", "--from", ONE, "--to", TWO, "--basin", "UPPER-CASE"], "--basin: basin name must be"],
    [["copy", "--from", ONE, "--to", TWO, "--to-basin", "two-basin"], "--to-basin needs --basin"],
    [["copy", "--from", ONE, "--to", TWO, "--prefix", "a\0"], "--prefix: stream prefix must not contain NUL"],
    [["copy", "--from", ONE, "--to", TWO, "--dir", "d"], "Unknown option '--dir'"],
    [["check"], "--dir is missing"],
    [["check", "--dir", "d", "--port", "1"], "Unknown option '--port'"],
  ] as const)("are refused in one line: %j", (args, why) => {
    const attempt = () => parse(...args);
    expect(attempt).toThrow(expect.objectContaining({ code: "bad_option" }));
    expect(attempt).toThrow(why);
    expect(attempt).toThrow(/^[^\n]*; see reeltime-s2-lite --help$/);
  });

  it("are refused with a token that no header can hold", () => {
    const attempt = () =>
      parseProgramConfig(["copy", "--from", ONE, "--to", TWO], { S2_FROM_ACCESS_TOKEN: "two words" });
    expect(attempt).toThrow("S2_FROM_ACCESS_TOKEN is no access token");
  });
});
