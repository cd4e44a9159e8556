import type { Page } from "playwright-core";

/**
 * In a page: what a person would see of a document, as text, so that the recorded page and its replay can be
 * compared. Left out: scripts, styles and what the replay adds for itself (`rr_` attributes). What is typed is
 * compared as it was masked (a masked choice has no option to show). The replay marks what the pointer is over with a class of its own.
 */
const SERIALISE = `((doc) => {
  const skip = new Set(["SCRIPT", "NOSCRIPT", "STYLE", "LINK", "META"]);
  const lines = [];
  const walk = (node, depth) => {
    if (node.nodeType === 3) {
      const text = node.textContent.replace(/\\s+/g, " ").trim();
      if (text) lines.push(" ".repeat(depth) + JSON.stringify(text));
      return;
    }
    if (node.nodeType !== 1 || skip.has(node.tagName)) return;
    const attributes = [...node.attributes].filter((a) => !a.name.startsWith("rr_") && !["value", "checked", "selected", "href", "autocomplete"].includes(a.name) && !a.name.startsWith("on"))
      .map((a) => a.name + "=" + (a.name === "class" ? a.value.split(/\\s+/).filter((c) => c && c !== ":hover").join(" ") : a.value))
      .filter((text) => text !== "class=").sort().join(" ");
    let state = "";
    if (node.tagName === "INPUT" && node.type === "checkbox") state = " checked:" + node.checked;
    else if (node.tagName === "INPUT" || node.tagName === "TEXTAREA") state = " value:" + "*".repeat(node.value.length);
    lines.push(" ".repeat(depth) + node.tagName + " " + attributes + state);
    if (node.tagName === "TEXTAREA" || node.tagName === "SELECT") return;
    for (const child of node.childNodes) walk(child, depth + 1);
  };
  walk(doc.body, 0);
  return lines.join("\\n");
})`;

/** In a page: the document the player shows, through every shadow root. */
const REPLAYED = `(() => {
  const find = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.localName === "iframe" && element.contentDocument?.body) return element.contentDocument;
      const inner = element.shadowRoot && find(element.shadowRoot);
      if (inner) return inner;
    }
  };
  return find(document);
})`;

/** The page's own document, as text. */
export const serialisePage = (page: Page): Promise<string> => page.evaluate(`${SERIALISE}(document)`);

/** The document a viewer's player shows, as text; empty when it shows none. */
export const serialiseReplay = (viewer: Page): Promise<string> =>
  viewer.evaluate(`(() => { const doc = ${REPLAYED}(); return doc ? ${SERIALISE}(doc) : ""; })()`);

/** The text of one element of the replayed document. */
export const replayedText = (viewer: Page, selector: string): Promise<string | undefined> =>
  viewer.evaluate(`${REPLAYED}()?.querySelector(${JSON.stringify(selector)})?.textContent ?? undefined`);
