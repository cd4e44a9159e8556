import { createSessionId, parseProjectId } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { createSessionTokens } from "../../src/tokens/session-token.js";
import { createSigner } from "../../src/tokens/signer.js";

const SECRET = "a secret of thirty-two characters";
const LIFE_MS = 1_000;
const session = {
  project: parseProjectId("default"),
  sessionId: createSessionId(1_700_000_000_000, new Uint8Array(10).fill(7)),
};

describe("session tokens", () => {
  it("say which session they are for and until when", () => {
    const tokens = createSessionTokens(SECRET, LIFE_MS);
    const token = tokens.issue(session, 5_000);
    expect(tokens.read(token)).toEqual({ session, expiresMs: 6_000 });
    expect(createSessionTokens(SECRET, LIFE_MS).read(token)).toEqual({ session, expiresMs: 6_000 });
  });

  it("are old past half their life", () => {
    const tokens = createSessionTokens(SECRET, LIFE_MS);
    const grant = tokens.read(tokens.issue(session, 0));
    if (grant === undefined) return expect.unreachable();
    expect(tokens.isOld(grant, 500)).toBe(false);
    expect(tokens.isOld(grant, 501)).toBe(true);
  });

  it("are nobody's when a single character differs, anywhere", () => {
    const tokens = createSessionTokens(SECRET, LIFE_MS);
    const token = tokens.issue(session, 0);
    for (let index = 0; index < token.length; index++) {
      const other = token[index] === "A" ? "B" : "A";
      expect(tokens.read(token.slice(0, index) + other + token.slice(index + 1))).toBeUndefined();
    }
    for (const text of [
      "",
      ".",
      "..",
      token.slice(0, -1),
      `${token}A`,
      token.replace(".", ""),
      "A".repeat(5_000),
    ]) {
      expect(tokens.read(text)).toBeUndefined();
    }
  });

  it("are worth nothing under another secret, and what is signed for another purpose is no token", () => {
    const token = createSessionTokens(SECRET, LIFE_MS).issue(session, 0);
    expect(createSessionTokens(`${SECRET}!`, LIFE_MS).read(token)).toBeUndefined();
    const [payload = ""] = token.split(".");
    const cookie = createSigner(SECRET, "sign-in cookie").sign(Buffer.from(payload, "base64url").toString());
    expect(createSessionTokens(SECRET, LIFE_MS).read(cookie)).toBeUndefined();
  });
});
