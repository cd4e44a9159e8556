/**
 * The keys that are named by themselves, by libuiohook's numbers: none of them types a character. Not here: the keypad,
 * also where it moves the cursor, since Shift or a light that was read wrong makes its arrows digits.
 */
export const SPECIAL_KEYS: ReadonlyMap<number, string> = new Map([
  [0x0001, "Escape"],
  [0x000e, "Backspace"],
  [0x000f, "Tab"],
  [0x001c, "Enter"],
  [0x0e1c, "Enter"],
  [0x0e47, "Home"],
  [0x0e49, "PageUp"],
  [0x0e4f, "End"],
  [0x0e51, "PageDown"],
  [0x0e52, "Insert"],
  [0x0e53, "Delete"],
  [0xe048, "ArrowUp"],
  [0xe04b, "ArrowLeft"],
  [0xe04d, "ArrowRight"],
  [0xe050, "ArrowDown"],
  [0x0e5d, "ContextMenu"],
  [0x0e37, "PrintScreen"],
  [0x0e45, "Pause"],
  ...[0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x40, 0x41, 0x42, 0x43, 0x44, 0x57, 0x58, 0x5b, 0x5c, 0x5d].map(
    (code, place): [number, string] => [code, `F${place + 1}`],
  ),
  ...[0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b].map((code, place): [number, string] => [
    code,
    `F${place + 16}`,
  ]),
]);

/** The rows of the letters, from the number of each row's first key on: as an American keyboard has them. */
const ROWS: readonly (readonly [number, string])[] = [
  [0x02, "1234567890-="],
  [0x10, "QWERTYUIOP[]"],
  [0x1e, "ASDFGHJKL;'`"],
  [0x2b, "\\ZXCVBNM,./"],
];

/**
 * The keys that type, by libuiohook's numbers, with what is on them on an American keyboard: told in a chord only. The
 * number is that of the key's place; on other keyboards another letter may stand there.
 */
export const CHARACTER_KEYS: ReadonlyMap<number, string> = new Map([
  ...ROWS.flatMap(([first, keys]) =>
    Array.from(keys, (key, place): [number, string] => [first + place, key]),
  ),
  [0x39, "Space"],
]);

/** Keys that change what others mean, each with its name in a chord. */
export const MODIFIER_KEYS: ReadonlyMap<number, "Ctrl" | "Alt" | "Shift" | "Meta"> = new Map([
  [0x001d, "Ctrl"],
  [0x0e1d, "Ctrl"],
  [0x0038, "Alt"],
  [0x0e38, "Alt"],
  [0x002a, "Shift"],
  [0x0036, "Shift"],
  [0x0e5b, "Meta"],
  [0x0e5c, "Meta"],
] as const);

/** Keys that only switch a light on or off. */
export const LOCK_KEYS: ReadonlySet<number> = new Set([0x3a, 0x45, 0x46]);
