import { setTimeout as wait } from "node:timers/promises";
import type { Recorder } from "@reeltime/recorder";
import { CONTROL_STREAM } from "@reeltime/recorder/protocol";
import type { Clock } from "../clock.js";
import { applyControl, type ControlEvent, type ControlState, EMPTY_CONTROL } from "./control-events.js";

/** Attempts to append against other servers that append too. */
const ATTEMPTS = 10;

/** Time until following is tried again after it failed for another reason than a broken connection. */
const FOLLOW_RETRY_MS = 2_000;

type ControlRecorder = Pick<Recorder, "appendEvents" | "readEvents" | "followEvents">;

/** The control stream as this server knows it. */
export class Control {
  readonly #recorder: ControlRecorder;
  readonly #clock: Clock;
  #state = EMPTY_CONTROL;
  #tail = 0;

  private constructor(recorder: ControlRecorder, clock: Clock) {
    this.#recorder = recorder;
    this.#clock = clock;
  }

  /** Reads the whole stream. Throws `RecorderError`. */
  static async open(recorder: ControlRecorder, clock: Clock): Promise<Control> {
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

  /** Hears what other servers append, until `signal`: a key made there holds here, and who signs out there is out. Never throws. */
  async follow(signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const { seqNum, event } of this.#recorder.followEvents(
          CONTROL_STREAM,
          this.#tail,
          signal,
        )) {
          if (seqNum < this.#tail) continue; // our own, already read
          this.#state = applyControl(this.#state, event, this.#clock());
          this.#tail = seqNum + 1;
        }
      } catch (error) {
        if (!signal.aborted) onError(error);
      }
      await wait(FOLLOW_RETRY_MS, undefined, { signal }).catch(() => undefined); // told to stop
    }
  }

  async #read(): Promise<void> {
    const { events, tail } = await this.#recorder.readEvents(CONTROL_STREAM);
    if (tail < this.#tail) return; // following was faster
    const nowMs = this.#clock();
    this.#state = events.reduce<ControlState>(
      (state, event) => applyControl(state, event, nowMs),
      EMPTY_CONTROL,
    );
    this.#tail = tail;
  }
}
