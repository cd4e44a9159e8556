import { scrubCss } from "./css.js";
import { placeholderUrl } from "./placeholder.js";
import { isScriptUrl, mayLoad, type SanitisePolicy } from "./policy.js";

/** Attributes as rrweb records them; a style may be a map of properties in a mutation. */
export type Attributes = Record<string, unknown>;

/** Never set: they run, send, embed, or take the viewer's focus. */
const NEVER: ReadonlySet<string> = new Set([
  "srcdoc",
  "ping",
  "target",
  "action",
  "formaction",
  "formtarget",
  "manifest",
  "autofocus",
  "autoplay",
  "http-equiv",
  "codebase",
  "classid",
  "archive",
  "code",
  "data",
  "profile",
  "longdesc",
  "imagesrcset",
  "attributionsrc",
  "nonce",
  "sandbox",
  "allow",
  "is",
  "rr_src",
  "rr_mediastate",
  "rr_mediacurrenttime",
]);

/** Hold an address that is fetched. */
const LOADS: ReadonlySet<string> = new Set([
  "src",
  "poster",
  "background",
  "lowsrc",
  "dynsrc",
  "icon",
  "rr_dataurl",
]);
/** Elements whose `href` is followed only when clicked, which a viewer cannot. */
const LINKS: ReadonlySet<string> = new Set(["a", "area"]);
/** Elements whose `src` is a picture with a place of its own. */
const PICTURES: ReadonlySet<string> = new Set(["img", "input", "image"]);
/** Elements whose `src` no policy lets load. */
const EMBEDS: ReadonlySet<string> = new Set([
  "iframe",
  "frame",
  "embed",
  "object",
  "script",
  "portal",
  "fencedframe",
  "track",
]);
/** SVG elements that change another attribute over time. */
const ANIMATIONS: ReadonlySet<string> = new Set([
  "animate",
  "set",
  "animatemotion",
  "animatetransform",
  "discard",
]);

/** Elements whose rules need their name when an attribute changes later. */
export const RULED: ReadonlySet<string> = new Set([...LINKS, ...PICTURES, ...EMBEDS, ...ANIMATIONS, "link"]);

/** A name without its namespace's prefix, in lower case. */
export const localName = (name: string): string => name.slice(name.lastIndexOf(":") + 1).toLowerCase();

/**
 * Removes or replaces, in place, what would run or fetch. `tag` is the element's local name in lower case, or
 * empty when it is not known (a mutation of an element that needs no special rule).
 */
export function cleanAttributes(tag: string, attributes: Attributes, policy: SanitisePolicy): void {
  const missing =
    PICTURES.has(tag) && tag !== "input" && attributes.src === undefined && attributes.srcset !== undefined;
  for (const name in attributes) {
    const value = attributes[name];
    if (value === null || value === undefined) continue;
    const cleaned = cleanAttribute(tag, localName(name), value, attributes, policy);
    if (cleaned === undefined) delete attributes[name];
    else if (cleaned !== value) attributes[name] = cleaned;
  }
  if (missing && attributes.srcset === undefined)
    attributes.src = placeholderUrl(attributes.width, attributes.height);
}

function cleanAttribute(
  tag: string,
  name: string,
  value: unknown,
  attributes: Attributes,
  policy: SanitisePolicy,
): unknown {
  if (name.startsWith("on") || NEVER.has(name)) return undefined;
  if (name === "style" && typeof value === "object")
    return cleanStyle(value as Record<string, unknown>, policy);
  if (typeof value !== "string") return typeof value === "object" ? undefined : value;
  if (name === "srcset")
    return policy.allowRemote && !EMBEDS.has(tag) && isRemoteSet(value, policy) ? value : undefined;
  if (LOADS.has(name)) {
    if (!EMBEDS.has(tag) && mayLoad(value, policy)) return value;
    return name === "src" && PICTURES.has(tag)
      ? placeholderUrl(attributes.width, attributes.height)
      : undefined;
  }
  if (name === "href") return cleanHref(tag, value, attributes, policy);
  if (name === "attributename" && ANIMATIONS.has(tag) && /href|^on|src|style/i.test(value)) return undefined;
  if (name === "_csstext" || name === "style") return scrubCss(value, policy);
  if (isScriptUrl(value)) return undefined;
  // Presentation attributes of SVG take `url(…)` as styles do; ordinary attributes do not contain it.
  return value.includes("(") || value.includes("\\") ? scrubCss(value, policy) : value;
}

function cleanHref(
  tag: string,
  value: string,
  attributes: Attributes,
  policy: SanitisePolicy,
): string | undefined {
  if (LINKS.has(tag)) return isScriptUrl(value) ? undefined : value;
  if (tag === "link") {
    const isSheet = String(attributes.rel).trim().toLowerCase() === "stylesheet";
    return isSheet && policy.allowRemote && mayLoad(value, policy) && !value.startsWith("data:")
      ? value
      : undefined;
  }
  if (tag === "base") return undefined;
  if (value.trim().startsWith("#")) return value;
  if (tag !== "image" && tag !== "feimage") return undefined;
  return mayLoad(value, policy) ? value : placeholderUrl(attributes.width, attributes.height);
}

/** Every candidate of a `srcset` may load. */
const isRemoteSet = (value: string, policy: SanitisePolicy): boolean =>
  value.split(/,\s+/).every((candidate) => mayLoad(candidate.trim().split(/\s/)[0] ?? "", policy));

/** A mutation of a style: each property a value, `[value, priority]`, or `false` for its removal. */
function cleanStyle(style: Record<string, unknown>, policy: SanitisePolicy): Record<string, unknown> {
  for (const property in style) {
    const value = style[property];
    if (typeof value === "string") style[property] = scrubCss(value, policy);
    else if (Array.isArray(value)) {
      // A list in it would be written out as text.
      style[property] = value.map((part) => (typeof part === "string" ? scrubCss(part, policy) : ""));
    } else if (value !== false) delete style[property];
  }
  return style;
}
