import { describe, expect, it } from "vitest";
import { adaptCss } from "../../src/surfaces/hover-css.js";

describe("CSS for a replayer", () => {
  it("is left as it is where nothing hovers", () => {
    const css = "a { color: red } @media (min-width: 1px) { b { top: 0 } }";
    expect(adaptCss(css)).toBe(css);
  });

  it("applies a rule for what is hovered to the class too", () => {
    expect(adaptCss("a:hover { color: red } b { top: 0 }")).toBe(
      "a:hover,\na.\\:hover{ color: red } b { top: 0 }",
    );
  });

  it("adds only the selectors of a list that hover, and all of each", () => {
    expect(adaptCss("a, b:hover c:hover, :is(d:hover, e) f{}")).toBe(
      "a, b:hover c:hover, :is(d:hover, e) f,\nb.\\:hover c.\\:hover,\n:is(d.\\:hover, e) f{}",
    );
  });

  it("finds rules inside other blocks", () => {
    expect(adaptCss("@media print{a:hover{}}@layer x{.p{top:0;&:hover{}}}")).toBe(
      "@media print{a:hover,\na.\\:hover{}}@layer x{.p{top:0;&:hover,\n&.\\:hover{}}}",
    );
  });

  it("compares the frame's size where a page asks for the device's", () => {
    expect(adaptCss("/* x */@media (max-device-width:9px) and (min-device-height:1px){a{}}")).toBe(
      "/* x */@media (max-width:9px) and (min-height:1px){a{}}",
    );
    expect(adaptCss('@import "a" (min-device-width:1px);')).toBe('@import "a" (min-width:1px);');
  });

  it.each([
    'a{content:"{b:hover{"}c{}',
    "a{content:'\\'{b:hover{'}c{}",
    "/* a:hover{ */b{}",
    "a{background:url(data:x;{b:hover{)}",
    ".a\\{b{--x::hover}",
  ])("sees no rule in %j", (css) => {
    expect(adaptCss(css)).toBe(css);
  });

  it("takes time in proportion to text that ends nothing it begins", () => {
    const pieces = ["url(x ", "/*", '"', "\\", "{", "(", "a:hover,", "@media"];
    for (const piece of pieces) {
      const css = `:hover${piece.repeat(100_000)}`;
      expect(adaptCss(css)).toContain(piece);
    }
  });
});
