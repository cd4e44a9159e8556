import { Packr, Unpackr } from "msgpackr";
import { ProtocolError } from "./errors.js";
import { MAX_MSGPACK_VALUES } from "./limits.js";
import { checkMsgpack } from "./msgpack-guard.js";

const options = {
  useRecords: false,
  mapsAsObjects: true,
  variableMapSize: true,
  int64AsType: "number",
  moreTypes: false,
} as const;
const reader = new Unpackr(options);
const writer = new Packr(options);

/**
 * Reads exactly one msgpack value of the types Reeltime writes (see `checkMsgpack`). Binary values are views
 * into `bytes`, not copies.
 * @param maxValues values it may hold in all, names of maps included; bounds the memory that reading takes
 *
 * Throws `ProtocolError`: `malformed` when the bytes are cut short, are no msgpack, or go on after the value;
 * `invalid` for msgpack types that Reeltime does not use; `too_large` past `maxValues`.
 */
export function unpack(bytes: Uint8Array, maxValues = MAX_MSGPACK_VALUES): unknown {
  checkMsgpack(bytes, maxValues);
  try {
    return reader.unpack(bytes);
  } catch (cause) {
    throw new ProtocolError("malformed", "not one msgpack value", { cause });
  }
}

/**
 * Writes one msgpack value with `msgpackr`, for everything but pages. As in JSON, a map's entry that is
 * `undefined` is left out; half a surrogate pair becomes U+FFFD, as `TextEncoder` writes it. Copied out of
 * `msgpackr`'s pool, so it may be kept.
 */
export const packValue = (value: unknown): Uint8Array<ArrayBuffer> =>
  new Uint8Array(writer.pack(writable(value)));

const HALF_PAIR = /\p{Surrogate}/gu;

function writable(value: unknown): unknown {
  if (typeof value === "string") return value.replace(HALF_PAIR, "\ufffd");
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(writable);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([name, entry]) => [name.replace(HALF_PAIR, "\ufffd"), writable(entry)]),
  );
}
