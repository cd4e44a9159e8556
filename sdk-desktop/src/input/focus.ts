import type { WindowsSnapshot } from "../windows/desktop-window.js";
import { RETITLE_EVERY_MS } from "./limits.js";
import { type Scope, type WindowWords, wordsOfActive } from "./scope.js";

/** Says which window has the keyboard, whenever it is another one or has another title; never of a denied window. */
export class FocusTeller {
  #handle: number | undefined;
  #title = "";
  #toldMs = Number.NEGATIVE_INFINITY;

  /** What is to be said, if something is. */
  look(scope: Scope, snapshot: WindowsSnapshot): (WindowWords & { readonly atMs: number }) | undefined {
    const words = wordsOfActive(scope, snapshot);
    if (words === undefined) {
      // Of which nothing may be said; who comes back from there is told again.
      this.forget();
      return undefined;
    }
    const { handle, title, app } = words;
    const isSame = handle === this.#handle;
    // Some apps write a clock or a progress into their title.
    if (isSame && (title === this.#title || snapshot.atMs - this.#toldMs < RETITLE_EVERY_MS))
      return undefined;
    this.#handle = handle;
    this.#title = title;
    this.#toldMs = snapshot.atMs;
    return { atMs: snapshot.atMs, title, app };
  }

  /** What was told last is to be told again. */
  forget(): void {
    this.#handle = undefined;
  }
}
