import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Clock } from "../clock.js";
import { SIGN_IN_LIFE_MS } from "../limits.js";
import { createSigner } from "../tokens/signer.js";
import type { Control } from "./control.js";
import { hashReadKey } from "./keys.js";

/** How somebody is known to be allowed to read: by a signed-in browser's cookie, or by a read key. */
export type Reader =
  | { readonly by: "cookie"; readonly id: string; readonly untilMs: number }
  | { readonly by: "key" };

/** What {@link Readers} stands on. */
export interface ReadersOptions {
  readonly control: Control;
  readonly secret: string;
  /** How browsers reach the server: decides the cookie's name and whether it is `Secure`. */
  readonly publicUrl: string;
  readonly clock: Clock;
}

/** Who may read: keys, cookies, signing in and out. */
export class Readers {
  readonly #control: Control;
  readonly #signer: ReturnType<typeof createSigner>;
  readonly #clock: Clock;
  readonly #secure: boolean;
  readonly #name: string;

  constructor(options: ReadersOptions) {
    const url = new URL(options.publicUrl);
    this.#control = options.control;
    this.#signer = createSigner(options.secret, "sign-in cookie");
    this.#clock = options.clock;
    this.#secure = url.protocol === "https:";
    // Cookies do not know ports: without the port in its name, two servers on one machine sign each other out.
    this.#name = this.#secure ? "__Host-reeltime" : `reeltime-${url.port || "80"}`;
  }

  /** Whether a text is a read key. */
  isReadKey(key: string): boolean {
    // Looked up by hash, so the time it takes says nothing about the keys.
    return this.#control.state.readKeyHashes.includes(hashReadKey(key));
  }

  /** Who a request is from; `undefined` for nobody who may read. */
  of(request: IncomingMessage): Reader | undefined {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const key = /^Bearer +(rk_[A-Za-z0-9_-]{1,128})$/i.exec(authorization)?.[1];
      return key !== undefined && this.isReadKey(key) ? { by: "key" } : undefined;
    }
    const cookie = this.#cookieOf(request);
    const payload = cookie === undefined ? undefined : this.#signer.verify(cookie);
    if (payload === undefined) return undefined;
    const { i, e } = JSON.parse(payload) as { readonly i: string; readonly e: number };
    if (e <= this.#clock() || this.#control.state.signedOut.has(i)) return undefined;
    return { by: "cookie", id: i, untilMs: e };
  }

  /** A `Set-Cookie` value that signs a browser in. */
  signIn(): string {
    const payload = JSON.stringify({
      i: randomBytes(12).toString("base64url"),
      e: this.#clock() + SIGN_IN_LIFE_MS,
    });
    return this.#setCookie(this.#signer.sign(payload), SIGN_IN_LIFE_MS / 1000);
  }

  /** Makes a browser's cookie worthless, wherever it was copied to. Answers the `Set-Cookie` value that clears it. */
  async signOut(reader: Reader): Promise<string> {
    if (reader.by === "cookie") {
      const { id, untilMs } = reader;
      await this.#control.change((state) =>
        state.signedOut.has(id) ? [] : [{ type: "signed-out", atMs: this.#clock(), id, untilMs }],
      );
    }
    return this.#setCookie("", 0);
  }

  #setCookie(value: string, maxAgeSeconds: number): string {
    const secure = this.#secure ? "; Secure" : "";
    return `${this.#name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure}`;
  }

  #cookieOf(request: IncomingMessage): string | undefined {
    for (const pair of (request.headers.cookie ?? "").split(";")) {
      const equals = pair.indexOf("=");
      if (pair.slice(0, equals).trim() === this.#name) return pair.slice(equals + 1).trim();
    }
    return undefined;
  }
}
