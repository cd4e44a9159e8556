/** What a recording may fetch when it is played. */
export interface SanitisePolicy {
  /** The operator's choice: images, fonts and stylesheets from other origins. Default: nothing is fetched. */
  readonly allowRemote: boolean;
  /** The player's own origin, from which a recording never fetches, whatever is allowed. */
  readonly ownOrigin: string;
}

/** Nothing is fetched. */
export const CLOSED_POLICY: SanitisePolicy = { allowRemote: false, ownOrigin: "" };

/** Characters that URL parsing drops, or trims from the front. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what hides a scheme
const NOISE = /[\u0000-\u0020\u007f-\u00a0\u00ad\u200b-\u200f\u2028\u2029\ufeff]+/g;
const SCRIPT = /^(?:javascript|vbscript|livescript|mocha|data:text\/html|data:text\/xml|data:application)/i;

/** True for an address that is code, however it is padded. */
export function isScriptUrl(value: string): boolean {
  // Most values are no address at all; the colon is what a scheme needs.
  return value.includes(":") && SCRIPT.test(value.slice(0, 256).replace(NOISE, ""));
}

/** True for an address that needs no request, or one that the policy lets pass. */
export function mayLoad(value: string, policy: SanitisePolicy): boolean {
  const url = value.trim();
  if (url.startsWith("#") || /^data:(?:image|font|application\/(?:x-)?font|video|audio)/i.test(url))
    return true;
  if (!policy.allowRemote || !/^(?:https?:)?\/\//i.test(url)) return false;
  try {
    return new URL(url, "https://relative.invalid").origin !== policy.ownOrigin;
  } catch {
    // Not an address: nothing could be fetched from it.
    return false;
  }
}
