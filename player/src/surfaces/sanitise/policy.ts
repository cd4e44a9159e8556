/** What a recording may fetch when it is played. */
export interface SanitisePolicy {
  /** The operator's choice: images, fonts and stylesheets from other origins. Default: nothing is fetched. */
  readonly allowRemote: boolean;
  /** The player's own origin, from which a recording never fetches, whatever is allowed. */
  readonly ownOrigin: string;
}

/** Nothing is fetched. */
export const CLOSED_POLICY: SanitisePolicy = { allowRemote: false, ownOrigin: "" };

/** Beyond ASCII: spaces and marks that show nothing. */
const UNSEEN = /[\u00a0\u00ad\u200b-\u200f\u2028\u2029\ufeff]/;
/** What the schemes below begin with. */
const FIRST = "jvlmdJVLMD";
/** Longer than any of them. */
const SCHEME_CHARS = 32;
const SCRIPT = /^(?:javascript|vbscript|livescript|mocha|data:text\/html|data:text\/xml|data:application)/i;

/** True for an address that is code, however it is padded. */
export function isScriptUrl(value: string): boolean {
  // Most values are no address at all; the colon is what a scheme needs.
  if (!value.includes(":")) return false;
  let seen = "";
  for (const character of value) {
    if (isNoise(character)) continue;
    if (seen === "" && !FIRST.includes(character)) return false;
    seen += character;
    if (seen.length >= SCHEME_CHARS) break;
  }
  return SCRIPT.test(seen);
}

/** Characters that URL parsing drops, or trims from the front, and such as a reader may drop. */
function isNoise(character: string): boolean {
  const code = character.charCodeAt(0);
  return code <= 0x20 || (code >= 0x7f && code < 0xa0) || UNSEEN.test(character);
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
