import * as zlib from "node:zlib";

/** The codings that S2S frames and request bodies may use. */
export type Coding = "none" | "gzip" | "zstd";

interface ZstdFunctions {
  zstdCompressSync?: (bytes: Uint8Array) => Buffer;
  zstdDecompressSync?: (bytes: Uint8Array, options: { maxOutputLength: number }) => Buffer;
}
/** Node has zstd from 22.15 on; before that, frames are sent with gzip or plain. */
const zstd: ZstdFunctions = zlib as ZstdFunctions;

/** Compresses; `zstd` only when `chooseCoding` chose it. */
export function compress(bytes: Buffer, coding: Coding): Buffer {
  if (coding === "gzip") return zlib.gzipSync(bytes, { level: 1 });
  if (coding === "zstd" && zstd.zstdCompressSync !== undefined) return zstd.zstdCompressSync(bytes);
  return bytes;
}

/** Decompresses to at most `maxBytes`; throws when it is corrupt, larger, or cannot be decoded here. */
export function decompress(bytes: Buffer, coding: Coding, maxBytes: number): Buffer {
  if (coding === "gzip") return zlib.gunzipSync(bytes, { maxOutputLength: maxBytes });
  if (coding === "zstd") {
    if (zstd.zstdDecompressSync === undefined) throw new Error("this Node has no zstd");
    return zstd.zstdDecompressSync(bytes, { maxOutputLength: maxBytes });
  }
  return bytes;
}

/** Whether it is a decimal number, and zero at the precision of a weight: what is no number is no weight. */
function isZero(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(text) && Math.fround(Number(text)) === 0;
}

/** The coding for frames to a client with this `accept-encoding`: zstd before gzip, `q=0` refused. */
export function chooseCoding(acceptEncoding: string | undefined): Coding {
  const accepted = new Set<string>();
  for (const entry of (acceptEncoding ?? "").split(",")) {
    const [name = "", ...parameters] = entry.trim().toLowerCase().split(";");
    const refused = parameters.some((parameter) => {
      const [key = "", ...value] = parameter.split("=");
      return key.trim() === "q" && isZero(value.join("=").trim());
    });
    if (!refused) accepted.add(name.trim());
  }
  if (accepted.has("zstd") && zstd.zstdCompressSync !== undefined) return "zstd";
  return accepted.has("gzip") ? "gzip" : "none";
}
