import type { RecordOptions } from "./rrweb.js";

/** Characters of an element's words: a button's, not a page's. */
const MAX_WORDS = 100;
const FIELDS = "input,textarea,select,[contenteditable]";
const NAMED = `${FIELDS},a,button,summary,label,option,[role],[onclick]`;

/**
 * Says what an element is in words a person would use: a button's text, a field's label or name; never a word that is
 * typed or that the settings hide. `undefined`: the settings ignore what is typed there.
 */
export function createWords({
  blockClass = "rr-block",
  blockSelector,
  maskTextClass = "rr-mask",
  maskTextSelector,
  ignoreClass = "rr-ignore",
  ignoreSelector,
}: RecordOptions): (target: Element, typed?: boolean) => string | undefined {
  const is = (element: Element, name: string | RegExp, selector?: string | null): boolean =>
    [...element.classList].some((one) => one === name || (name as Partial<RegExp>).test?.(one)) ||
    Boolean(selector && element.matches(selector));
  const hides = (element: Element): boolean =>
    is(element, blockClass, blockSelector) || is(element, maskTextClass, maskTextSelector);
  const text = (node: Node): string =>
    node.nodeType === 3
      ? (node.nodeValue ?? "")
      : [...node.childNodes]
          .filter(
            (child) =>
              !(child instanceof Element && (child.matches(`${FIELDS},script,style`) || hides(child))),
          )
          .map(text)
          .join(" ");

  return (target, typed) => {
    for (
      let at: Element | undefined = target;
      at;
      at = at.parentElement ?? (at.getRootNode() as ShadowRoot).host
    ) {
      if (hides(at)) return "a masked element";
    }
    if (typed && is(target, ignoreClass, ignoreSelector)) return undefined;
    const element = target.closest(NAMED) ?? target;
    const { labels, type } = element as HTMLInputElement;
    const named = labels?.[0] ?? element;
    const button = /^(submit|button|reset)$/.test(type) ? "value" : "name";
    const words = [
      element.getAttribute("aria-label"),
      named.matches(NAMED) && text(named).replace(/\s+/g, " ").trim(),
      ...[button, "title", "alt", "placeholder", "data-testid"].map(
        (name) => target.getAttribute(name) || element.getAttribute(name),
      ),
      [element.localName + (element.id && `#${element.id}`), ...element.classList].join("."),
    ];
    return (words.find(Boolean) as string).slice(0, MAX_WORDS);
  };
}
