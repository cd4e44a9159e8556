import type { XProperty } from "./x11.js";

/** The properties of a window that say what it is, by name. The first ones have fixed numbers in the protocol. */
export const PROPERTY_NAMES = [
  "WM_NAME",
  "WM_CLASS",
  "WM_TRANSIENT_FOR",
  "WM_HINTS",
  "_NET_WM_NAME",
  "_NET_WM_PID",
  "_NET_WM_WINDOW_TYPE",
  "_NET_WM_STATE",
  "WM_STATE",
  "WM_CLIENT_LEADER",
] as const;
/** One of {@link PROPERTY_NAMES}. */
export type PropertyName = (typeof PROPERTY_NAMES)[number];

/** `WM_STATE` of a window that its user, or its window manager, has put away. */
export const ICONIC = 3;
/** Bit of `WM_HINTS` that says that the group is given (ICCCM 4.1.2.4). */
const WINDOW_GROUP_HINT = 64;
const WINDOW_GROUP_WORD = 8;

const utf8 = new TextDecoder("utf-8");
/** What stands in a text for bytes that are not in its encoding. */
const UNREADABLE = "\ufffd";
const latin1 = new TextDecoder("latin1");

/**
 * All readings of a text property: programs write UTF-8 into properties that they call Latin-1, and the other way about.
 * So both are given where they differ; a rule that matches either denies. COMPOUND_TEXT (ISO 2022) is read as both, with its
 * escape sequences removed.
 */
export function textsOf(property: XProperty | undefined, utf8Type: number): readonly string[] {
  if (property === undefined || property.format !== 8 || property.data.length === 0) return [];
  const isUtf8 = property.type === utf8Type;
  const texts = readings(isUtf8 ? property.data : withoutEscapes(property.data));
  const isAsStated = isUtf8 && !utf8.decode(property.data).includes(UNREADABLE);
  return (isAsStated ? texts.slice(0, 1) : texts)
    .map((text) => text.replaceAll("\0", ""))
    .filter((text) => text !== "");
}

/** Bytes as UTF-8 and as Latin-1, where that is something else: the likely one first. */
function readings(data: Uint8Array): readonly string[] {
  const [now, old] = [utf8.decode(data), latin1.decode(data)];
  return now === old ? [now] : now.includes(UNREADABLE) ? [old, now] : [now, old];
}

/**
 * Both parts of `WM_CLASS`: the name of the instance, then the class. Programs write either of two encodings; what they are in
 * the less likely one comes after them.
 */
export function classesOf(property: XProperty | undefined): readonly string[] {
  if (property === undefined || property.format !== 8) return [];
  const parts: string[] = [];
  const others: string[] = [];
  let start = 0;
  for (let index = 0; index <= property.data.length; index++) {
    if (index < property.data.length && property.data[index] !== 0) continue;
    if (index > start) {
      const [likely = "", ...rest] = readings(property.data.subarray(start, index));
      parts.push(likely);
      others.push(...rest);
    }
    start = index + 1;
  }
  // One part is both.
  return others.length > 0 && parts.length === 1 ? [...parts, ...parts, ...others] : [...parts, ...others];
}

/** The 32-bit words of a property; none when it has another form. */
export function wordsOf(property: XProperty | undefined): readonly number[] {
  if (property === undefined || property.format !== 32) return [];
  const { data } = property;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.byteLength >> 2 }, (_, index) => view.getUint32(index * 4, true));
}

/** The window that leads the group, of `WM_HINTS`. */
export function groupOf(property: XProperty | undefined): number | undefined {
  const words = wordsOf(property);
  const group = words[WINDOW_GROUP_WORD];
  return ((words[0] ?? 0) & WINDOW_GROUP_HINT) !== 0 && group !== undefined && group !== 0
    ? group
    : undefined;
}

/** ISO 2022 escape sequences: ESC, bytes 0x20 to 0x2F, one final byte. */
function withoutEscapes(data: Uint8Array): Uint8Array {
  if (!data.includes(0x1b)) return data;
  const kept: number[] = [];
  for (let index = 0; index < data.length; index++) {
    const byte = data[index] ?? 0;
    if (byte !== 0x1b) kept.push(byte);
    else {
      do index++;
      while (index < data.length && (data[index] ?? 0) >= 0x20 && (data[index] ?? 0) <= 0x2f);
    }
  }
  return Uint8Array.from(kept);
}
