import { createUploader, type EndReason, type Session, type Uploader } from "@reeltime/recorder/uploader";
import type { Journal, JournalRecord } from "./journal.js";
import type { Ledger } from "./ledger.js";
import { SpoolQueue } from "./queue.js";
import type { QueueState, RunState } from "./records.js";
import type { FoundQueue } from "./recovery.js";
import type { SpooledUploader, SpooledUploaderOptions, SpoolRun } from "./types.js";

/** What runs share. */
export interface Shared {
  readonly ledger: Ledger;
  readonly apiHost: string;
  readonly projectKey: string;
  readonly clock: () => number;
  readonly maxAgeMs: number;
}

/** Configures a {@link Run}. */
export interface RunOptions extends Shared {
  readonly run: number;
  readonly session: Session | undefined;
  /** `undefined`: memory alone. */
  readonly journal: Journal | undefined;
  /** Numbers the next queue. */
  readonly nextQueue: () => number;
  /** Less waits. */
  readonly onLetGo: () => void;
}

/** After these nothing is to be sent, to any session. */
const FINAL: ReadonlySet<EndReason> = new Set(["stopped", "erased", "refused"]);

interface Sender {
  readonly queue: SpoolQueue;
  readonly uploader: Uploader;
  isStopping: boolean;
  /** Nothing more comes of it. */
  isRetired: boolean;
}

/** One run of a recorder: one session after another, which its pictures share. */
export class Run implements SpoolRun {
  readonly #options: RunOptions;
  #senders: Sender[] = [];
  #session: Session | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  /** Events that those have lost which were let go. */
  #lostBefore = 0;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#session = options.session;
  }

  get number(): number {
    return this.#options.run;
  }

  /** Where its frames go; `undefined` while none is open. */
  get session(): Session | undefined {
    return this.#session;
  }

  get waiting(): number {
    return this.#senders.reduce((sum, { queue }) => sum + queue.waiting, 0);
  }

  /** Events that were lost; once it was halted, also those that lie nowhere. */
  get lost(): number {
    return this.#senders.reduce((sum, { queue }) => sum + queue.lost, this.#lostBefore);
  }

  /** Nothing is to be sent any more, also not that it has stopped. */
  get isDone(): boolean {
    return this.#senders.every(({ queue, isStopping }) => queue.isEmpty && (!queue.close || isStopping));
  }

  createUploader(options: SpooledUploaderOptions): SpooledUploader {
    const sender = this.#add(this.#queue(this.#options.nextQueue(), options), options);
    const { queue, uploader } = sender;
    return {
      ...uploader,
      push: (draft) => {
        if (queue.close === undefined) uploader.push(draft);
      },
      // An uploader that stops forgets what waits when its session turns out to have ended: so it stops last.
      stop: (close) => {
        queue.stopWith(close);
        this.#stopWhenSent();
      },
      retire: (close) => {
        uploader.push(close);
        sender.isRetired = true;
        this.#letGoRetired();
      },
    };
  }

  /** Goes on with what was found, under its writers and numbers. */
  restore(found: readonly FoundQueue[], options: SpooledUploaderOptions): void {
    for (const one of found) this.#add(this.#queue(one.queue, options, one), options);
  }

  /** Sends what was restored. */
  resume(): void {
    for (const { uploader } of this.#senders) uploader.wake();
    this.#stopWhenSent();
  }

  /** Sends nothing more; what waits stays on the disk, for another. */
  halt(): void {
    for (const { uploader, queue } of this.#senders) {
      queue.detach();
      uploader.end();
    }
  }

  /** As all that was appended to the journal has it. */
  state(): { readonly run: RunState; readonly queues: readonly QueueState[] } {
    const queues = this.#senders.map(({ queue }) => queue.state()).filter((state) => state !== undefined);
    return { run: { run: this.number, session: this.#session }, queues };
  }

  /** What waits and lies nowhere. */
  unwritten(): readonly JournalRecord[] {
    return this.#senders.flatMap(({ queue }) => queue.unwritten());
  }

  #queue(
    queue: number,
    { createWriter, askCheckout }: SpooledUploaderOptions,
    found?: FoundQueue,
  ): SpoolQueue {
    return new SpoolQueue(
      {
        ...this.#options,
        queue,
        createWriter,
        askCheckout,
        startMs: () => this.#startMs(),
        onLetGo: () => {
          this.#options.onLetGo();
          // Not from within the uploader.
          queueMicrotask(() => {
            this.#letGoRetired();
            this.#stopWhenSent();
          });
        },
      },
      found,
    );
  }

  #add(queue: SpoolQueue, options: SpooledUploaderOptions): Sender {
    const { apiHost, projectKey, journal } = this.#options;
    const sender: Sender = {
      queue,
      isStopping: false,
      isRetired: false,
      uploader: createUploader({
        ...options,
        apiHost,
        projectKey,
        createWriter: queue.createWriter,
        loadSession: () => this.#session,
        saveSession: (session) => {
          // No more than is needed: the answer to an opening is the server's word.
          const { sessionId, token, url } = session;
          this.#session = { sessionId, token, url };
          journal?.append({ head: { type: "run", run: this.number, session: this.#session } });
        },
        exclusive: (work) => this.#exclusive(work),
        maxQueueBytes: 0,
        keeper: queue,
        onEnd: (reason) => this.#ended(sender, reason, options.onEnd),
      }),
    };
    this.#senders.push(sender);
    return sender;
  }

  /** A session takes nothing more. True: what waits goes on in a new one. */
  #ended(sender: Sender, reason: EndReason, onEnd: SpooledUploaderOptions["onEnd"]): boolean {
    if (FINAL.has(reason) || sender.isStopping) return onEnd(reason);
    // Who stopped need not know that the last of it is in a session of its own.
    if (this.#senders.some(({ queue }) => queue.close !== undefined)) return true;
    // That nobody is there now does not make worthless what somebody did while the server was away.
    return onEnd(reason) || this.#holdsInput;
  }

  /** Somebody did something in what waits. */
  get #holdsInput(): boolean {
    const startMs = this.#startMs();
    return startMs !== undefined && this.#senders.some(({ queue }) => (queue.inputMs ?? 0) >= startMs);
  }

  #startMs(): number | undefined {
    const times = this.#senders.map(({ queue }) => queue.firstMs).filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  #letGoRetired(): void {
    for (const sender of this.#senders) {
      const { queue, uploader, isRetired } = sender;
      if (!isRetired || !queue.isEmpty) continue;
      this.#senders = this.#senders.filter((other) => other !== sender);
      this.#lostBefore += queue.lost;
      uploader.end();
    }
  }

  /** Ends the session once all of the run is in it. */
  #stopWhenSent(): void {
    if (this.waiting > 0) return;
    for (const sender of this.#senders) {
      const { queue, uploader } = sender;
      if (queue.close === undefined || sender.isStopping) continue;
      sender.isStopping = true;
      uploader.stop(queue.close);
    }
  }
}
