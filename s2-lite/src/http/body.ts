import { S2LiteError } from "../errors.js";
import { MAX_BODY_BYTES } from "../limits.js";
import { decompress } from "../wire/compression.js";
import { announcedBytes } from "./announced-bytes.js";
import { REQUEST_CODINGS } from "./content-coding.js";
import type { Exchange } from "./exchange.js";

/**
 * Reads a whole body, decompressed. Throws `code` past the limit or when it is corrupt, and
 * `unsupported_encoding` for a coding that this server cannot decode.
 */
export async function readBody(exchange: Exchange, code: "bad_json" | "bad_proto"): Promise<Buffer> {
  const coding = exchange.header("content-encoding") ?? "identity";
  const known = coding === "identity" || coding === "gzip" || coding === "zstd";
  if (!known || (coding === "zstd" && !REQUEST_CODINGS.includes(coding)))
    throw new S2LiteError("unsupported_encoding", `content-encoding ${coding} is not supported`);
  if (announcedBytes(exchange) > MAX_BODY_BYTES) throw tooLarge(code);
  const bytes = await collect(exchange, code);
  if (coding === "identity") return bytes;
  try {
    return decompress(bytes, coding, MAX_BODY_BYTES);
  } catch (cause) {
    throw new S2LiteError(code, "the body cannot be decompressed", { cause });
  }
}

function tooLarge(code: "bad_json" | "bad_proto"): S2LiteError {
  return new S2LiteError(code, `the body is larger than ${MAX_BODY_BYTES} bytes`);
}

function collect(exchange: Exchange, code: "bad_json" | "bad_proto"): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    exchange.body.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) {
        chunks.length = 0;
        reject(tooLarge(code));
        return;
      }
      chunks.push(chunk);
    });
    exchange.body.once("end", () =>
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)),
    );
    exchange.body.once("error", reject);
    exchange.onClosed(() => reject(new S2LiteError("unavailable", "the client is gone")));
  });
}
