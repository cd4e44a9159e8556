import { dirname } from "node:path";
import { type Recorder, RecorderError } from "@reeltime/recorder";
import type { WindowId } from "@reeltime/recorder/protocol";
import { freeBytesOf, needRoom } from "../disk-room.js";
import { ExportError } from "../export-error.js";
import type { Encoder } from "../ffmpeg.js";
import type { JobOutcome } from "../job.js";
import { JOB_BASE_MS, JOB_MAX_MS, JOB_MS_PER_SESSION_MS, LAST_FRAME_MS, MAX_DURATION_MS } from "../limits.js";
import { Film, type FilmOptions, PAINTING_PERCENT } from "./film.js";
import { SessionGone } from "./frames.js";
import { scanSession } from "./scan.js";

/** What a video is made of and with. */
export interface VideoOptions extends FilmOptions {
  readonly recorder: Pick<Recorder, "opened" | "read">;
  readonly window: WindowId | undefined;
  readonly startEncoder: () => Encoder;
  /** Milliseconds that making it may take, by those that the session lasts. {@link jobLimitMs} unless given. */
  readonly limitMs?: (durationMs: number) => number;
}

/** Milliseconds that making the video of a session of this length may take. */
export const jobLimitMs = (durationMs: number): number =>
  Math.min(JOB_MAX_MS, JOB_BASE_MS + durationMs * JOB_MS_PER_SESSION_MS);

/** Makes the video of a session. Never throws. */
export async function makeVideo(options: VideoOptions): Promise<JobOutcome> {
  const { signal } = options;
  const time = new TimeLimit(signal);
  try {
    return await make({ ...options, signal: time.signal }, time);
  } catch (error) {
    if (signal.aborted) return { type: "ended", message: "it was told to end" };
    return failureOf(time.signal.aborted ? time.signal.reason : error);
  } finally {
    time.close();
  }
}

function failureOf(error: unknown): JobOutcome {
  if (error instanceof ExportError) return { type: "failed", code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SessionGone || error instanceof RecorderError)
    return { type: "failed", code: "unavailable", message: `The session cannot be read: ${message}.` };
  return { type: "failed", code: "failed", message: `The video could not be made: ${message}.` };
}

async function make(options: VideoOptions, time: TimeLimit): Promise<JobOutcome> {
  const { recorder, session, window, signal, onProgress, file } = options;
  const { limitMs = jobLimitMs, freeBytes = freeBytesOf } = options;
  needRoom(await freeBytes(dirname(file)));
  const opened = await recorder.opened(session);
  if (opened === undefined) throw new SessionGone();
  const startMs = opened.openedMs;
  onProgress({ phase: "reading", percent: 0 });
  const onPage = (share: number): void => {
    signal.throwIfAborted();
    onProgress({ phase: "reading", percent: share * PAINTING_PERCENT });
  };
  const scan = await scanSession({ recorder, session, startMs, window, onPage });
  if (!scan.painted) throw new ExportError("no_pictures", "The session has no pictures that can be shown.");
  const durationMs = Math.max(LAST_FRAME_MS, scan.endMs - startMs);
  if (durationMs > MAX_DURATION_MS)
    throw new ExportError("too_large", "The session is too long for a video.");
  time.set(limitMs(durationMs));
  const encoder = options.startEncoder();
  // It may be the encoder that keeps this waiting.
  const stop = (): void => void encoder.kill();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const film = new Film(options, scan, startMs, encoder);
    await film.run();
    const { width, height } = scan.arrangement.size;
    const dropped = scan.dropped + film.dropped;
    return { type: "made", video: { durationMs, width, height, whole: scan.closed, dropped } };
  } catch (error) {
    await encoder.kill();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Ends a job when it is told to, and when its time is up: with an `ExportError` then. */
class TimeLimit {
  readonly #ending = new AbortController();
  readonly #told: AbortSignal;
  readonly #begunMs = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(told: AbortSignal) {
    this.#told = told;
    if (told.aborted) this.#end();
    told.addEventListener("abort", this.#end, { once: true });
  }

  /** Ends with either. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** From its beginning on, it may take so long. */
  set(limitMs: number): void {
    clearTimeout(this.#timer);
    const late = new ExportError(
      "took_too_long",
      `Making the video was ended: it took longer than the ${minutes(limitMs)} that there are for a session of this length.`,
    );
    const leftMs = limitMs - (performance.now() - this.#begunMs);
    this.#timer = setTimeout(() => this.#ending.abort(late), Math.max(0, leftMs));
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#told.removeEventListener("abort", this.#end);
  }

  readonly #end = (): void => this.#ending.abort(this.#told.reason);
}

const minutes = (ms: number): string => `${Math.max(1, Math.round(ms / 60_000))} minutes`;
