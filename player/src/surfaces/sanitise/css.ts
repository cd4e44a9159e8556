import { mayLoad, type SanitisePolicy } from "./policy.js";

/** What may fetch: a function that takes an address, or a rule that does. Cheap enough to ask of every style. */
const SUSPECT = /url\s*\(|@import|image-set|\bimage\s*\(|\bsrc\s*\(|\\/i;
/** `url(…)`, quoted or not, as far as it is well-formed. */
const URL_CALL =
  /url\(\s*(?:"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)'|((?:[^"'()\\\s]|\\[\s\S])*))\s*\)/gi;
/** Any call left that takes an address. */
const OPEN_CALL = /(?<![\w-])(url|src|image|(?:-webkit-)?image-set)\(/gi;
/** Names that take strings as addresses; there is no telling them from other strings. */
const STRING_CALL = /(?<![\w-])(src|image|(?:-webkit-)?image-set)\(/gi;
const IMPORT = /@import/gi;
const BLANK = 'url("data:,")';
/** A mark that is no character and is taken out of the text first, so that kept addresses are not looked at twice. */
const KEPT = "\uffff";
const KEPT_PLACE = /\uffff(\d+)\uffff/g;

/**
 * CSS that fetches nothing the policy does not let pass: addresses are blanked, imports become rules no browser
 * knows. What is already harmless comes back as it is, the same string.
 */
export function scrubCss(css: string, policy: SanitisePolicy): string {
  if (!SUSPECT.test(css)) return css;
  const kept: string[] = [];
  return unescapeLetters(css.replaceAll(KEPT, ""))
    .replace(IMPORT, "@reeltime-import")
    .replace(STRING_CALL, "reeltime-$1(")
    .replace(URL_CALL, (call: string, ...groups: (string | undefined)[]) => {
      const url = groups[0] ?? groups[1] ?? groups[2] ?? "";
      kept.push(mayLoad(url, policy) ? disarmInside(call) : BLANK);
      return `${KEPT}${kept.length - 1}${KEPT}`;
    })
    .replace(OPEN_CALL, "reeltime-$1(")
    .replace(KEPT_PLACE, (_, index: string) => kept[Number(index)] ?? "");
}

/**
 * CSS of one of the texts in a style, which a browser reads joined together: what it begins with does not end a word
 * that the text before it began.
 */
export function scrubPiece(css: string, policy: SanitisePolicy): string {
  const scrubbed = scrubCss(css, policy);
  return GOES_ON.test(scrubbed) ? `${APART}${scrubbed}` : scrubbed;
}
const GOES_ON = /^[\w\\(-]/;
const APART = "/**/";

/** Inside an address that is kept, a browser that reads the text differently must find no other. */
const disarmInside = (call: string): string =>
  call.slice(0, 4) + call.slice(4).replace(/url\(\s*(["']?)(?!\s*(?:data:|#|%23))/gi, "reeltime-url($1");

/**
 * Spells out escaped ASCII letters, with which `url` and `import` can be hidden. Other escapes (icon glyphs,
 * digits, punctuation in selectors) stay as they are.
 */
function unescapeLetters(css: string): string {
  if (!css.includes("\\")) return css;
  return css.replace(ESCAPE, (whole: string, hex?: string, letter?: string) => {
    if (letter !== undefined) return letter;
    const code = Number.parseInt(hex ?? "", 16);
    const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
    return isLetter ? String.fromCharCode(code) : whole;
  });
}
/** An escaped backslash (which escapes nothing), a code point, or a letter that is no hexadecimal digit. */
const ESCAPE = /\\\\|\\(?:([0-9a-f]{1,6})(?:\r\n|[ \t\r\n\f])?|([g-z]))/gi;
