import type { Fetch } from "./fetch.js";
import { Observable } from "./observable.js";

/** Whether somebody is signed in, as far as the last answers tell. */
export type SignedIn = "unknown" | "yes" | "no";

/**
 * Notices in any answer that nobody is signed in (any more), so that no screen has to look for it. The answer to
 * signing in itself is left alone: a wrong key is said where it was typed.
 */
export class SignInState {
  readonly state = new Observable<SignedIn>("unknown");
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** The given `fetch`, watched. */
  readonly fetch: Fetch = async (input, init) => {
    const response = await this.#fetch(input, init);
    if (response.status === 401 && !input.endsWith("/sign-in")) this.state.set("no");
    return response;
  };
}
