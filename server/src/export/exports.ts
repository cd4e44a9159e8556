import type {
  ExportedVideo,
  ExportPhase,
  ExportState,
  SessionExport,
  SessionId,
} from "@reeltime/recorder/protocol";
import type { Clock } from "../clock.js";
import type { Log } from "../log.js";
import { freeBytesOf } from "./disk-room.js";
import { ExportFolder, type KeptExport } from "./folder.js";
import type { JobOutcome, JobProgress, RunJob } from "./job.js";
import { MAX_ATTEMPTS, SWEEP_EVERY_MS } from "./limits.js";
import { expired, mayWait, nextOf, type PlannedExport, roomFor } from "./plan.js";
import { type ExportRequest, exportIdOf } from "./request.js";

/** What {@link Exports} stands on. */
export interface ExportsOptions {
  /** Where videos lie; made when it is missing. */
  readonly folder: string;
  readonly run: RunJob;
  /** Bytes of videos kept. */
  readonly maxBytes: number;
  /** Bytes that are free on the disk that a folder lies on. The system's unless given. */
  readonly freeBytes?: (folder: string) => Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A video that can be sent. */
export interface ReadyVideo {
  readonly id: string;
  readonly path: string;
  readonly video: ExportedVideo;
}

interface Entry extends PlannedExport {
  readonly request: ExportRequest;
  state: ExportState;
  phase: ExportPhase;
  percent: number;
  onClose: boolean;
  attempts: number;
  begunMs: number;
  video: ExportedVideo | undefined;
  error: SessionExport["error"];
  failedMs: number;
  /** Ends its job, while one runs. */
  stop: AbortController | undefined;
  /** Resolves when its last job and that job's process are gone. */
  job: Promise<void> | undefined;
}

/** The exports of this server: asked for, made one after another, kept for a while. */
export class Exports {
  readonly #options: ExportsOptions;
  readonly #folder: ExportFolder;
  readonly #entries = new Map<string, Entry>();
  /** Jobs that run or are ending; each holds its place until its process is gone. */
  readonly #jobs = new Map<Promise<void>, Entry>();
  readonly #sweeper: NodeJS.Timeout;
  /** What is written to the folder, one after another. */
  #disk: Promise<void> = Promise.resolve();
  #ended = false;

  private constructor(options: ExportsOptions, folder: ExportFolder, kept: readonly KeptExport[]) {
    this.#options = options;
    this.#folder = folder;
    for (const each of kept) {
      const entry = this.#add(each.request, each.askedMs, each.onClose);
      entry.attempts = each.attempts;
      entry.video = each.video;
      if (each.video !== undefined) entry.state = "ready";
    }
    this.#sweeper = setInterval(() => void this.#sweep(), SWEEP_EVERY_MS);
    this.#sweeper.unref();
  }

  /** Opens the folder. Jobs that a restart cut off begin again with {@link start}. */
  static async open(options: ExportsOptions): Promise<Exports> {
    const { folder, kept } = await ExportFolder.open(options.folder);
    return new Exports(options, folder, kept);
  }

  /** Begins what waits, and forgets the sessions of which `gone` says that they are erased. */
  async start(gone: (session: SessionId) => Promise<boolean>): Promise<void> {
    const sessions = new Set([...this.#entries.values()].map(({ request }) => request.session.sessionId));
    for (const session of sessions) if (await gone(session)) this.erased(session);
    await this.#sweep();
    this.#beginNext();
  }

  /** How an export is; `undefined` when there is none. */
  look(request: ExportRequest): SessionExport | undefined {
    const entry = this.#entries.get(exportIdOf(request));
    return entry && told(entry);
  }

  /** The video, once it is made. */
  ready(request: ExportRequest): ReadyVideo | undefined {
    const id = exportIdOf(request);
    const video = this.#entries.get(id)?.video;
    return video && { id, path: this.#folder.fileOf(id), video };
  }

  /**
   * Wants a video: it waits for its turn, or is there already. `full`: too many wait. Kept over a restart once this resolves.
   * @param onClose a policy wants it, so that it waits behind what somebody asked for
   */
  async ask(request: ExportRequest, onClose: boolean): Promise<SessionExport | "full"> {
    const id = exportIdOf(request);
    const known = this.#entries.get(id);
    if (known !== undefined && known.state !== "failed") {
      known.onClose &&= onClose;
      return told(known);
    }
    const { project } = request.session;
    if (this.#ended || !mayWait(this.#entries.values(), { project, onClose })) return "full";
    const entry = this.#add(request, this.#options.clock(), onClose);
    await this.#keep(entry);
    this.#beginNext();
    return told(entry);
  }

  /** Ends the job of an export, if one runs, and removes what was made. Resolves when nothing of it is left. */
  async remove(request: ExportRequest): Promise<void> {
    const id = exportIdOf(request);
    const entry = this.#entries.get(id);
    this.#forget(id);
    await entry?.job;
    await this.#disk;
  }

  /** A session is gone: so is every video of it, and its job ends. */
  erased(session: SessionId): void {
    for (const [id, { request }] of this.#entries)
      if (request.session.sessionId === session) this.#forget(id);
  }

  /** Ends what runs; it begins again with the next start. */
  async close(): Promise<void> {
    this.#ended = true;
    clearInterval(this.#sweeper);
    for (const entry of this.#entries.values()) entry.stop?.abort();
    await Promise.all(this.#jobs.keys());
    await this.#disk;
  }

  #add(request: ExportRequest, askedMs: number, onClose: boolean): Entry {
    const id = exportIdOf(request);
    const entry: Entry = {
      id,
      project: request.session.project,
      request,
      askedMs,
      onClose,
      state: "queued",
      phase: "reading",
      percent: 0,
      attempts: 0,
      begunMs: 0,
      video: undefined,
      error: null,
      failedMs: 0,
      stop: undefined,
      job: undefined,
    };
    this.#entries.set(id, entry);
    return entry;
  }

  #beginNext(): void {
    while (!this.#ended) {
      const nowMs = this.#options.clock();
      const entry = nextOf(this.#entries.values(), [...this.#jobs.values()], nowMs);
      if (entry === undefined) return;
      if (entry.attempts >= MAX_ATTEMPTS) {
        this.#giveUp(entry, "Making the video was cut off each time, by the end of the server");
        continue;
      }
      entry.state = "running";
      entry.phase = "reading";
      entry.percent = 0;
      entry.attempts += 1;
      entry.begunMs = nowMs;
      const job = this.#make(entry).finally(() => {
        this.#jobs.delete(job);
        this.#beginNext();
      });
      entry.job = job;
      this.#jobs.set(job, entry);
    }
  }

  /** Runs one job to its end, and acts on what became of it. Never throws. */
  async #make(entry: Entry): Promise<void> {
    const stop = new AbortController();
    entry.stop = stop;
    const file = this.#folder.draftOf(entry.id);
    await this.#keep(entry);
    const run = {
      request: entry.request,
      file,
      signal: stop.signal,
      onProgress: ({ phase, percent }: JobProgress) => {
        entry.phase = phase;
        entry.percent = Math.min(99, Math.max(entry.percent, percent));
      },
    };
    // Where the disk is nearly full, older videos make room for it.
    await this.#sweep();
    await this.#disk;
    const outcome: JobOutcome = stop.signal.aborted
      ? { type: "ended", message: "It was told to end before it began" }
      : await this.#options.run(run);
    entry.stop = undefined;
    if (this.#isIn(entry)) await this.#settle(entry, outcome, file);
    await this.#folder.discard(file).catch((error: unknown) => this.#failed(error));
  }

  async #settle(entry: Entry, outcome: JobOutcome, file: string): Promise<void> {
    const { clock, log } = this.#options;
    const about = { session: entry.request.session.sessionId };
    switch (outcome.type) {
      case "made": {
        try {
          const bytes = await this.#folder.publish(entry.id, file);
          // Erased while it was put there: the removal is what comes last.
          if (!this.#isIn(entry)) return this.#onDisk(() => this.#folder.remove(entry.id));
          entry.video = { ...outcome.video, bytes, madeMs: clock() };
          entry.state = "ready";
          entry.percent = 100;
          await this.#keep(entry);
          await this.#sweep();
        } catch (error) {
          this.#fail(entry, { code: "failed", message: "The video could not be put into the data folder." });
          log.error({ err: error, ...about }, "a video could not be kept");
        }
        return;
      }
      case "failed":
        log.warn({ ...about, code: outcome.code }, `a video could not be made: ${outcome.message}`);
        return this.#fail(entry, outcome);
      case "ended":
        if (this.#ended) {
          // Cut off by this server itself: that says nothing against the job.
          entry.attempts -= 1;
          return this.#keep(entry);
        }
        if (entry.attempts < MAX_ATTEMPTS) {
          entry.state = "queued";
          log.warn(about, `${outcome.message}; the video is begun again`);
        } else this.#giveUp(entry, outcome.message);
    }
  }

  #giveUp(entry: Entry, message: string): void {
    this.#fail(entry, { code: "failed", message });
    const about = { session: entry.request.session.sessionId };
    this.#options.log.error(about, `${message}; the video is given up`);
  }

  #fail(entry: Entry, { code, message }: NonNullable<SessionExport["error"]>): void {
    entry.state = "failed";
    entry.error = { code, message };
    entry.failedMs = this.#options.clock();
    // Nothing of it is kept over a restart: whoever asks then begins anew.
    void this.#onDisk(() => this.#folder.remove(entry.id));
  }

  /** Lets go of what has expired, and begins what may begin beside a job that by now has run for long. */
  async #sweep(): Promise<void> {
    const { folder, freeBytes = freeBytesOf, maxBytes, clock } = this.#options;
    const free = await freeBytes(folder);
    if (this.#ended) return;
    const room = roomFor(this.#entries.values(), maxBytes, free);
    for (const id of expired(this.#entries.values(), room, clock())) this.#forget(id);
    if (this.#jobs.size > 0) this.#beginNext();
  }

  #forget(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    entry.stop?.abort();
    void this.#onDisk(() => this.#folder.remove(id));
  }

  /** An export may be forgotten, and asked for again, while something of it is still under way. */
  #isIn(entry: Entry): boolean {
    return this.#entries.get(entry.id) === entry;
  }

  #keep(entry: Entry): Promise<void> {
    return this.#onDisk(async () => {
      if (!this.#isIn(entry)) return;
      const { request, askedMs, onClose, attempts, video } = entry;
      await this.#folder.keep({ request, askedMs, onClose, attempts, ...(video && { video }) });
    });
  }

  /** One after another, so that what was decided last is what stands. A failure costs what a restart would find. */
  #onDisk(work: () => Promise<void>): Promise<void> {
    this.#disk = this.#disk.then(work).catch((error: unknown) => this.#failed(error));
    return this.#disk;
  }

  #failed(error: unknown): void {
    this.#options.log.warn({ err: error }, "the folder of exports cannot be written");
  }
}

const told = ({ id, request, state, phase, percent, video, error }: Entry): SessionExport => ({
  id,
  state,
  phase: state === "running" ? phase : null,
  percent: Math.floor(percent),
  format: "mp4",
  window: request.window ?? null,
  overlay: request.overlay,
  video: video ?? null,
  error,
});
