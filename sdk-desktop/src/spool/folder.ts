import { rm } from "node:fs/promises";
import { Journal, type JournalOptions, type JournalRecord } from "./journal.js";
import { SIGN_OF_LIFE_MS } from "./limits.js";
import { type Held, type Owner, release, signOfLife } from "./owner.js";
import type { RecordHead } from "./records.js";
import type { Found } from "./recovery.js";
import { Run, type Shared } from "./run.js";
import type { SpooledUploaderOptions } from "./types.js";

/** Where a {@link SpoolFolder} lies. */
export interface Disk extends Pick<JournalOptions, "onFailed" | "onRecovered" | "segmentBytes" | "retryMs"> {
  readonly held: Held;
  readonly me: Owner;
}

/** What one process keeps, or one that is gone has kept: its runs, with their journal. */
export class SpoolFolder {
  readonly #shared: Shared;
  readonly #disk: Disk | undefined;
  readonly #journal: Journal | undefined;
  readonly #life: NodeJS.Timeout | undefined;
  #runs: Run[] = [];
  #nextRun = 0;
  #nextQueue = 0;
  #isClosed = false;
  /** Something was sent, or all is over. */
  #onProgress = (): void => {};

  /** @param disk `undefined`: memory alone */
  constructor(shared: Shared, disk: Disk | undefined, segments: Found["segments"] = []) {
    this.#shared = shared;
    this.#disk = disk;
    if (disk === undefined) return;
    const state = (): RecordHead => this.#state();
    const rewrite = (): readonly JournalRecord[] => this.#rewrite();
    this.#journal = new Journal({ ...disk, folder: disk.held.folder, segments, state, rewrite });
    let isOver = true;
    this.#life = setInterval(() => {
      // On a disk that does not answer, one more a minute would soon hold up all the app wants of any disk.
      if (!isOver) return;
      isOver = false;
      void signOfLife(disk.held).then(() => {
        isOver = true;
      });
    }, SIGN_OF_LIFE_MS);
    this.#life.unref();
  }

  /** Bytes it takes on the disk; `undefined` while that fails, or there is none. */
  get diskBytes(): number | undefined {
    return this.#journal?.hasFailed ? undefined : this.#journal?.bytes;
  }

  /** For what is captured from now on. */
  begin(): void {
    this.#journal?.begin();
  }

  /** A run of this process. Those before it, of which nothing is left, are forgotten. */
  beginRun(): Run {
    this.#runs = this.#runs.filter(({ isDone }) => !isDone);
    return this.#run(this.#nextRun, undefined);
  }

  /** Takes up what was found, and sends it, one run after another. Resolves when nothing of it is left, or it was closed. */
  async resume(found: Found, options: SpooledUploaderOptions): Promise<void> {
    for (const { run, session } of found.runs) {
      const queues = found.queues.filter((queue) => queue.run === run);
      if (queues.length > 0) this.#run(run, session).restore(queues, options);
    }
    this.begin();
    for (const run of this.#runs) {
      run.resume();
      while (!run.isDone && !this.#isClosed) {
        await new Promise<void>((go) => {
          this.#onProgress = go;
        });
      }
    }
  }

  /** Writes what is not written yet, and lets the folder go; nothing of it is sent any more. Never rejects. */
  async close(): Promise<void> {
    const isDone = this.#runs.every((run) => run.isDone);
    this.#isClosed = true;
    clearInterval(this.#life);
    for (const run of this.#runs) run.halt();
    this.#onProgress();
    if (this.#disk === undefined) return;
    await this.#journal?.close();
    const { held, me } = this.#disk;
    if (isDone) await rm(held.folder, { recursive: true, force: true }).catch(() => {});
    else await release(held, me);
  }

  #run(number: number, session: Run["session"]): Run {
    this.#nextRun = Math.max(this.#nextRun, number + 1);
    const run = new Run({
      ...this.#shared,
      run: number,
      session,
      journal: this.#journal,
      nextQueue: () => this.#nextQueue++,
      onLetGo: () => this.#onProgress(),
    });
    this.#runs.push(run);
    return run;
  }

  #state(): RecordHead {
    const states = this.#runs.map((run) => run.state());
    return {
      type: "state",
      runs: states.map(({ run }) => run),
      queues: states.flatMap(({ queues }) => queues),
    };
  }

  #rewrite(): readonly JournalRecord[] {
    return [{ head: this.#state() }, ...this.#runs.flatMap((run) => run.unwritten())];
  }
}
