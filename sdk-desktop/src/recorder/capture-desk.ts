import type { CaptureCommand, CaptureReport } from "../capture/messages.js";
import { Supervisor } from "../helpers/supervisor.js";
import type { Target } from "../types.js";
import type { EpochClock } from "./clock.js";
import type { DeskOptions } from "./desk.js";
import { decidePace } from "./pace.js";
import { isHalted } from "./presence.js";
import type { Tally } from "./tally.js";
import { LOST_WORDS } from "./trouble-words.js";

/** What the capture desk stands on. */
export interface CaptureDeskOptions extends DeskOptions {
  readonly tally: Tally;
  readonly clock: EpochClock;
  /** Something was captured that is not as it was; the monotonic clock's ms. */
  readonly onChange: (atMs: number) => void;
  /** What is captured is other pictures, or lies elsewhere. */
  readonly onPlaced: () => void;
}

/**
 * Deals with the capture helper: tells it what to capture and how often, puts what it says into the pictures, and answers
 * whether that was taken. A recorder of events alone has the helper say where the pictures lie, and never lets it capture.
 */
export class CaptureDesk {
  readonly #options: CaptureDeskOptions;
  readonly #helper: Supervisor<CaptureCommand, CaptureReport>;
  #target: Target;
  /** What the helper was told last. */
  #pace: number | undefined;
  #tickedMs = 0;

  constructor(options: CaptureDeskOptions) {
    const { host, target } = options;
    this.#options = options;
    this.#target = target;
    this.#helper = new Supervisor<CaptureCommand, CaptureReport>({
      start: host.startCapture,
      stopCommand: { type: "stop" },
      timers: host.timers,
      monotonicMs: host.monotonicMs,
      onStart: () => this.#configure(),
      onReport: (report) => this.#take(report),
      onLost: (why) => this.#lost(why),
    });
  }

  /** Starts the helper. */
  begin(): void {
    this.#tickedMs = this.#options.host.monotonicMs();
    this.#helper.start();
  }

  /** Ends the helper. */
  end(): Promise<void> {
    return this.#helper.stop();
  }

  /** Captures something else. */
  setTarget(target: Target): void {
    this.#target = target;
    this.#configure();
  }

  /** Wants a checkout: of one picture, or of all. */
  askCheckout(picture?: string): void {
    this.#helper.send({ type: "checkout", ...(picture !== undefined && { picture }) });
  }

  /** Tells the helper how often to capture now, when that is news. */
  setPace(): void {
    const fps = decidePace(this.#paceInput());
    if (fps === this.#pace) return;
    this.#pace = fps;
    this.#helper.send({ type: "pace", fps });
  }

  /** Looks at what no message tells: room that is there again, captures that are skipped for want of it, a helper that hangs. */
  tick(): void {
    const { tally, pictures } = this.#options;
    const input = this.#paceInput();
    if (!input.room) {
      const missed = decidePace({ ...input, room: true }) * pictures.areas.length;
      tally.skipped((missed * (input.nowMs - this.#tickedMs)) / 1000);
    }
    this.#tickedMs = input.nowMs;
    this.setPace();
    this.#helper.watch((this.#pace ?? 0) > 0 && pictures.now.some(({ picture }) => picture.isCaptured));
  }

  #paceInput(): Parameters<typeof decidePace>[0] {
    const { settings, host, presence, pictures } = this.#options;
    return {
      nowMs: host.monotonicMs(),
      inputMs: presence.inputMs,
      changeMs: presence.changeMs,
      watched: presence.watched,
      halted: isHalted(presence) || settings.mode === "events",
      room: pictures.all.every(({ picture }) => picture.hasRoom),
      ceilingFps: settings.fps,
    };
  }

  #configure(): void {
    const { rules, quality, maxBytesPerSecond } = this.#options.settings;
    this.#helper.send({ type: "configure", rules, target: this.#target, quality, maxBytesPerSecond });
    this.#pace = undefined;
    this.setPace();
  }

  #take(report: CaptureReport): void {
    const { troubles, tally, settings, pictures, clock } = this.#options;
    switch (report.type) {
      case "pictures":
        this.#place(report);
        return;
      case "state":
        pictures.setState(report.picture, report.state, clock.at(report.atMs));
        return;
      case "paint": {
        tally.captured();
        const { picture, paint } = report;
        this.#helper.send({ type: this.#paint(report) ? "accepted" : "refused", picture, paint });
        this.setPace();
        return;
      }
      case "still":
        tally.captured();
        return;
      case "trouble":
        // Of events alone nothing is captured, whether it could be or not.
        if (settings.mode !== "events" || report.code !== "no_permission")
          troubles.add("capture", report.code, report.message);
        return;
      case "recovered":
        troubles.clear("capture", report.code);
    }
  }

  #place(report: Extract<CaptureReport, { type: "pictures" }>): void {
    const { troubles, pictures, presence, clock, onPlaced } = this.#options;
    const atMs = clock.at(report.atMs);
    if (report.pictures.length > 0)
      for (const code of ["capture_lost", "display_lost", "no_display"] as const)
        troubles.clear("capture", code);
    const added = pictures.update(report.pictures, atMs);
    for (const parts of pictures.now) {
      if (presence.paused) parts.picture.halt("paused", atMs);
      else if (added.includes(parts)) parts.picture.renew(atMs);
    }
    onPlaced();
  }

  #paint(report: Extract<CaptureReport, { type: "paint" }>): boolean {
    const { pictures, presence, clock, onChange } = this.#options;
    const { whole, rectangles, atMs } = report;
    const parts = pictures.get(report.picture);
    if (!parts || isHalted(presence)) return false;
    const accepted = parts.picture.paint({ atMs: clock.at(atMs), whole, rectangles });
    if (accepted && !whole) onChange(atMs);
    return accepted;
  }

  #lost(why: string): void {
    const { troubles, pictures, presence, clock } = this.#options;
    // What it said itself says more.
    if (!troubles.has("capture")) troubles.add("capture", "capture_lost", LOST_WORDS.capture(why));
    for (const { picture, composer } of pictures.now) {
      if (!presence.paused) picture.halt("unavailable", clock.now());
      composer.flush();
    }
  }
}
