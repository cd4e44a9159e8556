import { record } from "rrweb";
import type { PlayEvent } from "../../../src/store/index.js";

declare global {
  interface Window {
    recordChanges(seed: number, rounds: number): Promise<readonly PlayEvent[]>;
  }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Records a page on which all kinds of things happen at random: in its own tree, in shadow trees and in frames. */
window.recordChanges = async (seed, rounds) => {
  const random = randomOf(seed);
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const events: PlayEvent[] = [];
  document.body.innerHTML =
    "<ul id=list><li>one<li>two</ul><div id=shadows></div><div id=frames></div><form><input><textarea></textarea></form><div id=tall style='height:50px;overflow:auto'><p style='height:400px'>tall</p></div>";
  const stop = record({ emit: (event) => events.push(event as unknown as PlayEvent) });
  const roots = (): readonly (Element | ShadowRoot)[] => {
    const own = [...document.querySelectorAll("#list, #list *, #shadows > *")];
    const shadows = own.flatMap(({ shadowRoot }) =>
      shadowRoot === null ? [] : [shadowRoot, ...shadowRoot.querySelectorAll("*")],
    );
    const framed = [...document.querySelectorAll("iframe")].flatMap(({ contentDocument }) =>
      contentDocument?.body == null
        ? []
        : [contentDocument.body, ...contentDocument.body.querySelectorAll("*")],
    );
    return [...own, ...shadows, ...framed].filter((node) => !(node instanceof HTMLStyleElement));
  };
  const make = (owner: Document): Node => {
    const tag = pick(["li", "b", "section", "text", "comment"]) ?? "b";
    if (tag === "text") return owner.createTextNode(`text ${Math.floor(random() * 99)}`);
    if (tag === "comment") return owner.createComment("a comment");
    const element = owner.createElement(tag);
    if (random() < 0.5) element.append(owner.createElement("i"), `in ${tag}`);
    return element;
  };
  const acts: readonly ((root: Element | ShadowRoot) => void)[] = [
    (root) => root.append(make(root.ownerDocument)),
    (root) => root.prepend(make(root.ownerDocument), make(root.ownerDocument)),
    (root) => root.insertBefore(make(root.ownerDocument), pick([...root.childNodes]) ?? null),
    (root) => pick([...root.childNodes])?.remove(),
    // Moved, within what it is in.
    (root) => root.append(...[pick([...root.childNodes])].filter((node) => node !== undefined)),
    (root) => {
      const child = pick(
        [...root.childNodes].filter(
          (node) => node instanceof (root.ownerDocument.defaultView ?? window).CharacterData,
        ),
      );
      if (child !== undefined) child.nodeValue = `changed ${Math.floor(random() * 99)}`;
    },
    (root) => {
      if (root instanceof ShadowRoot) return;
      root.setAttribute(pick(["class", "title", "data-a"]) ?? "class", String(Math.floor(random() * 9)));
      if (random() < 0.3) root.removeAttribute("title");
      (root as HTMLElement).style.setProperty(
        pick(["color", "margin-left", "border"]) ?? "color",
        pick(["red", "1px solid red", "3px"]) ?? "",
      );
      if (random() < 0.1) root.setAttribute("style", "top: 1px");
    },
    () => {
      const host = document.createElement("div");
      document.querySelector("#shadows")?.append(host);
      host.attachShadow({ mode: "open" }).append("in the shadow", document.createElement("p"));
    },
    () => {
      if (document.querySelectorAll("iframe").length > 3)
        return pick([...document.querySelectorAll("iframe")])?.remove();
      const frame = document.createElement("iframe");
      document.querySelector("#frames")?.append(frame);
      frame.contentDocument?.body?.append("in the frame");
    },
    () => {
      const style = document.createElement("style");
      style.textContent = `.n${Math.floor(random() * 9)} { color: red }`;
      document.head.append(style);
    },
    () => {
      const style = pick([...document.querySelectorAll<HTMLStyleElement>("style")]);
      const change = Math.floor(random() * 4);
      if (style === undefined) return;
      if (change === 0) style.sheet?.insertRule(`.i${Math.floor(random() * 9)} { top: 0 }`);
      else if (change === 1) style.textContent = ".set { left: 0 }";
      else if (change === 2 && style.firstChild !== null) style.firstChild.nodeValue = ".text { left: 1px }";
      else style.remove();
    },
    () => {
      const field = pick([...document.querySelectorAll<HTMLInputElement>("input, textarea")]);
      if (field === undefined) return;
      field.value = `typed ${Math.floor(random() * 99)}`;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    () => document.querySelector("#tall")?.scrollTo(0, Math.floor(random() * 300)),
  ];
  for (let round = 0; round < rounds; round++) {
    for (let count = 0; count < 6; count++) {
      const root = pick(roots());
      if (root !== undefined) pick(acts)?.(root);
    }
    await new Promise((resolve) => setTimeout(resolve, 12));
  }
  // What is told in batches is told by now.
  await new Promise((resolve) => setTimeout(resolve, 600));
  stop?.();
  return events;
};
