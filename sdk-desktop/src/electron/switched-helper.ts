import type { CaptureHelper } from "../capture/helper.js";
import type { CaptureCommand } from "../capture/messages.js";

/** How the two kinds of helper are made. */
export interface SwitchedOptions {
  /** Captures the app's own windows. */
  readonly openOwn: () => Promise<Pick<CaptureHelper, "handle" | "run">>;
  /** Captures displays and any window. */
  readonly openAll: () => Promise<Pick<CaptureHelper, "handle" | "run">>;
}

/** Two capture helpers in turn: which one it is, the target says. Only one captures at a time. */
export class SwitchedHelper {
  readonly #options: SwitchedOptions;
  #current: Pick<CaptureHelper, "handle"> | undefined;
  #isOwn: boolean | undefined;
  /** What came while the next one is being made. */
  #early: CaptureCommand[] = [];
  /** Rejects when one failed; resolves when it is told to stop. */
  readonly #end: Promise<void>;
  #resolve = (): void => {};
  #reject = (_error: unknown): void => {};

  constructor(options: SwitchedOptions) {
    this.#options = options;
    this.#end = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#end.catch(() => {});
  }

  /** Does as it is told. */
  handle(command: CaptureCommand): void {
    if (command.type === "configure") {
      const isOwn = command.target.kind === "own-window";
      if (isOwn !== this.#isOwn) this.#switch(isOwn);
    }
    if (this.#current) this.#current.handle(command);
    else this.#early.push(command);
    if (command.type === "stop") this.#resolve();
  }

  /** Resolves when it was told to stop. Rejects as `CaptureHelper.run` does. */
  run(): Promise<void> {
    return this.#end;
  }

  #switch(isOwn: boolean): void {
    this.#isOwn = isOwn;
    this.#current?.handle({ type: "stop" });
    this.#current = undefined;
    this.#early = [];
    const { openOwn, openAll } = this.#options;
    void (isOwn ? openOwn() : openAll())
      .then(async (helper) => {
        // Another switch came in between.
        if (isOwn !== this.#isOwn || this.#current) return;
        this.#current = helper;
        for (const command of this.#early.splice(0)) helper.handle(command);
        await helper.run();
      })
      .catch(this.#reject);
  }
}
