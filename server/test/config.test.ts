import { describe, expect, it } from "vitest";
import { readConfig, StartError } from "../src/index.js";

const refusal = (env: Record<string, string>): StartError => {
  try {
    readConfig(env, "/here");
  } catch (error) {
    if (error instanceof StartError) return error;
  }
  throw new Error("the settings were taken");
};

describe("settings", () => {
  it("have a default each", () => {
    const config = readConfig({}, "/here");
    expect(config).toMatchObject({
      port: 8787,
      host: "127.0.0.1",
      dataDir: "/here/data",
      publicUrl: undefined,
      idleLimitMs: 30 * 60_000,
      sessionLimitMs: 24 * 3_600_000,
      s2: { type: "embedded", basin: "reeltime-data" },
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it("count as not set when empty", () => {
    expect(readConfig({ PORT: "", S2_ACCESS_TOKEN: "", REELTIME_PUBLIC_URL: "" }, "/here")).toEqual(
      readConfig({}, "/here"),
    );
  });

  it.each([
    ["PORT", "http"],
    ["PORT", "65536"],
    ["PORT", "80.5"],
    ["HOST", "not a host"],
    ["HOST", "fe80::1%eth0"],
    ["HOST", "1:2"],
    ["REELTIME_PUBLIC_URL", "replay.example.com"],
    ["REELTIME_PUBLIC_URL", "https://replay.example.com/path"],
    ["REELTIME_PUBLIC_URL", "ftp://replay.example.com"],
    ["REELTIME_HOSTS", "a b"],
    ["REELTIME_ORIGINS", "app.example.com"],
    ["REELTIME_ORIGINS", "https://app.example.com,https://*"],
    ["REELTIME_SECRET", "too-short"],
    ["REELTIME_IDLE_MINUTES", "soon"],
    ["REELTIME_IDLE_MINUTES", "0"],
    ["REELTIME_MAX_SESSION_HOURS", "169"],
    ["REELTIME_OPENS_PER_MINUTE", "0"],
    ["REELTIME_MAX_BYTES_IN_FLIGHT", "1000"],
    ["S2_BASIN", "short"],
    ["S2_BASIN", "Upper-Case-Name"],
    ["S2_ACCOUNT_ENDPOINT", "localhost:9000"],
    ["LOG_LEVEL", "loud"],
  ])("that are wrong are one line naming %s (%s), and exit 2", (name, value) => {
    const { message, exitCode } = refusal({ [name]: value });
    expect(message).toMatch(new RegExp(`^${name} must [^\\n]+$`));
    expect(exitCode).toBe(2);
    if (name === "REELTIME_SECRET") expect(message).not.toContain(value);
  });

  it("name the half of S2's endpoints that is missing", () => {
    const there = "http://127.0.0.1:9000";
    expect(refusal({ S2_ACCOUNT_ENDPOINT: there }).message).toBe(
      "S2_BASIN_ENDPOINT must be set too when S2_ACCOUNT_ENDPOINT is",
    );
    expect(refusal({ S2_BASIN_ENDPOINT: there, S2_ACCESS_TOKEN: "t" }).message).toBe(
      "S2_ACCOUNT_ENDPOINT must be set too when S2_BASIN_ENDPOINT is",
    );
  });

  it("choose S2 Cloud by the token alone and a self-hosted S2 by both endpoints", () => {
    expect(readConfig({ S2_ACCESS_TOKEN: "token", S2_BASIN: "my-basin" }, "/").s2).toEqual({
      type: "remote",
      access: { basin: "my-basin", accessToken: "token" },
    });
    const endpoints = { S2_ACCOUNT_ENDPOINT: "http://s2:80", S2_BASIN_ENDPOINT: "http://{basin}.s2:80/v1" };
    expect(readConfig(endpoints, "/").s2).toMatchObject({
      type: "remote",
      access: { accountEndpoint: "http://s2:80", basinEndpoint: "http://{basin}.s2:80/v1" },
    });
  });

  it("read lists, and a public address with or without its slash", () => {
    const config = readConfig(
      {
        REELTIME_HOSTS: "replay.example.com, replay.internal:8080",
        REELTIME_ORIGINS: "https://*.example.com,http://localhost:*",
        REELTIME_PUBLIC_URL: "https://Replay.example.com/",
      },
      "/",
    );
    expect(config.hosts).toEqual(["replay.example.com", "replay.internal:8080"]);
    expect(config.origins).toEqual(["https://*.example.com", "http://localhost:*"]);
    expect(config.publicUrl).toBe("https://replay.example.com");
  });
});
