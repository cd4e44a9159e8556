import type { StreamConfig } from "../catalog/stream-config.js";
import { type Position, S2LiteError } from "../errors.js";
import { BATCH_HEADER_BYTES, type Batch, encodeBatchKey, sealBatchRow } from "../keys/batch.js";
import { encodeMarkKey, encodeMarkRow, type MarkRow } from "../keys/mark.js";
import { encodeTaskKey, encodeTaskRow, TaskKind } from "../keys/task.js";
import type { Committer } from "../store/committer.js";
import type { Write } from "../store/lmdb-store.js";
import type { AppendAck } from "../wire/proto-append.js";
import { encodeRecords } from "../wire/proto-records.js";
import type { CheckedAppend } from "./check-input.js";
import { type ExpiryGroups, expiryOf } from "./expiry-groups.js";
import { proposeAppend } from "./propose-append.js";

/** Who hears of batches as they become durable. */
export interface Follower {
  /** A batch became durable; `tail` is the position behind it. */
  deliver(batch: Batch, tail: Position): void;
  /** The stream can no longer be followed. */
  gone(error: S2LiteError): void;
}

/** Called once with how an append ended. */
export type AppendDone = (error: S2LiteError | undefined, ack: AppendAck | undefined) => void;

/** Which stream this is: one incarnation of a name. */
export interface StreamIdentity {
  readonly id: number;
  readonly basin: string;
  readonly basinId: number;
  readonly name: string;
}

/** What a stream needs of its surroundings. */
export interface StreamPorts {
  readonly committer: Committer;
  readonly now: () => number;
  /** Records became durable: how many, and their metered bytes. */
  readonly onAppended?: (records: number, meteredBytes: number) => void;
  /** A trim became durable and may be carried out. */
  readonly onTrim: (state: StreamState) => void;
  /** A write failed: what is in memory is ahead of storage and must be loaded anew. */
  readonly onBroken: (state: StreamState) => void;
}

/**
 * One stream in memory: appends are decided here, one after the other, against everything accepted so
 * far; only what is durable is shown. Coordinates; the deciding is in `proposeAppend`.
 */
export class StreamState {
  readonly identity: StreamIdentity;
  config: StreamConfig;
  readonly followers = new Set<Follower>();
  /** Sessions that hold this state; while there are any it stays in memory. */
  holders = 0;
  /** Why nothing may be appended or read any more, once that is so. */
  ended: S2LiteError | undefined;
  /** When it was last used, by the server's clock. */
  usedAtMs: number;
  /** Which of its batches expire together. */
  readonly groups: ExpiryGroups;

  readonly #ports: StreamPorts;
  /** Durable: acks, reads, followers and tail checks see this and nothing later. */
  #tail: Position;
  /** Accepted: never behind `#tail`. */
  #next: Position;
  #fence: string;
  #trimPoint: number;
  #floor: number;
  /** What the rows of marks say from now on: never below `#floor`, which follows once that is durable. */
  #nextFloor: number;
  /** When the last append was accepted, by the server's clock; 0 when there was none. */
  #writtenAtMs: number;
  readonly #markKey: Buffer;
  #submitted = 0;
  #settled = 0;
  /** Refusals that may not be told before what they reveal is durable. In order of `after`. */
  #withheld: { readonly after: number; readonly tell: () => void }[] = [];

  constructor(
    identity: StreamIdentity,
    config: StreamConfig,
    mark: MarkRow | undefined,
    tail: Position,
    groups: ExpiryGroups,
    ports: StreamPorts,
  ) {
    this.identity = identity;
    this.config = config;
    this.groups = groups;
    this.#ports = ports;
    this.#tail = tail;
    this.#next = tail;
    this.#fence = mark?.fence ?? "";
    this.#trimPoint = mark?.trimPoint ?? 0;
    this.#floor = mark?.floor ?? 0;
    this.#nextFloor = this.#floor;
    this.#writtenAtMs = mark?.writtenAtMs ?? 0;
    this.#markKey = encodeMarkKey(identity.id);
    this.usedAtMs = ports.now();
  }

  /** The durable tail. */
  get tail(): Position {
    return this.#tail;
  }

  /** The number that the next accepted record gets. */
  get nextSeqNum(): number {
    return this.#next.seqNum;
  }

  /** When the last append was accepted, by the server's clock; 0 when there was none. */
  get writtenAtMs(): number {
    return this.#writtenAtMs;
  }

  /** Records below this are gone, for readers. */
  get floor(): number {
    return this.#floor;
  }

  /** Records below this are to go; above `floor` while trimming is still due. */
  get trimPoint(): number {
    return this.#trimPoint;
  }

  /** Whether nothing that was accepted is still under way. */
  get settled(): boolean {
    return this.#submitted === this.#settled;
  }

  /** Whether it may leave memory: nobody holds it and nothing is under way. */
  get idle(): boolean {
    return this.holders === 0 && this.followers.size === 0 && this.settled;
  }

  /**
   * Appends a batch. `done` is called once it is durable or refused. Returns whether it was accepted:
   * a session whose input is refused must not apply later ones.
   */
  append(append: CheckedAppend, done: AppendDone): boolean {
    const nowMs = this.#ports.now();
    this.usedAtMs = nowMs;
    if (this.ended !== undefined) return this.#refuse(this.ended, done);
    // A full disk takes what makes room: commands alone.
    const { full } = this.#ports.committer;
    if (full !== undefined && append.commands.length < append.input.records.length)
      return this.#refuse(new S2LiteError("storage", `${full}: nothing was written`), done);
    const decided = proposeAppend(
      {
        next: this.#next,
        fence: this.#fence,
        trimPoint: this.#trimPoint,
        timestamping: this.config.timestamping,
      },
      append,
      nowMs,
    );
    if ("refused" in decided) return this.#refuse(decided.refused, done);

    const { accepted } = decided;
    const start = { seqNum: this.#next.seqNum, timestamp: accepted.timestamps[0] ?? 0 };
    const key = encodeBatchKey(this.identity.id, start.seqNum);
    const row = encodeRecords(append.input.records, start.seqNum, accepted.timestamps, BATCH_HEADER_BYTES);
    const facts = {
      count: append.input.records.length,
      firstTimestamp: start.timestamp,
      lastTimestamp: accepted.end.timestamp,
      metered: append.metered,
      writtenAtMs: nowMs,
      expiresAtMs: expiryOf(this.config.retention_policy, nowMs),
    };
    sealBatchRow(key, row, facts);
    const batch: Batch = { ...facts, seqNum: start.seqNum, run: row.subarray(BATCH_HEADER_BYTES) };
    const writes: Write[] = [{ key, value: row }, ...this.groups.join(start.seqNum, facts.expiresAtMs)];

    const trims = accepted.trimPoint > this.#trimPoint;
    this.#next = accepted.end;
    this.#fence = accepted.fence;
    this.#trimPoint = accepted.trimPoint;
    this.#writtenAtMs = nowMs;
    if (trims) writes.push(this.#trimTask());
    const mark = this.#mark();

    this.#submitted++;
    this.#ports.committer.submit({
      writes,
      mark: () => this.#encodeMark(mark),
      bytes: append.metered,
      source: this.identity.id,
      done: (error) => this.#settle(error, batch, start, accepted.end, trims, done),
    });
    return true;
  }

  /** Calls `tell` once everything accepted until now is durable (or has failed). */
  afterSettled(tell: () => void): void {
    if (this.#settled === this.#submitted) tell();
    else this.#withheld.push({ after: this.#submitted, tell });
  }

  /** `afterSettled` as a promise. */
  whenSettled(): Promise<void> {
    return new Promise((resolve) => this.afterSettled(resolve));
  }

  /** The row of marks as it is after everything accepted so far; with `floor`, if that is higher, from now on. */
  markWrite(floor = 0): Write {
    this.#nextFloor = Math.max(this.#nextFloor, floor);
    return this.#encodeMark(this.#mark());
  }

  #mark(): MarkRow {
    return {
      fence: this.#fence,
      trimPoint: this.#trimPoint,
      floor: this.#nextFloor,
      tailSeqNum: this.#next.seqNum,
      tailTimestamp: this.#next.timestamp,
      writtenAtMs: this.#writtenAtMs,
    };
  }

  #encodeMark(mark: MarkRow): Write {
    return { key: this.#markKey, value: encodeMarkRow(this.#markKey, mark) };
  }

  /** Hides records below `floor` from readers that start or go on from now. */
  raiseFloor(floor: number): void {
    this.#floor = Math.max(this.#floor, floor);
  }

  /** Ends the stream for everybody: later appends are refused and followers are told. */
  end(error: S2LiteError): void {
    this.ended ??= error;
  }

  /** Tells followers that it ended. Apart from `end`, since they may hear only once it is durable. */
  releaseFollowers(error: S2LiteError): void {
    for (const follower of [...this.followers]) follower.gone(error);
  }

  #refuse(error: S2LiteError, done: AppendDone): false {
    this.afterSettled(() => done(error, undefined));
    return false;
  }

  /** Writes rows about the stream in order with its appends; resolves once they are durable. */
  write(writes: readonly Write[]): Promise<void> {
    this.#submitted++;
    return new Promise((resolve, reject) => {
      this.#ports.committer.submit({
        writes,
        bytes: 0,
        source: this.identity.id,
        done: (error) => {
          if (error === undefined) resolve();
          else reject(error);
          this.#countSettled();
        },
      });
    });
  }

  #settle(
    error: S2LiteError | undefined,
    batch: Batch,
    start: Position,
    end: Position,
    trims: boolean,
    done: AppendDone,
  ): void {
    if (error === undefined) {
      this.#tail = end;
      this.#ports.onAppended?.(batch.count, batch.metered);
      done(undefined, { start, end, tail: end });
      for (const follower of this.followers) follower.deliver(batch, end);
      if (trims) this.#ports.onTrim(this);
    } else {
      done(error, undefined);
      if (this.ended === undefined) this.giveUp(error);
    }
    this.#countSettled();
  }

  #countSettled(): void {
    this.#settled++;
    while (this.#withheld.length > 0 && (this.#withheld[0]?.after ?? 0) <= this.#settled)
      this.#withheld.shift()?.tell();
  }

  /** Ends what is in memory, since a write failed that it is ahead by, and has whoever holds it begin again. */
  giveUp(cause: S2LiteError): void {
    this.ended = new S2LiteError("unavailable", "the stream is being reloaded after a failed write", {
      cause,
    });
    this.#ports.onBroken(this);
    this.releaseFollowers(this.ended);
  }

  #trimTask(): Write {
    const { id, basin, basinId, name } = this.identity;
    const key = encodeTaskKey(TaskKind.trim, id);
    return { key, value: encodeTaskRow(key, { basin, basinId, stream: name }) };
  }
}
