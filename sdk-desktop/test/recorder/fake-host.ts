import { decodeScreenBody, type Frame, type ScreenEvent } from "@reeltime/recorder/protocol";
import type { CaptureCommand, CaptureReport } from "../../src/capture/messages.js";
import type { PictureArea } from "../../src/geometry.js";
import type { HelperEars, StartHelper } from "../../src/helpers/helper-process.js";
import type { InputCommand, InputReport } from "../../src/input/messages.js";
import { STOP_BOUND_MS } from "../../src/limits.js";
import { monotonicMs } from "../../src/monotonic.js";
import { type Host, nodeHost } from "../../src/recorder/host.js";
import type { Timers } from "../../src/recorder/timers.js";
import type { RecorderOptions } from "../../src/types.js";
import { type Collected, collected } from "../support/collected.js";
import { until } from "../support/x-server.js";

/** A helper process that a test plays itself. */
export interface FakeHelper<Command, Report> {
  readonly start: StartHelper<Command, Report>;
  /** What it was told since it was last started. */
  readonly told: Command[];
  readonly starts: number;
  /** Whether it is there. */
  readonly isRunning: boolean;
  say(report: Report): void;
  /** It dies. */
  die(why: string): void;
}

/** Ends in order when it is told to stop, as a real one does. */
export function fakeHelper<Command extends { readonly type: string }, Report>(): FakeHelper<Command, Report> {
  let ears: HelperEars<Report> | undefined;
  let told: Command[] = [];
  let starts = 0;
  const die = (why: string): void => {
    const mine = ears;
    ears = undefined;
    mine?.onExit(why);
  };
  return {
    start: (given) => {
      ears = given;
      told = [];
      starts += 1;
      return {
        send: (command) => {
          told.push(command);
          if (command.type === "stop") queueMicrotask(() => die("code 0"));
        },
        kill: () => die("SIGKILL"),
      };
    },
    get told() {
      return told;
    },
    get starts() {
      return starts;
    },
    get isRunning() {
      return ears !== undefined;
    },
    say: (report) => ears?.onReport(report),
    die,
  };
}

/** One frame as the collector has it, its body read. */
export interface ScreenFrame extends Frame {
  readonly session: string;
  readonly list: readonly ScreenEvent[];
}

/** A recorder with helpers and a collector that a test plays. */
export interface Scene extends Collected {
  readonly capture: FakeHelper<CaptureCommand, CaptureReport>;
  readonly input: FakeHelper<InputCommand, InputReport>;
  /** What the collector has of screens. */
  frames(): readonly ScreenFrame[];
  /** All events of a picture's window, or of all. */
  events(window?: string): readonly ScreenEvent[];
}

/** A display of 64 x 48 points. */
export const DISPLAY: PictureArea = {
  id: "display-1",
  name: "First",
  source: "display",
  x: 0,
  y: 0,
  width: 64,
  height: 48,
  scale: 1,
};

/** A paint of one rectangle, of so many bytes that are no image. */
export const paint = (
  more: Partial<Extract<CaptureReport, { type: "paint" }>> = {},
  bytes = 100,
): Extract<CaptureReport, { type: "paint" }> => ({
  type: "paint",
  picture: DISPLAY.id,
  paint: 1,
  atMs: monotonicMs(),
  whole: false,
  rectangles: [{ x: 0, y: 0, width: 8, height: 8, exact: true, image: new Uint8Array(bytes) }],
  ...more,
});

/** Makes one; ended with the test. */
export async function createScene(
  options: Partial<RecorderOptions> = {},
  host: Partial<Host> = {},
): Promise<Scene> {
  const capture = fakeHelper<CaptureCommand, CaptureReport>();
  const input = fakeHelper<InputCommand, InputReport>();
  const { recorder, collector, troubles } = await collected(
    { ...nodeHost("/nowhere"), startCapture: capture.start, startInput: input.start, ...host },
    options,
  );
  const frames = (): readonly ScreenFrame[] =>
    collector.frames
      .filter(({ kind }) => kind === "screen")
      .map((frame) => ({ ...frame, list: decodeScreenBody(frame.body, frame.firstMs) }));
  return {
    recorder,
    collector,
    capture,
    input,
    troubles,
    frames,
    events: (window) =>
      frames()
        .filter((frame) => window === undefined || frame.window === window)
        .flatMap(({ list }) => list),
  };
}

/** Starts it; its helpers are there when this resolves, and nothing else. */
export async function beginScene({
  recorder,
  capture,
  input,
}: Scene): Promise<{ readonly started: Promise<void> }> {
  const started = recorder.start();
  await until(() => capture.isRunning && input.isRunning, "the helpers were not started");
  return { started };
}

/** Starts it, with one display whose first capture has arrived. */
export async function startScene(scene: Scene, areas: readonly PictureArea[] = [DISPLAY]): Promise<void> {
  const { started } = await beginScene(scene);
  scene.input.say({ type: "ready" });
  scene.capture.say({ type: "pictures", atMs: monotonicMs(), pictures: areas });
  for (const { id } of areas) scene.capture.say(paint({ picture: id, whole: true }));
  await started;
  await scene.collector.until(
    "a checkout of each",
    () => areas.length <= scene.collector.frames.filter(({ checkout }) => checkout).length,
  );
}

/** A twentieth of every wait but a bound's: what is tested is what follows, not how long it takes. */
export const quickTimers: Timers = {
  set: (work, ms) => setTimeout(work, ms < STOP_BOUND_MS ? ms / 20 : ms).unref(),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};
