import { Packr, Unpackr } from "msgpackr";
import { ProtocolError } from "./errors.js";

const options = { useRecords: false, mapsAsObjects: true, int64AsType: "number", moreTypes: false } as const;
const reader = new Unpackr(options);
const writer = new Packr(options);

/**
 * Reads exactly one msgpack value. Binary values are views into `bytes`, not copies.
 * Throws `ProtocolError` `malformed` when the bytes are cut short, are no msgpack, or go on after the value.
 */
export function unpack(bytes: Uint8Array): unknown {
  try {
    return reader.unpack(bytes);
  } catch (cause) {
    throw new ProtocolError("malformed", "not one msgpack value", { cause });
  }
}

/** Writes one msgpack value with `msgpackr`, for everything but pages. Copied out of its pool, so it may be kept. */
export const packValue = (value: unknown): Uint8Array<ArrayBuffer> => new Uint8Array(writer.pack(value));
