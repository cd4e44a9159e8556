/** An address without its scheme and a lone slash, as browsers show it. */
export function shortAddress(url: string): string {
  return url.replace(/^https?:\/\//, "").replace(/\/$/, "");
}
