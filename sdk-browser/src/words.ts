import { MAX_WORDS } from "./limits.js";
import { options } from "./options.js";

const FIELDS = "input,textarea,select,[contenteditable]";
const NAMED = `${FIELDS},a,button,summary,label,option,[role],[onclick]`;

const is = (element: Element, name: string | RegExp, selector?: string | null): boolean =>
  [...element.classList].some((one) => one === name || (name as Partial<RegExp>).test?.(one)) ||
  Boolean(selector && element.matches(selector));

const hides = (element: Element): boolean =>
  is(element, options.blockClass ?? "rr-block", options.blockSelector) ||
  is(element, options.maskTextClass ?? "rr-mask", options.maskTextSelector);

/** The text in a node, but for what is typed, hidden or no text at all. */
const text = (node: Node): string =>
  node.nodeType === 3
    ? (node.nodeValue ?? "")
    : node instanceof Element && (node.matches(`${FIELDS},script,style`) || hides(node))
      ? ""
      : [...node.childNodes].map(text).join(" ");

/**
 * Says what an element is in words a person would use: a button's text, a field's label or name; never a word that is
 * typed or that the settings hide. `undefined`: the settings ignore what is typed there.
 */
export const wordsFor = (target: Element, typed: boolean): string | undefined => {
  for (
    let at: Element | undefined = target;
    at;
    at = at.parentElement ?? (at.getRootNode() as ShadowRoot).host
  ) {
    if (hides(at)) return "a masked element";
  }
  if (typed && is(target, options.ignoreClass ?? "rr-ignore", options.ignoreSelector)) return undefined;
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
