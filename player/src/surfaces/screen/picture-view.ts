import type { DisplayEvent } from "@reeltime/recorder/protocol";
import type { Placement } from "./arrangement.js";
import { MarksView } from "./marks-view.js";
import type { Painted } from "./painter.js";
import { SharpView } from "./sharp-view.js";
import { type StateWords, stateWords } from "./state-words.js";

/** The elements of one picture: its exact pixels, what is seen of them, the marks over it, and words when there are any. */
export class PictureView {
  readonly element = document.createElement("div");
  /** Its exact pixels, one each; not seen itself. */
  readonly exact = document.createElement("canvas");
  readonly marks = new MarksView();
  readonly #sharp: SharpView;
  readonly #words = document.createElement("div");
  #said = "";

  constructor() {
    this.element.className = "picture";
    this.exact.className = "exact";
    this.exact.hidden = true;
    this.exact.width = 0;
    this.#sharp = new SharpView(this.exact);
    this.#words.className = "words";
    this.#words.hidden = true;
    // There before anything is said in it, or else it is not read out.
    this.#words.setAttribute("role", "status");
    this.#sharp.canvas.setAttribute("role", "img");
    this.element.append(this.exact, this.#sharp.canvas, this.marks.element, this.#words);
  }

  /** Shows what was painted. */
  show({ part }: Painted): void {
    if (part !== undefined) this.#sharp.draw(part);
  }

  /** Says how the picture is. */
  say(display: DisplayEvent, painted: Pick<Painted, "filled" | "tooLarge">): void {
    const words = stateWords(display, painted);
    const name = display.name || (display.source === "window" ? "A window" : "A display");
    this.#sharp.canvas.setAttribute("aria-label", `${name}, as it was recorded`);
    const said = words === undefined ? "" : `${words.title}\n${words.text}\n${words.aside}`;
    if (said === this.#said) return;
    this.#said = said;
    this.#words.hidden = words === undefined;
    this.element.classList.toggle("covered", words !== undefined && !words.aside);
    if (words === undefined) this.#words.replaceChildren();
    else this.#write(words);
  }

  /** Puts it into its place; without one it is not seen. */
  place(placement: Placement | undefined): void {
    const { style } = this.element;
    this.element.hidden = placement === undefined;
    if (placement === undefined) return;
    style.left = `${placement.left * 100}%`;
    style.top = `${placement.top * 100}%`;
    style.width = `${placement.width * 100}%`;
    style.height = `${placement.height * 100}%`;
  }

  /** Lets go. */
  close(): void {
    this.#sharp.close();
    this.exact.width = 0;
    this.element.remove();
  }

  #write({ title, text, aside }: StateWords): void {
    const head = document.createElement("b");
    head.textContent = title;
    const body = document.createElement("span");
    body.textContent = text;
    this.#words.classList.toggle("aside", aside);
    this.#words.replaceChildren(head, body);
  }
}
