import type { ButtonEvent, KeyEvent, PointerEvent, WheelEvent } from "@reeltime/recorder/protocol";
import { countUpTo, insertByTime } from "../../store/sorted.js";
import {
  GLIDE_MS,
  KEEP_INPUTS_MS,
  KEY_MS,
  MAX_INPUTS,
  MAX_KEYS,
  MAX_RIPPLES,
  RIPPLE_MS,
  WHEEL_MS,
} from "./limits.js";

/** What a user does to a picture. */
export type PictureInput = PointerEvent | ButtonEvent | WheelEvent | KeyEvent;
type Placed = PointerEvent | ButtonEvent | WheelEvent;

/** A place of a picture, in its pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** What is drawn over a picture at one moment; it depends on that moment alone, not on what was drawn before. */
export interface InputMarks {
  /** Where the pointer is, and since when it has been in this picture at all; `undefined` before it was. */
  readonly pointer: (Place & { readonly seenMs: number }) | undefined;
  /** A button is held. */
  readonly pressed: boolean;
  /** Clicks that are still seen; `age` goes from 0 to 1. */
  readonly ripples: readonly (Place & {
    readonly button: number;
    readonly age: number;
    readonly id: number;
  })[];
  /** The wheel turns, this way. */
  readonly wheel: { readonly deltaX: number; readonly deltaY: number; readonly age: number } | undefined;
  /** Keys that are still seen, the oldest first. */
  readonly keys: readonly { readonly key: string; readonly age: number; readonly id: number }[];
}

const byTime = ({ atMs }: PictureInput): number => atMs;

/** The inputs of one picture around the playhead, and what of them is seen at a time. */
export class InputTrack {
  /** In the order of time. */
  #placed: Placed[] = [];
  #keys: KeyEvent[] = [];

  /** Begins anew with what happened up to a time. */
  open(inputs: readonly PictureInput[], atMs: number): void {
    this.#placed = [];
    this.#keys = [];
    this.add(inputs);
    this.forget(atMs);
  }

  /** Takes further inputs, in whichever order they come. */
  add(inputs: readonly PictureInput[]): void {
    for (const input of inputs)
      if (input.type === "key") insertByTime(this.#keys, input, byTime);
      else insertByTime(this.#placed, input, byTime);
    if (this.#placed.length > MAX_INPUTS) this.#placed.splice(0, this.#placed.length - MAX_INPUTS);
    if (this.#keys.length > MAX_INPUTS) this.#keys.splice(0, this.#keys.length - MAX_INPUTS);
  }

  /** Lets go of what can no longer be seen at a time or after it. */
  forget(atMs: number): void {
    const fromMs = atMs - KEEP_INPUTS_MS;
    // The last place stays, however old, and what is held down there.
    const last = countUpTo(this.#placed, fromMs, byTime) - 1;
    if (last > 0) this.#placed.splice(0, this.#heldSince(last));
    this.#keys.splice(0, countUpTo(this.#keys, fromMs, byTime));
  }

  /** What is seen at a time. */
  at(atMs: number): InputMarks {
    const count = countUpTo(this.#placed, atMs, byTime);
    const recent = this.#placed.slice(
      countUpTo(this.#placed, atMs - Math.max(RIPPLE_MS, WHEEL_MS), byTime),
      count,
    );
    const wheel = recent[lastOf(recent, "wheel")];
    return {
      pointer: this.#pointer(count, atMs),
      pressed: this.#pressed(count),
      ripples: recent
        .filter((input) => input.type === "button")
        .filter(({ down, atMs: pressedMs }) => down && atMs - pressedMs < RIPPLE_MS)
        .slice(-MAX_RIPPLES)
        .map(({ x, y, button, atMs: id }) => ({ x, y, button, age: (atMs - id) / RIPPLE_MS, id })),
      wheel:
        wheel?.type === "wheel" && atMs - wheel.atMs < WHEEL_MS
          ? { deltaX: wheel.deltaX, deltaY: wheel.deltaY, age: (atMs - wheel.atMs) / WHEEL_MS }
          : undefined,
      keys: this.#keys
        .slice(countUpTo(this.#keys, atMs - KEY_MS, byTime), countUpTo(this.#keys, atMs, byTime))
        .slice(-MAX_KEYS)
        .map(({ key, atMs: id }) => ({ key, age: (atMs - id) / KEY_MS, id })),
    };
  }

  /** It glides to its next place just before it is seen there: between two places of one movement, evenly. */
  #pointer(count: number, atMs: number): InputMarks["pointer"] {
    const last = this.#placed[count - 1];
    if (last === undefined) return undefined;
    const next = this.#placed[count];
    const here = { x: last.x, y: last.y, seenMs: last.atMs };
    if (next === undefined) return here;
    const leavesMs = Math.max(last.atMs, next.atMs - GLIDE_MS);
    const way = Math.max(0, atMs - leavesMs) / Math.max(1, next.atMs - leavesMs);
    return { ...here, x: last.x + (next.x - last.x) * way, y: last.y + (next.y - last.y) * way };
  }

  #pressed(count: number): boolean {
    const last = this.#placed[lastOf(this.#placed, "button", count)];
    return last?.type === "button" && last.down;
  }

  #heldSince(last: number): number {
    const button = lastOf(this.#placed, "button", last + 1);
    const held = this.#placed[button];
    return held?.type === "button" && held.down ? button : last;
  }
}

/** Where the last of a kind is among the first `count`; -1 when there is none. */
function lastOf(inputs: readonly Placed[], type: Placed["type"], count = inputs.length): number {
  for (let index = count - 1; index >= 0; index--) if (inputs[index]?.type === type) return index;
  return -1;
}
