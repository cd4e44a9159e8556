import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scrubCss } from "../../../src/surfaces/sanitise/css.js";
import { CLOSED_POLICY, type SanitisePolicy } from "../../../src/surfaces/sanitise/policy.js";

const OPEN: SanitisePolicy = { allowRemote: true, ownOrigin: "https://replay.example" };
const scrub = (css: string): string => scrubCss(css, CLOSED_POLICY);

describe("CSS that fetches", () => {
  it.each([
    ["a{background:url(http://evil.test/a.png)}", 'a{background:url("data:,")}'],
    [
      "a{background:#fff url( 'http://evil.test/a' ) no-repeat}",
      'a{background:#fff url("data:,") no-repeat}',
    ],
    ['a{background:URL("//evil.test")}', 'a{background:url("data:,")}'],
    ["a{background:url(/same-origin.png)}", 'a{background:url("data:,")}'],
    ["@font-face{src:url(x.woff2) format('woff2')}", `@font-face{src:url("data:,") format('woff2')}`],
    ["@import 'http://evil.test/a.css';b{}", "@reeltime-import 'http://evil.test/a.css';b{}"],
    ["@IMPORT url(//evil.test);", '@reeltime-import url("data:,");'],
    ["a{background:image-set('a.png' 1x)}", "a{background:reeltime-image-set('a.png' 1x)}"],
    [
      "a{background:-webkit-image-set(url(a) 1x)}",
      'a{background:reeltime--webkit-image-set(url("data:,") 1x)}',
    ],
    ["a{background:src('a.png')}", "a{background:reeltime-src('a.png')}"],
    // Escapes that spell the words.
    ["a{background:u\\72l(http://evil.test)}", 'a{background:url("data:,")}'],
    ["a{background:\\75 \\72\\00006c (x)}", 'a{background:url("data:,")}'],
    ["@\\69mport 'x';", "@reeltime-import 'x';"],
    ["a{b:\\\\url(x)}", 'a{b:\\\\url("data:,")}'],
    // Cut short: a browser closes what is open at the end.
    ["a{background:url(http://evil.test", "a{background:reeltime-url(http://evil.test"],
    ['a{background:url("http://evil.test', 'a{background:reeltime-url("http://evil.test'],
  ])("%s", (css, clean) => {
    expect(scrub(css)).toBe(clean);
  });

  it.each([
    "a{background:url(data:image/png;base64,AAAA)}",
    `a{background:url("data:image/svg+xml,%3Csvg fill='url(%23g)'/%3E")}`,
    "a{fill:url(#gradient)}",
    ".sm\\:w-1\\/2{width:50%}",
    '.icon::before{content:"\\f101"}',
    ".\\31 0px{a:b}",
    "a{color:red}",
  ])("leaves %s as it is", (css) => {
    expect(scrub(css)).toBe(css);
  });

  it("finds no second address behind one that may stay", () => {
    const hidden = `a{content:"url('data:image/x";background:url(http://evil.test/x);content:"')"}`;
    expect(scrub(hidden)).not.toMatch(/(?<!reeltime-)url\(http/);
  });

  it("whatever it is made of, nothing that fetches is left, and scrubbing again changes nothing", () => {
    const piece = fc.constantFrom(
      "url(",
      "URL(",
      "u\\72l(",
      "http://evil.test/",
      "//evil.test",
      "data:image/png,",
      "'",
      '"',
      ")",
      "(",
      ";",
      "@import ",
      "@\\69mport ",
      "image-set(",
      "\\",
      "\\\n",
      "{",
      "}",
      " ",
      "a",
      "#x",
      "/*",
      "*/",
      "src(",
      "\u0000",
      "0\u0000",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const clean = scrub(pieces.join(""));
        expect(clean).not.toMatch(/@import/i);
        expect(clean).not.toMatch(/(?<![\w-])(?:src|image|image-set|-webkit-image-set)\(/i);
        for (const [, url] of clean.matchAll(/(?<![\w-])url\(\s*["']?\s*([^\s]{0,5})/gi)) {
          expect(url).toMatch(/^(?:data:|#|%23|$)/i);
        }
        expect(scrub(clean)).toBe(clean);
      }),
      { numRuns: 2_000 },
    );
  });

  it("lets remote images pass when the operator does, never the player's own origin", () => {
    const css = (url: string): string => `a{background:url(${url})}`;
    expect(scrubCss(css("https://cdn.example/a.png"), OPEN)).toBe(css("https://cdn.example/a.png"));
    expect(scrubCss(css("https://replay.example/v1/me"), OPEN)).toBe(css('"data:,"'));
    expect(scrubCss(css("/v1/me"), OPEN)).toBe(css('"data:,"'));
  });
});
