import type { XKeys } from "../x11/keys.js";
import { MODIFIER_KEYS } from "./key-names.js";
import type { Keyboard } from "./keys.js";

/** X keycodes of keys that libuiohook numbers in another way; of all others X's number is 8 more (evdev). */
const EXTENDED: ReadonlyMap<number, number> = new Map([
  [0x0057, 95],
  [0x0058, 96],
  [0x0e1c, 104],
  [0x0e1d, 105],
  [0x0e37, 107],
  [0x0e38, 108],
  [0x0e47, 110],
  [0xe048, 111],
  [0x0e49, 112],
  [0xe04b, 113],
  [0xe04d, 114],
  [0x0e4f, 115],
  [0xe050, 116],
  [0x0e51, 117],
  [0x0e52, 118],
  [0x0e53, 119],
  [0x0e45, 127],
  [0x0e5b, 133],
  [0x0e5c, 134],
  [0x0e5d, 135],
  // F13 to F24.
  ...[0x5b, 0x5c, 0x5d, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b].map(
    (code, place): [number, number] => [code, 191 + place],
  ),
]);
/** The last key up to which X's number is 8 more. */
const LAST_PLAIN = 0x58;

/** Symbols of keys that make chords, by the name of the key (X11/keysymdef.h): both of Control; Meta, Super and Hyper. */
const CHORD_SYMBOLS: Readonly<Record<string, readonly number[]>> = {
  Ctrl: [0xffe3, 0xffe4],
  Meta: [0xffe7, 0xffe8, 0xffeb, 0xffec, 0xffed, 0xffee],
};

/** Whether a symbol is, or becomes part of, a character: letters of any script, dead keys, the keypad's digits and signs. */
function isCharacter(symbol: number): boolean {
  // Characters by their Unicode number; beyond them are a vendor's keys, as those that switch terminals.
  if (symbol >= 0x0100_0000) return symbol <= 0x0110_ffff;
  if (symbol >= 0xfe50 && symbol <= 0xfe93) return true;
  if (symbol >= 0xff80 && symbol <= 0xffbd) return symbol === 0xff80 || symbol >= 0xffaa;
  return symbol >= 0x20 && symbol < 0xfd00;
}

/** What stands on the keys of an X server, for {@link Keyboard}. */
export function xKeyboard({ firstKeycode, keysyms }: XKeys): Keyboard {
  const symbolsOf = (keycode: number): readonly number[] => {
    const own = EXTENDED.get(keycode) ?? (keycode <= LAST_PLAIN ? keycode + 8 : undefined);
    return own === undefined ? [] : (keysyms[own - firstKeycode] ?? []);
  };
  return {
    nameOf: (keycode) => {
      // The plain symbol of each group: of a keyboard with two scripts, the one that shortcuts are told in.
      const symbols = symbolsOf(keycode);
      const plain = [symbols[0], symbols[2]].find(
        (symbol) => symbol !== undefined && symbol > 0x20 && symbol < 0x7f,
      );
      return plain === undefined ? undefined : String.fromCharCode(plain).toUpperCase();
    },
    types: (keycode) => symbolsOf(keycode).some(isCharacter),
    isModifier: (keycode) => {
      const [plain = 0] = symbolsOf(keycode);
      return CHORD_SYMBOLS[MODIFIER_KEYS.get(keycode) ?? ""]?.includes(plain) ?? false;
    },
  };
}
