/** A number of things, in words: `1 stream`, `12 streams`. */
export function countInWords(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

/** A number of bytes, in words: `512 bytes`, `24.0 KiB`, `1.5 GiB`. */
export function bytesInWords(bytes: number): string {
  const units = ["KiB", "MiB", "GiB", "TiB"];
  if (bytes < 1_024) return countInWords(bytes, "byte");
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1_024 ** power).toFixed(1)} ${units[power - 1]}`;
}
