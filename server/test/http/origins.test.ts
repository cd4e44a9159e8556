import { describe, expect, it } from "vitest";
import { LOCAL_ORIGINS, parseOriginPattern } from "../../src/http/origins.js";

const matches = (pattern: string, origin: string): boolean | undefined =>
  parseOriginPattern(pattern)?.matches(origin);

describe("origin patterns", () => {
  it.each([
    ["https://app.example.com", "https://app.example.com"],
    ["https://app.example.com:443", "https://app.example.com"],
    ["https://APP.example.com", "https://app.example.com"],
    ["https://*.example.com", "https://a.example.com"],
    ["https://*.example.com", "https://a.b.example.com"],
    ["http://localhost:*", "http://localhost"],
    ["http://localhost:*", "http://localhost:5173"],
    ["http://[::1]:*", "http://[::1]:8080"],
    ["http://10.0.0.7:8080", "http://10.0.0.7:8080"],
    ["chrome-extension://*.abc", "chrome-extension://x.abc"],
    ["null", "null"],
    ["*", "https://anything.test:1234"],
  ])("%s matches %s", (pattern, origin) => {
    expect(matches(pattern, origin)).toBe(true);
  });

  it.each([
    ["https://app.example.com", "http://app.example.com"],
    ["https://app.example.com", "https://app.example.com:8443"],
    ["https://app.example.com", "https://app.example.com.evil.test"],
    ["https://app.example.com", "https://evil.test/https://app.example.com"],
    ["https://*.example.com", "https://example.com"],
    ["https://*.example.com", "https://evilexample.com"],
    ["https://*.example.com", "https://.example.com.evil.test"],
    ["http://localhost:*", "http://localhost.evil.test"],
    ["http://localhost:*", "https://localhost"],
    ["https://app.example.com", "null"],
    ["http://localhost:*", ""],
  ])("%s does not match %s", (pattern, origin) => {
    expect(matches(pattern, origin)).toBe(false);
  });

  it.each([
    "",
    "example.com",
    "https://",
    "https://*",
    "https://a.*.com",
    "https://a.com/",
    "https://a.com:port",
  ])("%j is no pattern", (text) => {
    expect(parseOriginPattern(text)).toBeUndefined();
  });

  it("lets pages of this machine record into a fresh project, and no others", () => {
    const allowed = (origin: string) => LOCAL_ORIGINS.some((pattern) => matches(pattern, origin));
    for (const origin of [
      "http://localhost:3000",
      "http://127.0.0.1",
      "https://[::1]:8443",
      "http://shop.localhost:1",
    ]) {
      expect(allowed(origin)).toBe(true);
    }
    for (const origin of [
      "http://127.0.0.1.evil.test",
      "http://evil.test",
      "null",
      "http://localhost.evil.test",
    ]) {
      expect(allowed(origin)).toBe(false);
    }
  });
});
