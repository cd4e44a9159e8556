import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/** Signs small texts so that only a holder of the secret can have written them. */
export interface Signer {
  /** `base64url(payload).base64url(mac)`. */
  sign(payload: string): string;
  /** The payload of a signed text; `undefined` when it is not signed by us. Takes the same time either way. */
  verify(signed: string): string | undefined;
}

/**
 * A signer by HMAC-SHA-256 whose key is derived from the secret for one purpose, so that what is signed for
 * one is worth nothing for another.
 */
export function createSigner(secret: string, purpose: string): Signer {
  const key = Buffer.from(hkdfSync("sha256", secret, "reeltime", purpose, 32));
  const macOf = (text: string): Buffer => createHmac("sha256", key).update(text).digest();
  return {
    sign(payload) {
      const text = Buffer.from(payload).toString("base64url");
      return `${text}.${macOf(text).toString("base64url")}`;
    },
    verify(signed) {
      const dot = signed.indexOf(".");
      if (dot < 1) return undefined;
      const text = signed.slice(0, dot);
      const mac = signed.slice(dot + 1);
      // Compared as text: base64url has several spellings of the same bytes, and only ours is valid.
      const expected = Buffer.from(macOf(text).toString("base64url"));
      const given = Buffer.from(mac);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      return Buffer.from(text, "base64url").toString();
    },
  };
}
