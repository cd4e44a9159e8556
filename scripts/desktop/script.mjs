/**
 * What happens, told in order: where the pointer goes, what is pressed and typed, and what that changes. From the
 * telling follow the state at any time and everything that was done between two times.
 */

/** Milliseconds between two places of a moving pointer, as the recorder thins them. */
const POINTER_EVERY_MS = 50;

export class Script {
  /** When the next thing happens, ms from the beginning. */
  ms = 0;
  /** @type {{atMs: number, name: string, value: unknown}[]} in the order of time once `ordered` */
  changes = [];
  /** @type {object[]} events of the pointer, its buttons, the wheel and keys, `atMs` from the beginning */
  inputs = [];
  /** @type {object[]} facts, `atMs` from the beginning */
  facts = [];
  #x;
  #y;
  #random = 20_417;

  /** @param {{x: number, y: number}} pointer where it is at the beginning */
  constructor(pointer) {
    this.#x = pointer.x;
    this.#y = pointer.y;
    this.inputs.push({ type: "pointer", atMs: 0, x: pointer.x, y: pointer.y });
  }

  /** The same every time, 0 up to 1. */
  #chance() {
    this.#random = (this.#random * 1_103_515_245 + 12_345) % 2 ** 31;
    return this.#random / 2 ** 31;
  }

  wait(ms) {
    this.ms += ms;
    return this;
  }

  /** @param {Readonly<Record<string, unknown>>} values by name */
  set(values, afterMs = 0) {
    for (const [name, value] of Object.entries(values)) {
      this.changes.push({ atMs: this.ms + afterMs, name, value });
    }
    return this;
  }

  /** Moves the pointer there as a hand does; `during` is told each place. */
  moveTo(x, y, tookMs = 600, during) {
    const { ms } = this;
    const [fromX, fromY] = [this.#x, this.#y];
    const bend = (this.#chance() - 0.5) * 60;
    for (let passed = POINTER_EVERY_MS; passed <= tookMs; passed += POINTER_EVERY_MS) {
      const share = passed / tookMs;
      const eased = share * share * (3 - 2 * share);
      const off = Math.sin(Math.PI * eased) * bend;
      const far = Math.hypot(x - fromX, y - fromY) > 120 ? 1 : 0;
      this.#x = Math.round(fromX + (x - fromX) * eased - off * far * 0.3);
      this.#y = Math.round(fromY + (y - fromY) * eased + off * far);
      this.ms = ms + passed;
      this.inputs.push({ type: "pointer", atMs: this.ms, x: this.#x, y: this.#y });
      during?.(this.#x, this.#y);
    }
    this.#x = x;
    this.#y = y;
    this.ms = ms + tookMs;
    return this;
  }

  down(button = 1) {
    return this.#button(button, true);
  }

  up(button = 1) {
    return this.#button(button, false);
  }

  #button(button, down) {
    this.inputs.push({ type: "button", atMs: this.ms, x: this.#x, y: this.#y, button, down, clicks: 1 });
    return this;
  }

  /** Presses and lets go; `fact` is what was clicked, in words. */
  click(fact) {
    this.wait(120).down();
    if (fact !== undefined) this.fact("click", fact);
    return this.wait(90).up();
  }

  wheel(deltaY) {
    this.inputs.push({ type: "wheel", atMs: this.ms, x: this.#x, y: this.#y, deltaX: 0, deltaY });
    return this;
  }

  /** A special key or a chord; letters are never told. */
  key(key) {
    this.inputs.push({ type: "key", atMs: this.ms, key });
    return this;
  }

  /** Types into a value, letter by letter. */
  type(name, words, everyMs = 115) {
    for (let length = 1; length <= words.length; length++) {
      this.wait(everyMs * (0.55 + this.#chance() * 0.9));
      this.set({ [name]: words.slice(0, length) });
    }
    return this;
  }

  /** Changes a value in steps. */
  glide(name, from, to, tookMs, { everyMs = 50, digits = 2 } = {}) {
    const { ms } = this;
    for (let passed = everyMs; passed <= tookMs; passed += everyMs) {
      const share = passed / tookMs;
      const eased = share * share * (3 - 2 * share);
      this.ms = ms + passed;
      this.set({ [name]: Number((from + (to - from) * eased).toFixed(digits)) });
    }
    this.ms = ms + tookMs;
    return this.set({ [name]: to });
  }

  fact(type, text, detail) {
    this.facts.push({ type, atMs: this.ms, text, ...(detail === undefined ? {} : { detail }) });
    return this;
  }

  /** A window gets the keyboard. */
  focus(app, title) {
    this.set({ active: app });
    return this.fact("navigation", title, { app, title });
  }

  /** Puts everything into the order of time. Then `stateAt` and `between` answer. */
  ordered() {
    for (const list of [this.changes, this.inputs, this.facts]) list.sort((a, b) => a.atMs - b.atMs);
    return this;
  }

  /** Every value as it is then. */
  stateAt(ms, first) {
    const state = { ...first };
    for (const { atMs, name, value } of this.changes) {
      if (atMs > ms) break;
      state[name] = value;
    }
    return state;
  }
}

/** What of a list lies after `fromMs`, up to `toMs`. */
export const between = (list, fromMs, toMs) => list.filter(({ atMs }) => atMs > fromMs && atMs <= toMs);
