/**
 * With Ctrl and Shift held, U and then digits type the character of that number (ISO 14755, in GTK and IBus). Each of them was
 * told as a chord, and so the character was.
 */
import { expect, test } from "vitest";
import { KeyPolicy } from "../../src/input/keys.js";

const [CTRL, SHIFT, C, U, TWO, ZERO, A] = [0x1d, 0x2a, 0x2e, 0x16, 0x03, 0x0b, 0x1e];

test("the digits of a character's number are not named", () => {
  const policy = new KeyPolicy();
  let atMs = 0;
  const press = (keycode: number, held: { ctrl?: boolean; shift?: boolean } = {}) => {
    atMs += 50;
    const stroke = { keycode, atMs, hookTime: atMs, ctrl: false, shift: false, alt: false, meta: false };
    const meaning = policy.press({ ...stroke, ...held });
    if (keycode !== CTRL && keycode !== SHIFT) policy.release({ keycode, hookTime: atMs });
    return meaning;
  };
  const both = { ctrl: true, shift: true };
  press(CTRL);
  press(SHIFT, { ctrl: true });
  expect(press(U, both)).toEqual({ kind: "named", key: "Ctrl+Shift+U" });
  for (const key of [TWO, ZERO, A, C]) expect(press(key, both)).toEqual({ kind: "typed" });
  policy.release({ keycode: SHIFT, hookTime: atMs });
  policy.release({ keycode: CTRL, hookTime: atMs });
  press(CTRL);
  expect(press(C, { ctrl: true })).toEqual({ kind: "named", key: "Ctrl+C" });
});
