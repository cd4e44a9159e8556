import type { Recorder } from "@reeltime/recorder";
import { CONTROL_STREAM } from "@reeltime/recorder/protocol";
import type { Clock } from "../clock.js";
import { applyControl, type ControlEvent, type ControlState, EMPTY_CONTROL } from "./control-events.js";

/** Attempts to append against other servers that append too. */
const ATTEMPTS = 10;

/** The control stream as this server knows it. */
export class Control {
  readonly #recorder: Pick<Recorder, "appendEvents" | "readEvents">;
  readonly #clock: Clock;
  #state = EMPTY_CONTROL;
  #tail = 0;

  private constructor(recorder: Pick<Recorder, "appendEvents" | "readEvents">, clock: Clock) {
    this.#recorder = recorder;
    this.#clock = clock;
  }

  /** Reads the whole stream. Throws `RecorderError`. */
  static async open(recorder: Pick<Recorder, "appendEvents" | "readEvents">, clock: Clock): Promise<Control> {
    const control = new Control(recorder, clock);
    await control.#read();
    return control;
  }

  /** What holds now. */
  get state(): ControlState {
    return this.#state;
  }

  /**
   * Appends what `decide` makes of the state, again and again until no other server was faster; an empty
   * list ends it. Durable, and in {@link state}, when this resolves. Throws `RecorderError`.
   */
  async change(decide: (state: ControlState) => readonly ControlEvent[]): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const events = decide(this.#state);
      if (events.length === 0) return;
      const outcome = await this.#recorder.appendEvents(CONTROL_STREAM, events, this.#tail);
      await this.#read();
      if (outcome === "appended") return;
    }
    throw new Error("the control stream is being changed by other servers without pause");
  }

  async #read(): Promise<void> {
    const { events, tail } = await this.#recorder.readEvents(CONTROL_STREAM);
    const nowMs = this.#clock();
    this.#state = events.reduce<ControlState>(
      (state, event) => applyControl(state, event, nowMs),
      EMPTY_CONTROL,
    );
    this.#tail = tail;
  }
}
