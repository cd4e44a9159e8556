import type { Recorder, RecorderOptions, Trouble, TroubleCode } from "../types.js";
import { ProgressLine, type ProgressOutput } from "./progress.js";
import type { RecordRequest } from "./request.js";

/** What recording from a terminal needs. */
export interface RecordWorld {
  readonly createRecorder: (options: RecorderOptions) => Recorder;
  /** What the result is written to: the session's address, and nothing else. */
  readonly result: (line: string) => void;
  /** What happens meanwhile. */
  readonly progress: ProgressOutput;
  /** What is known against recording here. */
  readonly probe: () => Promise<Trouble | undefined>;
  /** By `monotonicMs`. */
  readonly nowMs: () => number;
  /** Calls back when its user wants it to end; returns what stops that. */
  readonly onInterrupt: (hear: () => void) => () => void;
}

/** Milliseconds between two looks at how it is going. */
const LOOK_EVERY_MS = 250;

/** What a recording from a terminal cannot go on with: somebody is there to do something about it. */
const FATAL: ReadonlySet<TroubleCode> = new Set(["no_display", "wayland", "refused", "invalid_options"]);

/** Records until the time is over or its user ends it. Resolves with the exit code. */
export async function recordFromTerminal(request: RecordRequest, world: RecordWorld): Promise<number> {
  const { progress } = world;
  const line = new ProgressLine(progress);
  const say = (text: string) => {
    line.interrupt();
    progress.write(`${text}\n`);
  };
  // Before a session is made that would stay empty.
  const known = await world.probe();
  if (known !== undefined) {
    say(`reeltime-desktop: ${known.message}`);
    return 1;
  }
  const end = new AbortController();
  let fatal: Trouble | undefined;
  const recorder = world.createRecorder({
    ...request.options,
    onTrouble: (trouble) => {
      say(`reeltime-desktop: ${trouble.message}`);
      if (!FATAL.has(trouble.code)) return;
      fatal ??= trouble;
      end.abort();
    },
  });
  const release = world.onInterrupt(() => end.abort());
  const startedMs = world.nowMs();
  let url: string | undefined;
  let isTold = false;
  const look = () => {
    const seen = recorder.getSessionUrl();
    if (seen !== undefined && seen !== url) say(`Recording. Watch it at ${seen}`);
    url = seen ?? url;
    const { framesSent, spooledBytes, troubles } = recorder.status;
    // A session is open by now, where there is something to open it for.
    const isStranger = troubles.some(({ code }) => code === "no_server");
    if (url === undefined && framesSent > 0 && !isStranger && !isTold) {
      const where = spooledBytes > 0 ? "on the disk" : "in memory";
      say(
        `No Reeltime server answers at ${request.options.apiHost} yet. What is recorded waits ${where}, and is sent when it does.`,
      );
      isTold = true;
    }
    line.show(world.nowMs() - startedMs, recorder.status);
  };
  await Promise.race([recorder.start(), ended(end.signal)]);
  while (!end.signal.aborted) {
    look();
    const leftMs = (request.durationMs ?? Number.POSITIVE_INFINITY) - (world.nowMs() - startedMs);
    if (leftMs <= 0 || recorder.status.state === "stopped") break;
    await pause(Math.min(LOOK_EVERY_MS, leftMs), end.signal);
  }
  url = recorder.getSessionUrl() ?? url;
  if (fatal === undefined) say("Sending the rest …");
  await recorder.stop();
  release();
  if (fatal !== undefined) return fatal.code === "invalid_options" ? 2 : 1;
  const { framesSent, bytesSent, lost, spooledBytes } = recorder.status;
  say(`${framesSent} frames, ${describeBytes(bytesSent)}${lost > 0 ? `, ${lost} dropped` : ""}.`);
  if (url === undefined) {
    say(`reeltime-desktop: ${nothingToWatch(framesSent, spooledBytes)}`);
    return 1;
  }
  world.result(url);
  return 0;
}

const describeBytes = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** Why there is no session, and what becomes of what was recorded. */
function nothingToWatch(framesSent: number, keptBytes: number): string {
  // What was to be recorded never appeared: why not has been told.
  if (framesSent === 0) return "nothing was recorded, so there is nothing to watch.";
  const kept =
    keptBytes > 0
      ? "What was recorded is kept on the disk, and is sent when you record to it again."
      : "What was recorded is lost.";
  return `the server was never reached, so there is nothing to watch. ${kept}`;
}

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** Waits so long, or until it is ended. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
