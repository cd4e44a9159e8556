import type { Point } from "../geometry.js";
import type { Input } from "./messages.js";
import type { Verdict } from "./scope.js";

/** What the pointer does. */
type PointerInput = Extract<Input, { readonly type: "pointer" | "button" | "wheel" }>;

/**
 * Keeps presses and releases in pairs. What is dragged out of a picture is followed; a release is told exactly when its
 * press was, and where it may not be said where it happened, it is told at the last place that was.
 */
export class Pressed {
  readonly #buttons = new Set<number>();
  #last: Point = { x: 0, y: 0 };

  /** What is told of this, given its verdict. */
  decide(input: PointerInput, verdict: Verdict): PointerInput | undefined {
    const isDrag = this.#buttons.size > 0;
    const isTold = verdict === "told" || (verdict === "outside" && isDrag);
    if (input.type === "button" && !input.down) {
      if (!this.#buttons.delete(input.button)) return undefined;
      return isTold ? this.#at(input) : { ...input, ...this.#last };
    }
    // A press or a turn of the wheel outside is no part of a drag.
    if (!isTold || (verdict === "outside" && input.type !== "pointer")) return undefined;
    if (input.type === "button") this.#buttons.add(input.button);
    return this.#at(input);
  }

  /** Forgets what is held. */
  forget(): void {
    this.#buttons.clear();
  }

  #at<T extends PointerInput>(input: T): T {
    this.#last = { x: input.x, y: input.y };
    return input;
  }
}
