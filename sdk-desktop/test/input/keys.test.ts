import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHARACTER_KEYS, LOCK_KEYS, MODIFIER_KEYS, SPECIAL_KEYS } from "../../src/input/key-names.js";
import { type Keyboard, KeyPolicy, type KeyStroke } from "../../src/input/keys.js";
import { CHORD_HOLD_MS, MAX_CHORDS_PER_HOLD } from "../../src/input/limits.js";

const CTRL = 0x1d;
const CTRL_RIGHT = 0xe1d;
const META = 0xe5b;
const ALT = 0x38;
const S = 0x1f;
const BACKSPACE = 0x0e;

/** A keyboard whose hook believes to be held what is. */
class Typist {
  readonly policy: KeyPolicy;
  readonly #held = new Set<number>();
  #atMs = 1_000;

  constructor(keyboard?: Keyboard) {
    this.policy = new KeyPolicy(keyboard);
  }

  stroke(keycode: number, change: Partial<KeyStroke> = {}): KeyStroke {
    const held = [...this.#held].map((key) => MODIFIER_KEYS.get(key));
    this.#atMs += 20;
    return {
      keycode,
      atMs: this.#atMs,
      hookTime: this.#atMs,
      ctrl: held.includes("Ctrl"),
      alt: held.includes("Alt"),
      shift: held.includes("Shift"),
      meta: held.includes("Meta"),
      ...change,
    };
  }

  down(keycode: number, change?: Partial<KeyStroke>) {
    this.#held.add(keycode);
    return this.policy.press(this.stroke(keycode, change));
  }

  up(keycode: number, change?: Partial<KeyStroke>) {
    this.#held.delete(keycode);
    this.policy.release(this.stroke(keycode, change));
  }

  /** Presses and releases them in their order, the first ones held. */
  press(...keycodes: readonly number[]) {
    let meaning: ReturnType<KeyPolicy["press"]> = { kind: "nothing" };
    for (const keycode of keycodes) meaning = this.down(keycode);
    for (const keycode of keycodes.toReversed()) this.up(keycode);
    return meaning.kind === "named" ? meaning.key : meaning.kind;
  }

  wait(ms: number) {
    this.#atMs += ms;
  }
}

describe("keys", () => {
  it("names special keys, with what is held", () => {
    const typist = new Typist();
    expect(typist.press(0x1c)).toBe("Enter");
    expect(typist.press(0x3b)).toBe("F1");
    expect(typist.press(0x6b)).toBe("F24");
    expect(typist.press(0x2a, 0x0f)).toBe("Shift+Tab");
    expect(typist.press(ALT, 0x3e)).toBe("Alt+F4");
    expect(typist.press(0x2a, CTRL, ALT, 0xe53)).toBe("Ctrl+Alt+Shift+Delete");
  });

  it("names chords with Ctrl and with Meta", () => {
    const typist = new Typist();
    expect(typist.press(CTRL, S)).toBe("Ctrl+S");
    expect(typist.press(CTRL_RIGHT, 0x2a, S)).toBe("Ctrl+Shift+S");
    expect(typist.press(META, 0x39)).toBe("Meta+Space");
  });

  it("names no character that is typed: letters, digits, punctuation, the space bar, with and without Shift", () => {
    for (const keycode of CHARACTER_KEYS.keys()) {
      expect(new Typist().press(keycode)).toBe("typed");
      expect(new Typist().press(0x2a, keycode)).toBe("typed");
      expect(new Typist().press(0xe38, keycode), "AltGr").toBe("typed");
    }
  });

  it("names nothing of a character key with Ctrl and Alt: that is how AltGr types", () => {
    for (const keycode of CHARACTER_KEYS.keys()) {
      expect(new Typist().press(CTRL, ALT, keycode)).toBe("typed");
      expect(new Typist().press(CTRL, 0xe38, keycode)).toBe("typed");
      expect(new Typist().press(META, ALT, keycode)).toBe("typed");
    }
  });

  it("names no key of the keypad, whichever light is on", () => {
    const digits = [0x47, 0x48, 0x49, 0x4b, 0x4c, 0x4d, 0x4f, 0x50, 0x51, 0x52, 0x53];
    for (const keycode of digits.flatMap((digit) => [digit, 0xee00 | digit])) {
      expect(new Typist().press(keycode)).toBe("typed");
      expect(new Typist().press(0x2a, keycode)).toBe("typed");
      expect(new Typist().press(CTRL, keycode)).toBe("typed");
    }
  });

  it("says nothing of keys that only change others", () => {
    for (const keycode of [...MODIFIER_KEYS.keys(), ...LOCK_KEYS])
      expect(new Typist().press(keycode)).toBe("nothing");
  });

  it("takes every key it does not know for one that types", () => {
    const known = new Set([
      ...SPECIAL_KEYS.keys(),
      ...CHARACTER_KEYS.keys(),
      ...MODIFIER_KEYS.keys(),
      ...LOCK_KEYS,
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), (keycode) => {
        fc.pre(!known.has(keycode));
        expect(new Typist().press(keycode)).toBe("typed");
        expect(new Typist().press(CTRL, keycode)).toBe("typed");
      }),
    );
  });

  it("names a key that is held once, however often it repeats", () => {
    const typist = new Typist();
    expect(typist.down(BACKSPACE)).toEqual({ kind: "named", key: "Backspace" });
    expect(typist.down(BACKSPACE)).toEqual({ kind: "typed" });
    typist.up(BACKSPACE);
    expect(typist.press(BACKSPACE)).toBe("Backspace");
  });

  it("knows a repeat that is told as a release and a press at once", () => {
    const typist = new Typist();
    typist.down(BACKSPACE);
    typist.up(BACKSPACE, { hookTime: 77 });
    expect(typist.down(BACKSPACE, { hookTime: 77 })).toEqual({ kind: "typed" });
  });

  it("makes no chord of a Ctrl whose press it has not seen, or whose release it may have missed", () => {
    const typist = new Typist();
    expect(typist.down(S, { ctrl: true })).toEqual({ kind: "typed" });
    typist.up(S);
    typist.down(CTRL);
    typist.wait(CHORD_HOLD_MS + 1);
    expect(typist.down(S)).toEqual({ kind: "typed" });
  });

  it("makes a bounded number of chords of one hold", () => {
    const typist = new Typist();
    typist.down(CTRL);
    const named = Array.from({ length: MAX_CHORDS_PER_HOLD + 1 }, () => typist.press(S));
    expect(named.filter((key) => key === "Ctrl+S")).toHaveLength(MAX_CHORDS_PER_HOLD);
    typist.up(CTRL);
    expect(typist.press(CTRL, S)).toBe("Ctrl+S");
  });

  it("makes no chord after it was told to forget", () => {
    const typist = new Typist();
    typist.down(CTRL);
    typist.policy.forget();
    expect(typist.down(S)).toEqual({ kind: "typed" });
  });

  it("calls a chord by what stands on the key, and believes the keyboard in what types", () => {
    const german: Keyboard = {
      nameOf: (keycode) => (keycode === 0x15 ? "Z" : undefined),
      types: (keycode) => keycode === 0x6b,
      isModifier: (keycode) => keycode !== META,
    };
    const typist = new Typist(german);
    expect(typist.press(CTRL, 0x15)).toBe("Ctrl+Z");
    expect(typist.press(CTRL, S)).toBe("Ctrl+S");
    expect(typist.press(0x6b)).toBe("typed");
    expect(typist.press(META, S), "Meta chooses other characters here").toBe("typed");
  });
});
