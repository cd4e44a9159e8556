import type { WindowSource, WindowsSnapshot } from "../windows/desktop-window.js";
import { FocusTeller } from "./focus.js";
import type { Heard } from "./hearing.js";
import { ACTIVE_EVERY_MS, MAX_INPUTS_PER_REPORT, MAX_WAITING_INPUTS, WINDOWS_TIMEOUT_MS } from "./limits.js";
import type { Input, InputReport } from "./messages.js";
import { Pressed } from "./pressed.js";
import {
  judgeKey,
  judgePlace,
  keyboardPlace,
  needsWindows,
  type Scope,
  tellsBlindly,
  type Views,
  wordsAt,
} from "./scope.js";

/** What {@link Judging} needs of the world. */
export interface JudgingOptions {
  readonly send: (report: InputReport) => void;
  /** Opens the windows of this desktop, again and again while that fails. */
  readonly openWindows: () => Promise<WindowSource>;
}

/**
 * Judges what was heard by the windows that were there: it waits until the windows have been read after each input, so
 * that a window which closed on a click is still known, and then tells, hides or forgets it. Fails closed: while windows
 * cannot be read though some are denied, nothing is told but that somebody is active.
 */
export class Judging {
  readonly #options: JudgingOptions;
  readonly #pressed = new Pressed();
  readonly #focus = new FocusTeller();
  #scope: Scope | undefined;
  #waiting: Heard[] = [];
  #windows: WindowSource | undefined;
  #last: WindowsSnapshot | undefined;
  #isRunning = false;
  #era = 0;
  #activeMs = Number.NEGATIVE_INFINITY;
  #isBlind = false;
  #isClosed = false;
  #drained: (() => void) | undefined;

  constructor(options: JudgingOptions) {
    this.#options = options;
  }

  /** What input is judged by from now on. */
  scope(scope: Scope): void {
    this.#scope = scope;
  }

  /** Takes what was heard; it is told when it has been judged. */
  take(heard: readonly Heard[]): void {
    const room = Math.max(0, MAX_WAITING_INPUTS - this.#waiting.length);
    this.#waiting.push(...heard.slice(0, room));
    if (heard.length > 0) this.look();
  }

  /** Reads the windows, judges what waits, and says which window has the keyboard if that is another. */
  look(): void {
    if (this.#isRunning || this.#isClosed) return;
    this.#isRunning = true;
    void this.#run()
      // Whatever went wrong in judging, nothing was told.
      .catch(() => this.#blind(true))
      .finally(() => {
        this.#isRunning = false;
        if (this.#waiting.length > 0) this.look();
        else this.#drained?.();
      });
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    if (!this.#isRunning) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  /** Forgets what waits, and what is being judged. */
  forget(): void {
    this.#era++;
    this.#waiting = [];
    this.#pressed.forget();
    this.#focus.forget();
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#windows?.close();
  }

  async #run(): Promise<void> {
    if (this.#scope === undefined) return this.forget();
    const heard = this.#waiting;
    this.#waiting = [];
    const era = this.#era;
    const before = this.#last;
    const after = needsWindows(this.#scope) ? await this.#read() : undefined;
    this.#last = after;
    // What was being judged is to be forgotten as well.
    if (this.#isClosed || era !== this.#era) return;
    this.#tell(heard, { before, after });
  }

  /** Decides with the scope that is set now: one that came while windows were read may be narrower. */
  #tell(heard: readonly Heard[], views: Views): void {
    const scope = this.#scope;
    if (scope === undefined) return;
    let inputs: Input[] = [];
    const flush = () => {
      for (let at = 0; at < inputs.length; at += MAX_INPUTS_PER_REPORT)
        this.#options.send({ type: "input", inputs: inputs.slice(at, at + MAX_INPUTS_PER_REPORT) });
      inputs = [];
    };
    for (const one of heard) {
      const told = this.#judge(scope, views, one);
      if (told === undefined) continue;
      inputs.push(told);
      if (told.type !== "button" || !told.down) continue;
      const words = wordsAt(scope, views, told);
      if (words === undefined) continue;
      flush();
      this.#options.send({ type: "clicked", atMs: told.atMs, ...words });
    }
    flush();
    const focused = views.after && this.#focus.look(scope, views.after);
    if (focused) this.#options.send({ type: "focused", ...focused });
  }

  #judge(scope: Scope, views: Views, heard: Heard): Input | undefined {
    if (heard.type === "typed" || heard.type === "key") {
      const verdict = judgeKey(scope, views, heard);
      if (verdict === "told" && heard.type === "key") return { ...heard, ...keyboardPlace(scope, views) };
      if (verdict !== "outside") this.#active(heard.atMs);
      return undefined;
    }
    const verdict = judgePlace(scope, views, heard);
    const told = this.#pressed.decide(heard, verdict);
    if (told === undefined && verdict !== "outside") this.#active(heard.atMs);
    return told;
  }

  #active(atMs: number): void {
    if (atMs - this.#activeMs < ACTIVE_EVERY_MS) return;
    this.#activeMs = atMs;
    this.#options.send({ type: "active", atMs });
  }

  async #read(): Promise<WindowsSnapshot | undefined> {
    try {
      const read = async () => {
        this.#windows ??= await this.#options.openWindows();
        return await this.#windows.snapshot(this.#last?.atMs);
      };
      const snapshot = await within(WINDOWS_TIMEOUT_MS, read());
      this.#blind(false);
      return snapshot;
    } catch {
      // Which reason it had does not matter: the next look opens the windows anew.
      this.#windows?.close();
      this.#windows = undefined;
      this.#blind(true);
      return undefined;
    }
  }

  #blind(isBlind: boolean): void {
    const matters = this.#scope !== undefined && !tellsBlindly(this.#scope);
    if (isBlind === this.#isBlind || (isBlind && !matters)) return;
    this.#isBlind = isBlind;
    this.#options.send(
      isBlind
        ? {
            type: "trouble",
            code: "input_failed",
            message:
              "The list of open windows cannot be read, so it is not known which of them may be recorded: " +
              "clicks and keys are left out until it can be.",
          }
        : { type: "recovered", code: "input_failed" },
    );
  }
}

/** What it resolves with; rejects when that takes longer. */
function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
