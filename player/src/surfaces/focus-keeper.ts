/**
 * Keeps the focus, and with it the keys, out of a frame: a recorded modal dialog takes it although nothing in
 * the frame can be reached. It goes back to where it was.
 */
export class FocusKeeper {
  #last: Element | undefined;

  /** Begins to remember where the focus is. */
  start(): void {
    document.addEventListener("focusin", this.#remember, true);
  }

  /** Forgets. */
  stop(): void {
    document.removeEventListener("focusin", this.#remember, true);
    this.#last = undefined;
  }

  /** Gives the focus back when the frame has it. */
  keep(frame: HTMLIFrameElement): void {
    const root = frame.getRootNode();
    if (!(root instanceof ShadowRoot || root instanceof Document) || root.activeElement !== frame) return;
    frame.blur();
    if (this.#last instanceof HTMLElement && this.#last.isConnected)
      this.#last.focus({ preventScroll: true });
  }

  readonly #remember = (event: Event): void => {
    const [target] = event.composedPath();
    if (target instanceof Element && !(target instanceof HTMLIFrameElement)) this.#last = target;
  };
}
