import { HELPER_END_MS, SILENT_MS, SILENT_START_MS } from "../limits.js";
import type { Timers } from "../recorder/timers.js";
import type { HelperProcess, StartHelper } from "./helper-process.js";
import { decideRestart } from "./restart.js";

/** What a supervisor stands on. */
export interface SupervisorOptions<Command, Report> {
  readonly start: StartHelper<Command, Report>;
  /** What ends it in order. */
  readonly stopCommand: Command;
  readonly timers: Timers;
  readonly monotonicMs: () => number;
  /** A process was started, and wants to be told what to do: the first commands are `send`ed in here. */
  readonly onStart: () => void;
  readonly onReport: (report: Report) => void;
  /** It died alone or was ended for hanging; it is started again. */
  readonly onLost: (why: string) => void;
}

/**
 * Keeps one helper process going: starts it, starts it again when it dies alone, waiting longer each time, and ends it
 * when it hangs. Never gives up: what it needs, such as a display, may come back. Neither it nor the process keeps the
 * app alive, and the process ends with the app.
 */
export class Supervisor<Command, Report> {
  readonly #options: SupervisorOptions<Command, Report>;
  #process: HelperProcess<Command> | undefined;
  #wanted = false;
  #timer: unknown;
  #deaths = 0;
  #startedMs = 0;
  /** It has said something since it was started. */
  #hasSpoken = false;
  /** Milliseconds of attentive waiting for a word; see {@link watch}. */
  #silentMs = 0;
  #watchedMs = 0;

  constructor(options: SupervisorOptions<Command, Report>) {
    this.#options = options;
  }

  /** Whether a process is there, as far as is known. */
  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /** Starts the process, unless that was done. */
  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#deaths = 0;
    this.#begin();
  }

  /** Tells it something; nothing happens while there is no process: the next one is told all in `onStart`. */
  send(command: Command): void {
    this.#process?.send(command);
  }

  /** Ends it: in order where it listens, at once otherwise. Resolves when it is gone, two seconds later at the most. */
  stop(): Promise<void> {
    const { timers, stopCommand } = this.#options;
    this.#wanted = false;
    timers.clear(this.#timer);
    const process = this.#process;
    if (!process) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = timers.set(() => {
        process.kill();
        resolve();
      }, HELPER_END_MS);
      this.#gone = () => {
        timers.clear(timer);
        resolve();
      };
      process.send(stopCommand);
    });
  }

  /**
   * To be called about every half second. While the process should say something every second, one that is silent for ten
   * is ended; before its first word, which it owes in any case, one that is silent for a minute. Only time in which this process
   * itself was awake counts: an app that blocks hears nothing.
   */
  watch(shouldSpeak: boolean): void {
    const nowMs = this.#options.monotonicMs();
    const sinceMs = nowMs - this.#watchedMs;
    this.#watchedMs = nowMs;
    const owesWord = this.#process !== undefined && (shouldSpeak || !this.#hasSpoken);
    this.#silentMs = owesWord ? this.#silentMs + Math.min(sinceMs, 1_000) : 0;
    if (this.#silentMs < (this.#hasSpoken ? SILENT_MS : SILENT_START_MS)) return;
    this.#silentMs = 0;
    this.#process?.kill();
  }

  /** What `stop` waits for. */
  #gone = (): void => {};

  #begin(): void {
    const { start, monotonicMs, onStart, onReport } = this.#options;
    this.#startedMs = monotonicMs();
    this.#silentMs = 0;
    this.#hasSpoken = false;
    const mine: HelperProcess<Command> = start({
      onReport: (report) => {
        if (mine !== this.#process || !this.#wanted) return;
        this.#silentMs = 0;
        this.#hasSpoken = true;
        onReport(report);
      },
      onExit: (why) => {
        if (mine === this.#process) this.#exited(why);
      },
    });
    this.#process = mine;
    onStart();
  }

  #exited(why: string): void {
    const { timers, monotonicMs, onLost } = this.#options;
    this.#process = undefined;
    this.#gone();
    this.#gone = () => {};
    if (!this.#wanted) return;
    const { waitMs, deaths } = decideRestart(this.#deaths, monotonicMs() - this.#startedMs);
    this.#deaths = deaths;
    this.#timer = timers.set(() => this.#begin(), waitMs);
    onLost(why);
  }
}
