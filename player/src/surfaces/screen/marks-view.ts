import type { InputMarks } from "./input-track.js";
import type { PictureSize } from "./paint-plan.js";

/** Draws what its user does over a picture, in elements placed by shares of it: right at any size without drawing anew. */
export class MarksView {
  readonly element = div("marks");
  readonly #pointer = div("pointer");
  readonly #ripples = div("ripples");
  readonly #wheel = div("wheel");
  readonly #keys = div("keys");
  #drawn = "";

  constructor() {
    this.element.setAttribute("aria-hidden", "true");
    this.element.append(this.#ripples, this.#wheel, this.#pointer, this.#keys);
  }

  /**
   * Draws the marks of one moment.
   * @param here the pointer is in this picture, not in another one
   */
  draw(marks: InputMarks, size: PictureSize, here: boolean): void {
    const drawn = JSON.stringify([marks, size, here]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const { pointer, wheel } = marks;
    const place = (element: HTMLElement, at: { readonly x: number; readonly y: number }): void => {
      element.style.left = `${(100 * at.x) / size.width}%`;
      element.style.top = `${(100 * at.y) / size.height}%`;
    };
    this.#pointer.hidden = pointer === undefined || !here;
    this.#pointer.classList.toggle("pressed", marks.pressed);
    if (pointer !== undefined) place(this.#pointer, pointer);
    this.#wheel.hidden = wheel === undefined || pointer === undefined || !here;
    if (wheel !== undefined && pointer !== undefined) {
      place(this.#wheel, pointer);
      const sideways = Math.abs(wheel.deltaX) > Math.abs(wheel.deltaY);
      const turn = sideways ? (wheel.deltaX > 0 ? -90 : 90) : wheel.deltaY > 0 ? 0 : 180;
      this.#wheel.style.setProperty("--turn", `${turn}deg`);
      this.#wheel.style.setProperty("--age", wheel.age.toFixed(3));
    }
    pool(this.#ripples, marks.ripples.length, "ripple");
    for (const [index, ripple] of marks.ripples.entries()) {
      const element = this.#ripples.children[index];
      if (!(element instanceof HTMLElement)) continue;
      place(element, ripple);
      element.classList.toggle("other", ripple.button !== 1);
      element.style.setProperty("--age", ripple.age.toFixed(3));
    }
    pool(this.#keys, marks.keys.length, "chord");
    for (const [index, { key, age }] of marks.keys.entries()) {
      const element = this.#keys.children[index];
      if (!(element instanceof HTMLElement)) continue;
      if (element.dataset.key !== key) {
        element.dataset.key = key;
        element.replaceChildren(...key.split(/(?<=.)\+(?=.)/).map(cap));
      }
      element.style.setProperty("--age", age.toFixed(3));
    }
  }
}

/** One key of a chord. */
function cap(key: string): HTMLElement {
  const element = document.createElement("kbd");
  element.textContent = key;
  return element;
}

/** Makes an element have just so many children. */
function pool(parent: HTMLElement, count: number, className: string): void {
  while (parent.children.length > count) parent.lastElementChild?.remove();
  while (parent.children.length < count) parent.append(div(className));
}

function div(className: string): HTMLDivElement {
  const element = document.createElement("div");
  element.className = className;
  return element;
}
