/** The class a replayer puts on what the recorded pointer is over. */
const HOVERED = ".\\:hover";
/** Sizes of the viewer's own device, in place of which those of the frame count. */
const DEVICE_SIZE = /(max|min)-device-(width|height)/g;
/** What is passed over as a whole (comments, strings, addresses, escapes), and what parts CSS. */
const TOKEN =
  /\/\*[^*]*(?:\*(?!\/)[^*]*)*(?:\*\/)?|"[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*"?|'[^'\\\n]*(?:\\[\s\S][^'\\\n]*)*'?|url\(\s*[^"'\s)][^)]*\)?|\\[\s\S]|[{};]/gi;
const COMMA =
  /\/\*[^*]*(?:\*(?!\/)[^*]*)*(?:\*\/)?|"[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*"?|'[^'\\\n]*(?:\\[\s\S][^'\\\n]*)*'?|\\[\s\S]|[()[\],]/g;

/**
 * CSS as a replayer needs it: rules for what the pointer is over apply to the class `:hover` too, and
 * conditions on the device's size look at the frame's. What rrweb does with postcss, in a fiftieth of its time.
 * What needs no change comes back as it is, the same string.
 */
export function adaptCss(css: string): string {
  if (!css.includes(":hover") && !css.includes("-device-")) return css;
  let adapted = "";
  let copiedTo = 0;
  let start = 0;
  for (const { 0: token, index } of css.matchAll(TOKEN)) {
    // A comment in front is no part of what it stands before.
    if (token.startsWith("/*") && css.slice(start, index).trim() === "") start = index + token.length;
    if (token !== "{" && token !== "}" && token !== ";") continue;
    if (token !== "}") {
      const head = css.slice(start, index);
      const changed = adaptHead(head, token === "{");
      if (changed !== head) {
        adapted += css.slice(copiedTo, start) + changed;
        copiedTo = index;
      }
    }
    start = index + 1;
  }
  return adapted + css.slice(copiedTo);
}

/** What stands before a block or ends a statement: an at-rule's condition, or a rule's selectors. */
function adaptHead(head: string, opensBlock: boolean): string {
  if (head.trimStart().startsWith("@")) return head.replace(DEVICE_SIZE, "$1-$2");
  if (!opensBlock || !head.includes(":hover")) return head;
  const hovered = selectorsOf(head).filter((selector) => selector.includes(":hover"));
  return [head.trimEnd(), ...hovered.map((selector) => selector.trim().replaceAll(":hover", HOVERED))].join(
    ",\n",
  );
}

/** The selectors of a list, at its commas that are in no brackets. */
function selectorsOf(list: string): string[] {
  const selectors: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of list.matchAll(COMMA)) {
    if (token === "(" || token === "[") depth += 1;
    else if (token === ")" || token === "]") depth -= 1;
    else if (token === "," && depth === 0) {
      selectors.push(list.slice(start, index));
      start = index + 1;
    }
  }
  return [...selectors, list.slice(start)];
}
