import { stat } from "node:fs/promises";
import { type Recorder, RecorderError } from "@reeltime/recorder";
import type { ExportOverlay, SessionRef, WindowId } from "@reeltime/recorder/protocol";
import type { Encoder } from "../ffmpeg.js";
import type { JobOutcome } from "../job.js";
import { LAST_FRAME_MS, MAX_DURATION_MS, MAX_VIDEO_BYTES } from "../limits.js";
import { FrameStore, SessionGone } from "./frames.js";
import { FRAME_HEAD_BYTES, matroskaFrameHead, matroskaHeader } from "./matroska.js";
import { Pacer } from "./pacer.js";
import type { DecodeImage } from "./picture.js";
import { type Scan, scanSession } from "./scan.js";
import { Stage } from "./stage.js";
import { eventsInOrder } from "./timeline.js";

/** What a video is made of and with. */
export interface VideoOptions {
  readonly recorder: Pick<Recorder, "opened" | "read">;
  readonly session: SessionRef;
  readonly window: WindowId | undefined;
  readonly overlay: readonly ExportOverlay[];
  /** Where it goes. */
  readonly file: string;
  readonly decode: DecodeImage;
  readonly startEncoder: () => Encoder;
  readonly signal: AbortSignal;
  /** Hears how far it is, 0 to 100; also of work that is no progress yet. */
  readonly onProgress: (percent: number) => void;
}

/** Percent that the first look at the session counts for, and the last step, in which ffmpeg puts the index at the front. */
const SCAN_PERCENT = 4;
const FINISH_PERCENT = 1;

/** Frames between two looks at the file's size. */
const LOOK_EVERY = 500;

/** Buffers that frames go through: the pipe still reads from two while the next is filled. */
const BUFFERS = 4;

/** Makes the video of a session. Never throws. */
export async function makeVideo(options: VideoOptions): Promise<JobOutcome> {
  const { signal } = options;
  try {
    return await make(options);
  } catch (error) {
    if (signal.aborted) return { type: "ended", message: "it was told to end" };
    if (error instanceof SessionGone || error instanceof RecorderError) {
      return {
        type: "failed",
        code: "unavailable",
        message: `The session cannot be read: ${error.message}.`,
      };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { type: "failed", code: "failed", message: `The video could not be made: ${message}.` };
  }
}

async function make(options: VideoOptions): Promise<JobOutcome> {
  const { recorder, session, window, signal, onProgress } = options;
  const opened = await recorder.opened(session);
  if (opened === undefined) throw new SessionGone();
  const startMs = opened.openedMs;
  const onPage = (): void => {
    signal.throwIfAborted();
    onProgress(0);
  };
  const scan = await scanSession({ recorder, session, startMs, window, onPage });
  if (!scan.painted)
    return { type: "failed", code: "no_pictures", message: "The session has no pictures that can be shown." };
  const durationMs = Math.max(LAST_FRAME_MS, scan.endMs - startMs);
  if (durationMs > MAX_DURATION_MS)
    return { type: "failed", code: "too_large", message: "The session is too long for a video." };
  const encoder = options.startEncoder();
  // It may be the encoder that keeps this waiting.
  const stop = (): void => void encoder.kill();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const film = new Film(options, scan, startMs, encoder);
    const outcome = await film.run();
    if (outcome === "too_large") {
      await encoder.kill();
      return { type: "failed", code: "too_large", message: "The video is larger than a video may be." };
    }
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

/** One run through a session's events, with frames on the way. */
class Film {
  readonly #options: VideoOptions;
  readonly #scan: Scan;
  readonly #startMs: number;
  readonly #encoder: Encoder;
  readonly #stage: Stage;
  readonly #pacer: Pacer;
  /** Since the start: of the last frame. */
  readonly #lastMs: number;
  readonly #buffers: Buffer[] = [];
  #frames = 0;
  #lost = 0;

  constructor(options: VideoOptions, scan: Scan, startMs: number, encoder: Encoder) {
    this.#options = options;
    this.#scan = scan;
    this.#startMs = startMs;
    this.#encoder = encoder;
    this.#lastMs = Math.max(0, scan.endMs - startMs - LAST_FRAME_MS);
    this.#stage = new Stage(scan.arrangement, options.overlay, options.decode);
    this.#pacer = new Pacer(this.#lastMs);
  }

  /** Frames, rectangles and events that were left out. */
  get dropped(): number {
    return this.#lost + this.#stage.dropped;
  }

  async run(): Promise<"made" | "too_large"> {
    const { recorder, session, signal, file, onProgress } = this.#options;
    const { width, height } = this.#scan.arrangement.size;
    await this.#encoder.write(matroskaHeader({ width, height, frameMs: LAST_FRAME_MS }));
    const events = eventsInOrder({
      frames: this.#scan.frames,
      store: new FrameStore(recorder, session),
      startMs: this.#startMs,
      onDropped: () => {
        this.#lost += 1;
      },
    });
    let looked = 0;
    for await (const placed of events) {
      signal.throwIfAborted();
      const atMs = placed.event.atMs - this.#startMs;
      await this.#advance(atMs);
      this.#pacer.note(this.#stage.take(placed), atMs);
      if (this.#stage.isFull) await this.#stage.paint();
      if (this.#frames - looked < LOOK_EVERY) continue;
      looked = this.#frames;
      if ((await stat(file)).size > MAX_VIDEO_BYTES) return "too_large";
    }
    await this.#advance(this.#lastMs);
    if (this.#frames === 0 && this.#lastMs > 0) await this.#write(0);
    await this.#write(this.#lastMs);
    onProgress(100 - FINISH_PERCENT);
    await this.#encoder.finish();
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (size === 0) throw new Error("ffmpeg ended without a word and wrote nothing");
    return size > MAX_VIDEO_BYTES ? "too_large" : "made";
  }

  /** Writes what is due before a time. */
  async #advance(toMs: number): Promise<void> {
    for (;;) {
      const changesMs = this.#stage.changesMs - this.#startMs;
      const dueMs = this.#pacer.next(Math.min(toMs, changesMs));
      if (dueMs !== undefined) {
        // The first picture stands from the start.
        await this.#write(this.#frames === 0 ? 0 : dueMs);
        this.#pacer.written(dueMs);
      } else if (changesMs < toMs) {
        this.#pacer.note(this.#stage.advance(changesMs + this.#startMs), changesMs);
      } else return;
      this.#options.signal.throwIfAborted();
    }
  }

  async #write(atMs: number): Promise<void> {
    const planes = await this.#stage.render();
    const slot = this.#frames % BUFFERS;
    this.#buffers[slot] ??= Buffer.allocUnsafe(FRAME_HEAD_BYTES + planes.length);
    const buffer = this.#buffers[slot];
    matroskaFrameHead(atMs, planes.length).copy(buffer);
    buffer.set(planes, FRAME_HEAD_BYTES);
    await this.#encoder.write(buffer);
    this.#frames += 1;
    const share = this.#lastMs === 0 ? 1 : atMs / this.#lastMs;
    this.#options.onProgress(SCAN_PERCENT + share * (100 - SCAN_PERCENT - FINISH_PERCENT));
  }
}
