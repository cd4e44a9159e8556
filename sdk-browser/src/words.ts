import type { RecordOptions } from "./rrweb.js";

/** Says what an element is, in words a person would use, and never a word that is masked or typed. */
export interface Words {
  /** Of what was clicked. */
  clicked(target: Element): string;
  /** Of a field: its label or name, never its value. `undefined` when it is not to be mentioned. */
  field(target: Element): string | undefined;
}

/** Characters of an element's text: a button's words, not a page's. */
const MAX_TEXT = 120;
const ACTIONABLE =
  "a,button,summary,label,option,[role=button],[role=link],[role=tab],[role^=menuitem],[onclick]";
const FIELDS = "input,textarea,select,[contenteditable]";

/** Makes words under the same masks that rrweb is given. */
export function createWords(options: RecordOptions): Words {
  const { blockClass = "rr-block", maskTextClass = "rr-mask", ignoreClass = "rr-ignore" } = options;
  const { blockSelector, maskTextSelector, ignoreSelector } = options;
  const hides = (element: Element): boolean =>
    is(element, blockClass, blockSelector) || is(element, maskTextClass, maskTextSelector);

  const hidden = (element: Element): boolean => {
    for (let at: Element | null = element; at; at = parentOf(at)) if (hides(at)) return true;
    return false;
  };

  /** The text in it, but for what is masked, typed or no text at all. */
  const text = (node: Node): string => {
    let found = "";
    for (const child of node.childNodes) {
      if (found.length > MAX_TEXT) break;
      if (child.nodeType === 3) found += child.nodeValue;
      else if (child instanceof Element && !child.matches(`${FIELDS},script,style`) && !hides(child)) {
        found += ` ${text(child)} `;
      }
    }
    return found.replace(/\s+/g, " ").trim().slice(0, MAX_TEXT);
  };

  const attribute = (element: Element, ...names: readonly string[]): string =>
    names.map((name) => element.getAttribute(name)).find(Boolean) ?? "";

  const tag = (element: Element): string =>
    element.localName +
    (element.id && `#${element.id}`) +
    [...element.classList].map((name) => `.${name}`).join("");

  const field = (element: Element): string => {
    const label = (element as Partial<HTMLInputElement>).labels?.[0];
    return (
      (label && !hidden(label) && text(label)) ||
      attribute(element, "aria-label", "name", "placeholder", "title", "data-testid") ||
      tag(element)
    );
  };

  return {
    clicked(target) {
      if (hidden(target)) return "a masked element";
      const element = target.closest(`${ACTIONABLE},${FIELDS}`) ?? target;
      const button = /^(submit|button|reset)$/.test((element as HTMLInputElement).type);
      if (element.matches(FIELDS) && !button) return field(element);
      return (
        attribute(element, "aria-label") ||
        (element.localName === "input" && attribute(element, "value")) ||
        (element.matches(ACTIONABLE) && text(element)) ||
        attribute(target, "title", "alt", "data-testid") ||
        attribute(element, "title", "alt", "data-testid") ||
        tag(element)
      );
    },
    field(target) {
      if (hidden(target)) return "a masked field";
      return is(target, ignoreClass, ignoreSelector) ? undefined : field(target);
    },
  };
}

function is(element: Element, name: string | RegExp, selector: string | null | undefined): boolean {
  const { classList } = element;
  if (typeof name === "string" ? classList.contains(name) : [...classList].some((one) => name.test(one)))
    return true;
  return Boolean(selector) && element.matches(selector as string);
}

const parentOf = (element: Element): Element | null =>
  element.parentElement ?? (element.getRootNode() as Partial<ShadowRoot>).host ?? null;
