/**
 * Bytes of a string in UTF-8, without encoding it. A lone surrogate counts three, as `TextEncoder` writes
 * U+FFFD for it.
 */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(index + 1))) {
      bytes += 2;
      index += 1;
    } else bytes += 2;
  }
  return bytes;
}

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

/** The longest prefix of `text` that fits `maxBytes`, never half a character. */
export function clipUtf8(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || utf8Length(text) <= maxBytes) return text;
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += utf8Length(character);
    if (used > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
