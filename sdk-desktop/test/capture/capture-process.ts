import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import sharp from "sharp";
import { onTestFinished } from "vitest";
import type { CaptureCommand, CaptureReport } from "../../src/capture/messages.js";
import { blackImage, copyPart, type RawImage, rawImage } from "../../src/capture/raw-image.js";
import { bundleProgram } from "../support/bundle.js";
import { until } from "../support/x-server.js";

type Paint = Extract<CaptureReport, { type: "paint" }>;
type Pictures = Extract<CaptureReport, { type: "pictures" }>;
type Configure = Extract<CaptureCommand, { type: "configure" }>;

/** A capture helper that runs as it does in earnest, and what a viewer would have of it by now. */
export interface CaptureProcess {
  readonly child: ChildProcess;
  readonly reports: readonly CaptureReport[];
  /** What the accepted paints make, by picture. */
  readonly shown: ReadonlyMap<string, RawImage>;
  /** What the next paints are answered. Default `accepted`. */
  answer: "accepted" | "refused" | "nothing";
  send(command: CaptureCommand): void;
  /** `configure`, with everything that a test does not care for filled in. */
  configure(more?: Partial<Omit<Configure, "type">>): void;
  /** The reports of one kind. */
  of<Type extends CaptureReport["type"]>(type: Type): readonly Extract<CaptureReport, { type: Type }>[];
  /** The last report of what there is to capture. */
  pictures(): Pictures["pictures"];
  /** How a picture is, by the last report of it. */
  state(picture: string): string | undefined;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

let bundle: Promise<string> | undefined;

/** Starts a capture helper; it is stopped when the test is over. */
export async function startCapture(env: NodeJS.ProcessEnv): Promise<CaptureProcess> {
  bundle ??= bundleProgram("capture/main.ts");
  const child = fork(await bundle, [], {
    serialization: "advanced",
    env: { ...env, MALLOC_ARENA_MAX: "2" },
    execArgv: [],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const reports: CaptureReport[] = [];
  const shown = new Map<string, RawImage>();
  const exited = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | string);
  const send = (command: CaptureCommand): void => {
    // It may have ended just now: what it is told is then in vain.
    if (child.connected) child.send(command, () => undefined);
  };
  /** Paints are painted one after the other. */
  let painted = Promise.resolve();
  const capture: CaptureProcess = {
    child,
    reports,
    shown,
    answer: "accepted",
    send,
    configure: (more) =>
      send({
        type: "configure",
        rules: { denyWindows: [], denyRectangles: [], recordTitles: true },
        target: { kind: "displays" },
        quality: 75,
        maxBytesPerSecond: 250_000,
        ...more,
      }),
    of: (type) => reports.filter((one): one is never => one.type === type),
    pictures: () => capture.of("pictures").at(-1)?.pictures ?? [],
    state: (picture) => capture.of("state").findLast((one) => one.picture === picture)?.state,
    exited,
    stop: async () => {
      send({ type: "stop" });
      await exited;
    },
  };
  onTestFinished(() => capture.stop());
  child.on("message", (message) => {
    const report = message as CaptureReport;
    reports.push(report);
    if (report.type !== "paint") return;
    const { answer } = capture;
    if (answer === "nothing") return;
    if (answer === "accepted") {
      const area = capture.pictures().find(({ id }) => id === report.picture);
      const size = {
        width: (area?.width ?? 1) * (area?.scale ?? 1),
        height: (area?.height ?? 1) * (area?.scale ?? 1),
      };
      painted = painted.then(() => paint(shown, report, size));
    }
    send({ type: answer, picture: report.picture, paint: report.paint });
  });
  return capture;
}

async function paint(
  shown: Map<string, RawImage>,
  { picture, whole, rectangles }: Paint,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<void> {
  const image = whole ? blackImage(width, height) : shown.get(picture);
  if (image === undefined) throw new Error("the first paint was not a whole one");
  for (const rectangle of rectangles) {
    const { data, info } = await sharp(rectangle.image)
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.width !== rectangle.width || info.height !== rectangle.height)
      throw new Error(`${info.width}x${info.height} for ${rectangle.width}x${rectangle.height}`);
    const part = { x: 0, y: 0, width: info.width, height: info.height };
    copyPart(rawImage(data, info.width, info.height), part, image, rectangle.x, rectangle.y);
  }
  shown.set(picture, image);
}

/** Waits until what a viewer has of a picture is, to the pixel, what another program captures of the display. */
export async function untilShown(
  capture: CaptureProcess,
  picture: string,
  grab: () => Promise<RawImage>,
): Promise<RawImage> {
  let last = await grab();
  await until(async () => {
    last = await grab();
    return capture.shown.get(picture)?.pixels.equals(last.pixels) === true;
  }, `what is shown of ${picture} is not what is on the screen`);
  return last;
}
