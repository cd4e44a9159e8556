import { CHARACTER_KEYS, LOCK_KEYS, MODIFIER_KEYS, SPECIAL_KEYS } from "./key-names.js";
import { CHORD_HOLD_MS, MAX_CHORDS_PER_HOLD } from "./limits.js";

/** A key that went down or up, as the hook tells it. */
export interface KeyStroke {
  /** The key's place, by libuiohook's numbers. */
  readonly keycode: number;
  /** By `monotonicMs`. */
  readonly atMs: number;
  /** By the hook's own clock, in whichever unit: only compared for being the same. */
  readonly hookTime: number;
  /** What the hook believes to be held. */
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly meta: boolean;
}

/**
 * What may be said of a key that went down. `named`: this, in words. `typed`: that somebody typed, and nothing else.
 * `nothing`: it meant nothing by itself.
 */
export type KeyMeaning =
  | { readonly kind: "named"; readonly key: string }
  | { readonly kind: "typed" }
  | { readonly kind: "nothing" };

/** What stands on a key, and whether that types: of the keyboard that is there, when it is known. */
export interface Keyboard {
  /** What a chord with this key is called, such as `Z` where an American keyboard has `Y`; `undefined` when not known. */
  nameOf(keycode: number): string | undefined;
  /** Whether some character is on this key, with whichever other keys held. */
  types(keycode: number): boolean;
  /** Whether this key is what its place says: a Ctrl or a Meta, not one that was made to choose other characters. */
  isModifier(keycode: number): boolean;
}

interface Hold {
  readonly sinceMs: number;
  chords: number;
  /** What is pressed with it now types characters by their numbers. */
  typesNumbers: boolean;
}

const TYPED = { kind: "typed" } as const;
const NOTHING = { kind: "nothing" } as const;

/**
 * Decides what may be said of each key. Letters, digits, punctuation, the space bar and the keypad are never named without
 * Ctrl or Meta; with Alt they never are, since Ctrl and Alt together are how many keyboards type `@` and `€`. What is not
 * known to type nothing counts as typed. A key that is held is named once, however often the keyboard repeats it.
 */
export class KeyPolicy {
  #keyboard: Keyboard | undefined;
  /** Of the keys like Ctrl and Meta that are held: only those whose press was seen make a chord. */
  readonly #holds = new Map<number, Hold>();
  readonly #held = new Set<number>();
  #released: { readonly keycode: number; readonly hookTime: number } | undefined;

  /** @param keyboard what is known of the keys; nothing, where the system does not say */
  constructor(keyboard?: Keyboard) {
    this.#keyboard = keyboard;
  }

  /** What is known of the keys from now on: they can be given others at any time. */
  set keyboard(keyboard: Keyboard | undefined) {
    this.#keyboard = keyboard;
  }

  /** A key went down. */
  press(stroke: KeyStroke): KeyMeaning {
    const { keycode, atMs } = stroke;
    const repeated = this.#isRepeat(stroke);
    this.#held.add(keycode);
    const modifier = MODIFIER_KEYS.get(keycode);
    if (modifier !== undefined) {
      const makesChords = modifier === "Ctrl" || modifier === "Meta";
      if (makesChords && !repeated && (this.#keyboard?.isModifier(keycode) ?? true))
        this.#holds.set(keycode, { sinceMs: atMs, chords: 0, typesNumbers: false });
      return NOTHING;
    }
    if (LOCK_KEYS.has(keycode)) return NOTHING;
    if (repeated) return TYPED;
    const special = SPECIAL_KEYS.get(keycode);
    if (special !== undefined && !(this.#keyboard?.types(keycode) ?? false))
      return { kind: "named", key: chordOf(stroke, special) };
    return this.#chord(stroke);
  }

  /** A key went up. */
  release({ keycode, hookTime }: Pick<KeyStroke, "keycode" | "hookTime">): void {
    this.#holds.delete(keycode);
    this.#held.delete(keycode);
    this.#released = { keycode, hookTime };
  }

  /** Forgets what is held: releases may have been missed. */
  forget(): void {
    this.#holds.clear();
    this.#held.clear();
    this.#released = undefined;
  }

  /** Some systems tell a repeat as one more press, others as a release and a press at the same time. */
  #isRepeat({ keycode, hookTime }: KeyStroke): boolean {
    if (this.#held.has(keycode)) return true;
    return this.#released?.keycode === keycode && this.#released.hookTime === hookTime;
  }

  #chord(stroke: KeyStroke): KeyMeaning {
    const { keycode, atMs, alt, ctrl, meta } = stroke;
    const place = CHARACTER_KEYS.get(keycode);
    if (place === undefined || alt || !(ctrl || meta)) return TYPED;
    const hold = [...this.#holds.entries()].find(
      ([key, { sinceMs, chords, typesNumbers }]) =>
        !typesNumbers &&
        (MODIFIER_KEYS.get(key) === "Ctrl" ? ctrl : meta) &&
        atMs - sinceMs <= CHORD_HOLD_MS &&
        chords < MAX_CHORDS_PER_HOLD,
    );
    if (hold === undefined) return TYPED;
    hold[1].chords++;
    const key = this.#keyboard?.nameOf(keycode) ?? place;
    // ISO 14755, as GTK and IBus have it: Ctrl+Shift+U, and the digits of a character's number while both are held.
    if (ctrl && stroke.shift && key === "U") for (const one of this.#holds.values()) one.typesNumbers = true;
    return { kind: "named", key: chordOf(stroke, key) };
  }
}

/** Such as `Ctrl+Shift+S`, always in this order. */
function chordOf({ ctrl, alt, shift, meta }: KeyStroke, key: string): string {
  return [ctrl && "Ctrl", alt && "Alt", shift && "Shift", meta && "Meta", key].filter(Boolean).join("+");
}
