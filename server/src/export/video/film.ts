import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { ExportOverlay, SessionRef } from "@reeltime/recorder/protocol";
import { freeBytesOf, needRoom } from "../disk-room.js";
import { ExportError } from "../export-error.js";
import type { Encoder } from "../ffmpeg.js";
import type { JobProgress } from "../job.js";
import { LAST_FRAME_MS, LOOK_AT_FINISH_MS, LOOK_EVERY_FRAMES, MAX_VIDEO_BYTES } from "../limits.js";
import { type FrameReads, FrameStore } from "./frames.js";
import { FRAME_HEAD_BYTES, matroskaFrameHead, matroskaHeader } from "./matroska.js";
import { Pacer } from "./pacer.js";
import type { DecodeImage } from "./picture.js";
import type { Scan } from "./scan.js";
import { Stage } from "./stage.js";
import { eventsInOrder } from "./timeline.js";

/** What is filmed, and where it goes. */
export interface FilmOptions {
  readonly recorder: FrameReads;
  readonly session: SessionRef;
  readonly overlay: readonly ExportOverlay[];
  /** Where it goes. */
  readonly file: string;
  readonly decode: DecodeImage;
  readonly signal: AbortSignal;
  /** Hears how far it is; also of work that is no progress yet. */
  readonly onProgress: (progress: JobProgress) => void;
  /** Bytes that are free on the disk that a folder lies on. The system's unless given. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** Percent at which the pictures begin, after the first look at the session, and at which ffmpeg begins to put the index in front. */
export const PAINTING_PERCENT = 4;
const FINISHING_PERCENT = 96;
const WRITTEN_PERCENT = 99;

/** Buffers that frames go through: the pipe still reads from two while the next is filled. */
const BUFFERS = 4;

/** One run through a session's events, with frames on the way. */
export class Film {
  readonly #options: FilmOptions;
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

  constructor(options: FilmOptions, scan: Scan, startMs: number, encoder: Encoder) {
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

  /** Makes the file. Throws `ExportError`, and what the signal or the encoder ends it with. */
  async run(): Promise<void> {
    const { recorder, session, signal } = this.#options;
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
    for await (const placed of events) {
      signal.throwIfAborted();
      const atMs = placed.event.atMs - this.#startMs;
      await this.#advance(atMs);
      this.#pacer.note(this.#stage.take(placed), atMs);
      if (this.#stage.isFull) await this.#stage.paint();
    }
    await this.#advance(this.#lastMs);
    if (this.#frames === 0 && this.#lastMs > 0) await this.#write(0);
    await this.#write(this.#lastMs);
    await this.#finish();
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
    const percent = PAINTING_PERCENT + share * (FINISHING_PERCENT - PAINTING_PERCENT);
    this.#options.onProgress({ phase: "painting", percent });
    if (this.#frames % LOOK_EVERY_FRAMES === 0) await this.#look();
  }

  /** Looks at how large the file is, and at how much room there is for it. */
  async #look(): Promise<void> {
    const { file, freeBytes = freeBytesOf } = this.#options;
    needRoom(await freeBytes(dirname(file)));
    // ffmpeg may not have begun it yet.
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (size > MAX_VIDEO_BYTES)
      throw new ExportError("too_large", "The video is larger than a video may be.");
  }

  /** Waits for ffmpeg, which writes a finished file once more to have its index in front. */
  async #finish(): Promise<void> {
    const { file, onProgress } = this.#options;
    onProgress({ phase: "finishing", percent: FINISHING_PERCENT });
    let done: number | undefined;
    // What does not move is not told of: it may have come to a standstill.
    const told = (share: number | undefined): void => {
      if (share !== undefined && share === done) return;
      done = share ?? done;
      const percent = FINISHING_PERCENT + (done ?? 0) * (WRITTEN_PERCENT - FINISHING_PERCENT);
      onProgress({ phase: "finishing", percent });
    };
    const looking = setInterval(() => void this.#encoder.rewritten().then(told), LOOK_AT_FINISH_MS);
    try {
      await this.#encoder.finish();
    } finally {
      clearInterval(looking);
    }
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (size === 0) throw new Error("ffmpeg ended without a word and wrote nothing");
    await this.#look();
    told(1);
  }
}
