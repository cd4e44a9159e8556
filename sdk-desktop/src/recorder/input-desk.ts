import { Supervisor } from "../helpers/supervisor.js";
import type { InputCommand, InputReport } from "../input/messages.js";
import type { Target } from "../types.js";
import type { DeskOptions } from "./desk.js";
import type { Hands } from "./hands.js";
import { LOST_WORDS } from "./trouble-words.js";

/** What the input desk stands on. */
export interface InputDeskOptions extends DeskOptions {
  readonly hands: Hands;
  /** Somebody did something; the monotonic clock's ms. */
  readonly onTouch: (atMs: number) => void;
}

/**
 * Deals with the input helper: tells it where the pictures lie, and hands on what it hears. A recorder of pictures alone
 * takes from it that somebody is there, and nothing else.
 */
export class InputDesk {
  readonly #options: InputDeskOptions;
  readonly #helper: Supervisor<InputCommand, InputReport>;
  #target: Target;
  #hears = false;

  constructor(options: InputDeskOptions) {
    const { host, target } = options;
    this.#options = options;
    this.#target = target;
    this.#helper = new Supervisor<InputCommand, InputReport>({
      start: host.startInput,
      stopCommand: { type: "stop" },
      timers: host.timers,
      monotonicMs: host.monotonicMs,
      onStart: () => this.#configure(),
      onReport: (report) => this.#take(report),
      onLost: (why) => this.#lost(why),
    });
  }

  /** Whether somebody's input would be heard. */
  get hears(): boolean {
    return this.#hears;
  }

  /** Starts the helper. */
  begin(): void {
    this.#helper.start();
  }

  /** Ends the helper. */
  end(): Promise<void> {
    return this.#helper.stop();
  }

  /** Hears for another target. */
  setTarget(target: Target): void {
    this.#target = target;
    this.#configure();
  }

  /** The pictures are others, or lie elsewhere. */
  place(): void {
    this.#helper.send({ type: "pictures", pictures: this.#options.pictures.areas });
  }

  /** Hears nothing until told otherwise. */
  pause(paused: boolean): void {
    this.#helper.send({ type: "pause", paused });
  }

  /** Looks whether the helper hangs. To be called about every half second. */
  tick(): void {
    this.#helper.watch(this.#hears);
  }

  #configure(): void {
    const { settings, pictures, presence } = this.#options;
    const { rules } = settings;
    this.#helper.send({ type: "configure", rules, target: this.#target, pictures: pictures.areas });
    if (presence.paused) this.pause(true);
  }

  #take(report: InputReport): void {
    const { troubles, settings, presence, hands, onTouch } = this.#options;
    const isWanted = !presence.paused && settings.mode !== "video";
    switch (report.type) {
      case "ready":
        this.#hears = true;
        troubles.clear("input");
        return;
      case "trouble":
        troubles.add("input", report.code, report.message);
        return;
      case "recovered":
        troubles.clear("input", report.code);
        return;
      case "alive":
        return;
      case "active":
        onTouch(report.atMs);
        return;
      case "input":
        for (const input of report.inputs) {
          onTouch(input.atMs);
          if (isWanted) hands.take(input);
          else if (!presence.paused) hands.locate(input);
        }
        return;
      case "clicked":
      case "focused":
        if (isWanted) hands.say(report);
    }
  }

  #lost(why: string): void {
    const { troubles, hands } = this.#options;
    this.#hears = false;
    hands.letGo();
    if (!troubles.has("input")) troubles.add("input", "input_lost", LOST_WORDS.input(why));
  }
}
