import type { Trouble } from "../types.js";
import type { WindowSource } from "../windows/desktop-window.js";
import { Hearing } from "./hearing.js";
import { Judging } from "./judging.js";
import type { Keyboard } from "./keys.js";
import {
  ALIVE_EVERY_MS,
  KEYBOARD_EVERY_MS,
  LOOK_EVERY_MS,
  LOOK_IDLE_AFTER_MS,
  LOOK_IDLE_EVERY_MS,
} from "./limits.js";
import type { InputCommand, InputReport } from "./messages.js";
import { explainHookError } from "./probe.js";
import { needsWindows, type Scope } from "./scope.js";
import type { Hook, HookEvent } from "./uiohook.js";

/** What an {@link InputHelper} needs of its process. */
export interface InputHelperOptions {
  readonly send: (report: InputReport) => void;
  readonly nowMs: () => number;
  /** What is known against hearing input here. */
  readonly probe: () => Promise<Trouble | undefined>;
  readonly openHook: (hear: (event: HookEvent) => void) => Promise<Hook>;
  readonly openWindows: () => Promise<WindowSource>;
  /** What is on the keys now; `undefined` where the system does not say. Rejects when the desktop is gone. */
  readonly readKeyboard: () => Promise<Keyboard | undefined>;
  readonly exit: (code: number) => void;
}

/** The exit code of a helper that cannot hear input here, and has said why. */
export const CANNOT_HEAR = 3;

/** Hears input as it is told to, and says what may be told of it. The coordinator of the input helper's process. */
export class InputHelper {
  readonly #options: InputHelperOptions;
  readonly #hearing = new Hearing();
  readonly #judging: Judging;
  #hook: Hook | undefined;
  #scope: Scope | undefined;
  #isPaused = false;
  #isStopped = false;
  #heardMs = Number.NEGATIVE_INFINITY;
  #keyboardMs = Number.NEGATIVE_INFINITY;
  #aliveMs = 0;
  #dueTimer: NodeJS.Timeout | undefined;
  #lookTimer: NodeJS.Timeout | undefined;

  constructor(options: InputHelperOptions) {
    this.#options = options;
    this.#judging = new Judging(options);
  }

  /** Does what it is told. */
  obey(command: InputCommand): void {
    switch (command.type) {
      case "configure": {
        const { rules, target, pictures } = command;
        const isFirst = this.#scope === undefined;
        this.#narrow({ rules, target, pictures });
        if (isFirst) void this.#start();
        break;
      }
      case "pictures":
        if (this.#scope !== undefined) this.#narrow({ ...this.#scope, pictures: command.pictures });
        break;
      case "pause":
        this.#isPaused = command.paused;
        this.#forget();
        break;
      case "stop":
        if (!this.#isPaused) this.#judging.take(this.#hearing.due());
        this.#isPaused = true;
        void this.#judging.drain().then(() => this.#stop(0));
        break;
    }
  }

  #narrow(scope: Scope): void {
    this.#scope = scope;
    this.#judging.scope(scope);
  }

  async #start(): Promise<void> {
    const { probe, openHook, send } = this.#options;
    const trouble = await probe();
    if (trouble !== undefined) return this.#fail(trouble);
    await this.#readKeyboard();
    try {
      this.#hook = await openHook((event) => this.#hear(event));
      if (this.#isStopped) return;
      this.#hook.start();
    } catch (error) {
      return this.#fail(explainHookError(error));
    }
    send({ type: "ready" });
    this.#aliveMs = this.#options.nowMs();
    this.#look();
  }

  /** Learns what is on the keys; as it was before, when that cannot be told. */
  async #readKeyboard(): Promise<void> {
    this.#keyboardMs = this.#options.nowMs();
    try {
      this.#hearing.keyboard = await this.#options.readKeyboard();
    } catch {
      // The desktop is going, which ends the hook, and with it this process.
    }
  }

  #fail({ code, message }: Trouble): void {
    this.#options.send({ type: "trouble", code, message });
    this.#stop(CANNOT_HEAR);
  }

  #hear(event: HookEvent): void {
    if (this.#isPaused || this.#isStopped) return;
    this.#heardMs = event.atMs;
    this.#judging.take(this.#hearing.hear(event));
    this.#awaitDue();
  }

  /** Tells the place where the pointer comes to rest, when no further move does. */
  #awaitDue(): void {
    const { dueMs } = this.#hearing;
    if (dueMs === undefined || this.#dueTimer !== undefined) return;
    this.#dueTimer = setTimeout(
      () => {
        this.#dueTimer = undefined;
        const stillDueMs = this.#hearing.dueMs;
        if (stillDueMs !== undefined && stillDueMs <= this.#options.nowMs())
          this.#judging.take(this.#hearing.due());
        this.#awaitDue();
      },
      Math.max(1, Math.ceil(dueMs - this.#options.nowMs())),
    );
  }

  /** Looks at the windows now and then, also without input: another one may have got the keyboard. */
  #look(): void {
    if (this.#isStopped) return;
    if (!this.#isPaused && this.#scope !== undefined && needsWindows(this.#scope)) this.#judging.look();
    const nowMs = this.#options.nowMs();
    if (nowMs - this.#aliveMs >= ALIVE_EVERY_MS) {
      this.#aliveMs = nowMs;
      this.#options.send({ type: "alive" });
    }
    const isIdle = nowMs - this.#heardMs > LOOK_IDLE_AFTER_MS;
    if (!isIdle && nowMs - this.#keyboardMs > KEYBOARD_EVERY_MS) void this.#readKeyboard();
    this.#lookTimer = setTimeout(() => this.#look(), isIdle ? LOOK_IDLE_EVERY_MS : LOOK_EVERY_MS);
  }

  #forget(): void {
    this.#hearing.forget();
    this.#judging.forget();
    clearTimeout(this.#dueTimer);
    this.#dueTimer = undefined;
  }

  #stop(code: number): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#forget();
    clearTimeout(this.#lookTimer);
    this.#judging.close();
    this.#options.exit(code);
  }
}
