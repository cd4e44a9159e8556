import * as zlib from "node:zlib";
import { MIN_COMPRESSED_ANSWER_BYTES } from "../limits.js";

/** How an answer's body is coded. */
export type AnswerCoding = "identity" | "gzip" | "zstd";

type CompressFunction = (bytes: Buffer, done: (error: Error | null, coded: Buffer) => void) => void;

/** Node has zstd from 22.15 on. */
const zstd = (zlib as { zstdCompress?: CompressFunction }).zstdCompress;
const gzip: CompressFunction = (bytes, done) =>
  zlib.gzip(bytes, { level: zlib.constants.Z_BEST_SPEED }, done);

/** The codings that a request's body may have, as a refusal of another one lists them. */
export const REQUEST_CODINGS = zstd === undefined ? "gzip" : "zstd,gzip";

/** The weight of each coding an `accept-encoding` names, by lower-case name. */
function weights(acceptEncoding: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const entry of acceptEncoding.split(",")) {
    const [name = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.split("=")[1];
    const value = weight === undefined ? 1 : Number(weight);
    if (name !== "") found.set(name, Number.isNaN(value) ? 0 : value);
  }
  return found;
}

/** The coding for an answer of so many bytes: the heaviest the client takes, zstd before gzip among equals. */
export function chooseAnswerCoding(acceptEncoding: string, bodyBytes: number): AnswerCoding {
  if (bodyBytes < MIN_COMPRESSED_ANSWER_BYTES || acceptEncoding === "") return "identity";
  const asked = weights(acceptEncoding);
  const rest = asked.get("*") ?? 0;
  let best: AnswerCoding = "identity";
  let heaviest = asked.get("identity") ?? 0;
  const candidates: [AnswerCoding, number][] = [
    ["zstd", zstd === undefined ? 0 : (asked.get("zstd") ?? rest)],
    ["gzip", asked.get("gzip") ?? asked.get("x-gzip") ?? rest],
  ];
  for (const [coding, weight] of candidates) {
    if (weight > heaviest) {
      best = coding;
      heaviest = weight;
    }
  }
  return best;
}

/** Compresses off the main thread, quickly rather than well. */
export function compressAnswer(bytes: Buffer, coding: "gzip" | "zstd"): Promise<Buffer> {
  const compress = coding === "zstd" && zstd !== undefined ? zstd : gzip;
  return new Promise((resolve, reject) => {
    compress(bytes, (error, coded) => (error === null ? resolve(coded) : reject(error)));
  });
}
