/**
 * What a surface shows, as lines: every node with its attributes, what is typed, chosen and scrolled, the rules of its
 * sheets, and where the pointer is. Elements that show nothing and run nothing keep their text to themselves.
 */
export function describe(root: HTMLElement): readonly string[] {
  const frame = root.querySelector("iframe");
  const pointer = root.querySelector<HTMLElement>(".replayer-mouse");
  const lines = [
    `size ${frame?.getAttribute("width")} ${frame?.getAttribute("height")}`,
    `pointer ${pointer?.style.left} ${pointer?.style.top} ${pointer?.className}`,
  ];
  const doc = frame?.contentDocument;
  if (doc !== null && doc !== undefined) describeDocument(doc, 0, lines);
  return lines;
}

function describeDocument(doc: Document, depth: number, lines: string[]): void {
  const { scrollingElement } = doc;
  lines.push(`document scrolled ${scrollingElement?.scrollLeft} ${scrollingElement?.scrollTop}`);
  for (const sheet of doc.adoptedStyleSheets) lines.push(...rulesOf(sheet));
  for (const child of doc.childNodes) describeNode(child, depth, lines);
}

function describeNode(node: Node, depth: number, lines: string[]): void {
  const indent = " ".repeat(depth);
  const { ELEMENT_NODE, DOCUMENT_TYPE_NODE } = node;
  if (node.nodeType === DOCUMENT_TYPE_NODE) lines.push(`${indent}doctype ${node.nodeName}`);
  else if (node.nodeType !== ELEMENT_NODE)
    lines.push(`${indent}${node.nodeType} ${JSON.stringify(node.nodeValue)}`);
  else describeElement(node as HTMLElement, depth, lines);
}

function describeElement(element: HTMLElement, depth: number, lines: string[]): void {
  const indent = " ".repeat(depth);
  const attributes = [...element.attributes]
    .map(({ name, value }) => {
      if (name === "style") return `style=${styleOf(element)}`;
      // A replayer's own mark of what the pointer is over is gone when the class is set, and comes back with a move.
      return `${name}=${
        name === "class"
          ? value
              .split(/\s+/)
              .filter((part) => part !== ":hover")
              .join(" ")
              .trim()
          : value
      }`;
    })
    .filter((text) => text !== "class=");
  const { scrollLeft, scrollTop } = element;
  const scrolled = scrollLeft === 0 && scrollTop === 0 ? "" : ` scrolled ${scrollLeft} ${scrollTop}`;
  lines.push(
    `${indent}<${element.namespaceURI} ${element.nodeName} ${attributes.sort().join(" ")}>${typedIn(element)}${scrolled}`,
  );
  if (element.localName === "style") lines.push(...rulesOf((element as HTMLStyleElement).sheet));
  if (element.localName === "noscript") return;
  if (element.shadowRoot !== null) {
    lines.push(`${indent} shadow`);
    for (const sheet of element.shadowRoot.adoptedStyleSheets) lines.push(...rulesOf(sheet));
    for (const child of element.shadowRoot.childNodes) describeNode(child, depth + 2, lines);
  }
  if (element.localName === "iframe") {
    const { contentDocument } = element as HTMLIFrameElement;
    if (contentDocument !== null) describeDocument(contentDocument, depth + 2, lines);
  }
  for (const child of element.childNodes) describeNode(child, depth + 1, lines);
}

function styleOf({ style }: HTMLElement): string {
  return [...style]
    .map((name) => `${name}:${style.getPropertyValue(name)}${style.getPropertyPriority(name)}`)
    .sort()
    .join(";");
}

function typedIn(element: HTMLElement): string {
  if (element.localName === "input") {
    const { value, checked } = element as HTMLInputElement;
    return ` value ${JSON.stringify(value)} ${checked}`;
  }
  // Not what is selected: where nobody chose, it is the option that was built first.
  return element.localName === "textarea"
    ? ` value ${JSON.stringify((element as HTMLTextAreaElement).value)}`
    : "";
}

const rulesOf = (sheet: CSSStyleSheet | null): readonly string[] =>
  sheet === null ? ["no sheet"] : [...sheet.cssRules].map((rule) => `rule ${rule.cssText}`);
