/** Sleep that can be ended early: by whatever gives a loop something to do. */
export class Alarm {
  #wake: (() => void) | undefined;
  #rung = false;

  /** Resolves after so many milliseconds, or as soon as it rings; at once when it has rung since the last time. */
  async sleep(ms: number): Promise<void> {
    if (!this.#rung)
      await new Promise<void>((resolve) => {
        // Longer than a timer can count is for ever.
        const timer = ms < 2 ** 31 ? setTimeout(resolve, ms) : undefined;
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#wake = undefined;
    this.#rung = false;
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }
}
