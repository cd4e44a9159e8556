import { type Keyboard, KeyPolicy } from "./keys.js";
import type { Input } from "./messages.js";
import { MoveThinner } from "./thin.js";
import type { HookEvent } from "./uiohook.js";

/** What was heard, before it is judged. `typed`: a key of which nothing may be said. */
export type Heard = Input | { readonly type: "typed"; readonly atMs: number };

/** Turns what the hook hears into what may be told: moves thinned, keys in words or not at all. */
export class Hearing {
  readonly #thinner = new MoveThinner();
  readonly #keys = new KeyPolicy();

  /** What is known of the keys from now on. */
  set keyboard(keyboard: Keyboard | undefined) {
    this.#keys.keyboard = keyboard;
  }

  /** What is to be told of this, in order. */
  hear(event: HookEvent): readonly Heard[] {
    switch (event.type) {
      case "move": {
        const { atMs, x, y } = event;
        const move = this.#thinner.move({ atMs, x, y });
        return move === undefined ? [] : [{ type: "pointer", ...move }];
      }
      case "button":
        // A button that the system does not name is nothing a viewer could be shown.
        return [...this.due(), event.button > 0 ? event : { type: "typed", atMs: event.atMs }];
      case "wheel":
        return event.deltaX === 0 && event.deltaY === 0 ? [] : [...this.due(), event];
      case "press": {
        const meaning = this.#keys.press(event);
        if (meaning.kind === "nothing") return [];
        const { atMs } = event;
        return meaning.kind === "typed"
          ? [{ type: "typed", atMs }]
          : [{ type: "key", atMs, key: meaning.key }];
      }
      case "release":
        this.#keys.release(event);
        return [];
    }
  }

  /** When {@link due} has something to tell by itself; `undefined`: nothing is held. */
  get dueMs(): number | undefined {
    return this.#thinner.dueMs;
  }

  /** The move that is held. */
  due(): readonly Heard[] {
    const move = this.#thinner.take();
    return move === undefined ? [] : [{ type: "pointer", ...move }];
  }

  /** Forgets what is held: keys, and a move not told yet. */
  forget(): void {
    this.#keys.forget();
    this.#thinner.forget();
  }
}
