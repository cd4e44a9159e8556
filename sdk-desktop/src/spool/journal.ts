import { type FileHandle, open, unlink } from "node:fs/promises";
import { RETRY_DISK_MS, SEGMENT_BYTES, WRITE_PATIENCE_MS } from "./limits.js";
import { decodePayload, encodeRecord, RECORD_PREFIX_BYTES, type RecordHead } from "./records.js";
import { createSegment, type Segment, segmentPath } from "./segments.js";

/** Where a record lies. */
export interface Place {
  readonly segment: Segment;
  readonly offset: number;
  readonly bytes: number;
}

/** Something to be written. */
export interface JournalRecord {
  readonly head: RecordHead;
  readonly body?: Uint8Array | undefined;
  /** It lies there now; `undefined`: it does not, since the disk has failed. */
  readonly written?: ((place: Place | undefined) => void) | undefined;
}

/** Configures a {@link Journal}. */
export interface JournalOptions {
  readonly folder: string;
  /** What is there already. */
  readonly segments: readonly Segment[];
  /** All that was appended until now comes to this: each segment begins with it. */
  readonly state: () => RecordHead;
  /** The same, and what of it lies nowhere: after the disk had failed. */
  readonly rewrite: () => readonly JournalRecord[];
  readonly segmentBytes?: number | undefined;
  /** Milliseconds between two tries on a disk that failed. */
  readonly retryMs?: number | undefined;
  /** It cannot be written, or takes very long. What is appended is forgotten until it can. */
  readonly onFailed: (error: unknown) => void;
  readonly onRecovered: () => void;
}

interface OpenSegment {
  readonly segment: Segment;
  readonly handle: FileHandle;
}

/** What says which numbers are whose, and in which session. */
const SYNCED: ReadonlySet<RecordHead["type"]> = new Set(["run", "writer"]);

/**
 * What happens, in order, in segments of one folder. What is appended in one turn of the event loop is one group: a process
 * that is killed leaves all of it or nothing. Not synced: a machine that loses its power may lose the last seconds.
 */
export class Journal {
  readonly #options: JournalOptions;
  readonly #segments: Set<Segment>;
  #pending: JournalRecord[] = [];
  #pendingBytes = 0;
  #active: OpenSegment | undefined;
  #reader: OpenSegment | undefined;
  #reading: Promise<unknown> = Promise.resolve();
  #writing: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  /** Nothing of what is appended is kept: all of it is written anew when the disk works again. */
  #hasFailed = false;
  #isSlow = false;
  #closed = false;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#segments = new Set(options.segments);
  }

  /** Begins a segment, which says what there is, whatever else is torn. Before anything is appended. */
  begin(): void {
    this.#start([{ head: this.#options.state() }]);
  }

  /** Bytes on the disk and on their way there. */
  get bytes(): number {
    let sum = this.#pendingBytes;
    for (const { size } of this.#segments) sum += size;
    return sum;
  }

  /** What is appended stays in memory alone. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  get #newest(): number {
    return Math.max(0, ...[...this.#segments].map(({ number }) => number));
  }

  /** Adds a record. */
  append(record: JournalRecord): void {
    if (this.#hasFailed || this.#closed) {
      record.written?.(undefined);
      return;
    }
    this.#pending.push(record);
    this.#pendingBytes += record.body?.length ?? 0;
    // Not before this turn has ended: what belongs together is one group.
    if (this.#pending.length === 1) setImmediate(() => void this.#flush());
  }

  /** Changes the newest record, when it is not on its way yet. False: it is, or `change` does not want to. */
  amend(change: (head: RecordHead) => RecordHead | undefined): boolean {
    const last = this.#pending.at(-1);
    const head = last && change(last.head);
    if (last === undefined || head === undefined) return false;
    this.#pending[this.#pending.length - 1] = { ...last, head };
    return true;
  }

  /** Resolves once all that was appended is written, or it is clear that the disk fails. Never rejects. */
  settled(): Promise<void> {
    if (this.#hasFailed || this.#isSlow) return Promise.resolve();
    return new Promise((resolve) => {
      const patience = setTimeout(() => {
        this.#isSlow = true;
        this.#options.onFailed(new Error(`the disk has not answered for ${WRITE_PATIENCE_MS} ms`));
        resolve();
      }, WRITE_PATIENCE_MS);
      patience.unref();
      void this.#flush().then(() => {
        clearTimeout(patience);
        resolve();
      });
    });
  }

  /** The body of a record. Rejects when it cannot be read, or is not what was written. One at a time. */
  read(place: Place): Promise<Uint8Array> {
    const read = this.#reading.then(() => this.#read(place));
    this.#reading = read.catch(() => {});
    return read;
  }

  /** Writes what is left and closes its files. Never rejects. */
  async close(): Promise<void> {
    await this.settled();
    this.#closed = true;
    clearTimeout(this.#retry);
    if (this.#writing !== undefined) return;
    await this.#reading;
    await this.#active?.handle.close().catch(() => {});
    await this.#reader?.handle.close().catch(() => {});
    this.#active = this.#reader = undefined;
  }

  async #read({ segment, offset, bytes }: Place): Promise<Uint8Array> {
    if (this.#closed) throw new Error("the spool is closed");
    if (this.#reader?.segment !== segment) {
      const before = this.#reader;
      this.#reader = undefined;
      await before?.handle.close();
      this.#reader = { segment, handle: await open(segmentPath(this.#options.folder, segment), "r") };
    }
    const record = Buffer.allocUnsafeSlow(bytes);
    const { bytesRead } = await this.#reader.handle.read(record, 0, bytes, offset);
    const read =
      bytesRead === bytes ? decodePayload(record, record.subarray(RECORD_PREFIX_BYTES)) : undefined;
    if (read === undefined) throw new Error("a spooled frame is damaged");
    return read.body;
  }

  #flush(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#isSlow && !this.#hasFailed) this.#options.onRecovered();
      this.#isSlow = false;
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { state, segmentBytes = SEGMENT_BYTES } = this.#options;
    while (this.#pending.length > 0 && this.#active !== undefined) {
      const batch = this.#pending;
      // The next segment begins with what is so after this batch, which is now.
      const after = this.#active.segment.size >= segmentBytes ? state() : undefined;
      this.#pending = [];
      this.#pendingBytes = 0;
      try {
        await writeGroup(this.#active, batch);
        if (batch.some(({ head }) => SYNCED.has(head.type))) await this.#active.handle.datasync();
        if (after !== undefined) await this.#rotate(after);
        await this.#sweep();
      } catch (error) {
        this.#failed(error, batch);
      }
    }
  }

  /** Begins a segment, the first one or after a failure. What is appended meanwhile follows. */
  #start(records: readonly JournalRecord[]): void {
    const before = this.#hasFailed;
    this.#hasFailed = false;
    this.#writing = this.#begin(records)
      .then((active) => {
        this.#active = active;
        if (before) this.#options.onRecovered();
        return this.#write();
      })
      .catch((error) => {
        this.#hasFailed = before;
        this.#failed(error, []);
      })
      .finally(() => {
        this.#writing = undefined;
      });
  }

  async #begin(records: readonly JournalRecord[]): Promise<OpenSegment> {
    const segment = createSegment(this.#newest + 1);
    const handle = await open(segmentPath(this.#options.folder, segment), "w", 0o600);
    try {
      await writeGroup({ segment, handle }, records);
    } catch (error) {
      await handle.close().catch(() => {});
      throw error;
    }
    this.#segments.add(segment);
    // Nobody waits for it but those before it, which may be removed from then on.
    handle.datasync().then(
      () => {
        segment.isSynced = true;
        return this.#sweep();
      },
      () => {},
    );
    return { segment, handle };
  }

  /** When there is no room for another segment, this one goes on. */
  async #rotate(head: RecordHead): Promise<void> {
    const before = this.#active;
    const next = await this.#begin([{ head }]).catch(() => undefined);
    if (next === undefined) return;
    this.#active = next;
    await before?.handle.close().catch(() => {});
  }

  /** Segments of which nothing waits are of no more use, once a newer one that says what there is is safe. */
  async #sweep(): Promise<void> {
    if (this.#closed) return;
    const safe = [...this.#segments].filter(({ isSynced }) => isSynced).map(({ number }) => number);
    const newest = Math.max(0, ...safe);
    for (const segment of this.#segments) {
      if (segment.waiting > 0 || segment.number >= newest) continue;
      this.#segments.delete(segment);
      // What cannot be removed now is removed with its folder.
      await unlink(segmentPath(this.#options.folder, segment)).catch(() => {});
    }
  }

  async #tryAgain(): Promise<void> {
    // Room for what is written next. Frames that are missing there were acknowledged, and a reader takes them to be.
    await this.#sweep();
    if (!this.#closed) this.#start(this.#options.rewrite());
  }

  #failed(error: unknown, batch: readonly JournalRecord[]): void {
    const forgotten = [...batch, ...this.#pending];
    const isNews = !this.#hasFailed;
    this.#hasFailed = true;
    this.#pending = [];
    this.#pendingBytes = 0;
    // What was begun stays as it is; the next segment says all anew.
    this.#active?.handle.close().catch(() => {});
    this.#active = undefined;
    for (const { written } of forgotten) written?.(undefined);
    if (isNews && !this.#isSlow) this.#options.onFailed(error);
    if (this.#closed) return;
    this.#retry = setTimeout(() => void this.#tryAgain(), this.#options.retryMs ?? RETRY_DISK_MS);
    this.#retry.unref();
  }
}

/** Writes records behind what a segment holds, all of them or, when it throws, as good as none. */
async function writeGroup(
  { segment, handle }: OpenSegment,
  records: readonly JournalRecord[],
): Promise<void> {
  let offset = segment.size;
  const places: Place[] = [];
  const pieces = records.flatMap(({ head, body }, index) => {
    const record = encodeRecord(head, index === records.length - 1, body);
    const bytes = record.reduce((sum, { length }) => sum + length, 0);
    places.push({ segment, offset, bytes });
    offset += bytes;
    return record;
  });
  const all = Buffer.concat(pieces);
  for (let at = 0; at < all.length; ) {
    const { bytesWritten } = await handle.write(all, at, all.length - at, segment.size + at);
    at += bytesWritten;
  }
  segment.size = offset;
  records.forEach(({ written }, index) => {
    written?.(places[index]);
  });
}
