import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.js";
import { SIGN_IN_CODE_LIFE_MS } from "../limits.js";

/** The code in the link that the program prints: one per start, good once. */
export class SignInCode {
  readonly #code = randomBytes(24).toString("base64url");
  readonly #clock: Clock;
  readonly #untilMs: number;
  #used = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#untilMs = clock() + SIGN_IN_CODE_LIFE_MS;
  }

  /** For the link. */
  get code(): string {
    return this.#code;
  }

  /** True once, for the right code, in time. */
  use(code: string): boolean {
    const given = Buffer.from(code);
    const own = Buffer.from(this.#code);
    const right = given.length === own.length && timingSafeEqual(given, own);
    if (!right || this.#used || this.#clock() >= this.#untilMs) return false;
    this.#used = true;
    return true;
  }
}
