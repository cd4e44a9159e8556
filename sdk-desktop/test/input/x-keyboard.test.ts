import { describe, expect, it } from "vitest";
import { KeyPolicy } from "../../src/input/keys.js";
import { xKeyboard } from "../../src/input/x-keyboard.js";

const FIRST = 8;
/** What some keys of these keyboards have on them, by X's number of the key. */
const keyboard = (keys: Readonly<Record<number, readonly number[]>>) =>
  xKeyboard({
    firstKeycode: FIRST,
    keysyms: Array.from({ length: 248 }, (_, at) => keys[at + FIRST] ?? [0]),
  });

const Y_KEY = 0x15;
const LEFT_META = 0x0e5b;

describe("an X server's keyboard", () => {
  it("names chords by what stands on the key, in Latin letters where there are some", () => {
    expect(keyboard({ 29: [0x7a, 0x5a] }).nameOf(Y_KEY), "German").toBe("Z");
    expect(keyboard({ 29: [0x6ce, 0x6ee, 0x79, 0x59] }).nameOf(Y_KEY), "Russian and American").toBe("Y");
    expect(keyboard({ 29: [0x6ce, 0x6ee] }).nameOf(Y_KEY), "Russian").toBeUndefined();
    expect(keyboard({}).nameOf(Y_KEY)).toBeUndefined();
  });

  it("knows which keys type, whichever they are", () => {
    const odd = keyboard({
      118: [0xff63, 0x20ac],
      119: [0xffff],
      191: [0x0101f600],
      192: [0xfe52],
      23: [0xff09],
    });
    expect(odd.types(0x0e52), "a euro sign on Insert").toBe(true);
    expect(odd.types(0x5b), "a picture on F13").toBe(true);
    expect(odd.types(0x5c), "a dead key on F14").toBe(true);
    expect(odd.types(0x0e53), "Delete").toBe(false);
    expect(odd.types(0x0f), "Tab").toBe(false);
    expect(odd.types(0x43), "F9, which switches terminals with Ctrl and Alt").toBe(false);
  });

  it("makes no chord with a key that was made to choose characters", () => {
    const level3 = keyboard({ 37: [0xffe3], 133: [0xfe03] });
    expect(level3.isModifier(0x1d)).toBe(true);
    expect(level3.isModifier(LEFT_META)).toBe(false);
    const policy = new KeyPolicy(level3);
    const stroke = { atMs: 0, hookTime: 0, ctrl: false, alt: false, shift: false, meta: true };
    policy.press({ ...stroke, keycode: LEFT_META });
    expect(policy.press({ ...stroke, keycode: Y_KEY })).toEqual({ kind: "typed" });
  });
});
