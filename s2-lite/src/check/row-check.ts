import { S2LiteError } from "../errors.js";
import { decodeAnyRow, describeKey } from "../keys/any-row.js";
import { type Batch, isGap } from "../keys/batch.js";
import type { MarkRow } from "../keys/mark.js";
import { FORMAT_VERSION } from "../keys/meta.js";
import { TaskKind } from "../keys/task.js";
import { walkRecords } from "../wire/proto-records.js";
import type { U64 } from "../wire/u64.js";
import { IndexCheck } from "./index-check.js";

/** What a store holds. */
export interface StoreTotals {
  readonly basins: number;
  readonly streams: number;
  readonly batches: number;
  readonly records: number;
}

interface SeenStream {
  readonly basinId: number;
  readonly name: string;
  readonly deleted: boolean;
  mark: MarkRow | "damaged" | undefined;
  /** The first stored record, and the number behind the last one. */
  first: number | undefined;
  end: number;
  lastTimestamp: U64;
}

/**
 * Holds all rows of a store against their checksums and against each other: every stream dense from its floor to
 * its tail, its marks beside its records, its basin there, and work in the background for all that is under way.
 * Rows are given in order; `finish` says what only the end can tell.
 */
export class RowCheck {
  readonly #tell: (words: string) => void;
  readonly #basins = new Map<number, { readonly name: string; readonly deleted: boolean }>();
  readonly #streams = new Map<number, SeenStream>();
  readonly #tasks = new Set<string>();
  readonly #indexes: IndexCheck;
  #nextId: number | undefined;
  #batches = 0;
  #records = 0;
  /** A row could not be read: what is missed may be that one, and is not told again. */
  #unread = false;

  constructor(tell: (words: string) => void) {
    this.#tell = tell;
    this.#indexes = new IndexCheck((words) => this.#tellUnread(words));
  }

  /** The next row. */
  row(key: Buffer, value: () => Buffer | undefined): void {
    const bytes = value();
    if (bytes === undefined) {
      this.#unread = true; // its pages are damaged, which is told with them
      return;
    }
    try {
      this.#take(key, bytes);
    } catch (error) {
      if (!(error instanceof S2LiteError)) throw error;
      this.#unread = true;
      if (key[0] === 0x04 && key.length === 9) this.#damagedMark(key);
      this.#tell(`${describeKey(key)}: ${error.message}`);
    }
  }

  /** Tells what is missing now that all rows are seen. */
  finish(): StoreTotals {
    if (this.#nextId === undefined && !this.#unread)
      this.#tell("the row that describes the folder is missing");
    for (const [id, basin] of this.#basins) {
      this.#checkId(id, `basin ${JSON.stringify(basin.name)}`);
      if (basin.deleted !== this.#tasks.has(taskName(TaskKind.deleteBasin, id)))
        this.#tell(`basin ${JSON.stringify(basin.name)}: its deletion and the work for it do not agree`);
    }
    for (const [id, stream] of this.#streams) this.#finishStream(id, stream);
    this.#indexes.finish((id) => {
      const stream = this.#streams.get(id);
      return stream === undefined || stream.deleted ? undefined : this.#name(stream);
    });
    return {
      basins: this.#basins.size,
      streams: this.#streams.size,
      batches: this.#batches,
      records: this.#records,
    };
  }

  #take(key: Buffer, bytes: Buffer): void {
    const any = decodeAnyRow(key, bytes);
    switch (any.kind) {
      case "meta":
        this.#nextId = any.row.nextId;
        if (any.row.format !== FORMAT_VERSION) this.#tell(`the folder has format ${any.row.format}`);
        break;
      case "basin":
        if (this.#basins.has(any.row.id)) this.#tell(`two basins have the id ${any.row.id}`);
        this.#basins.set(any.row.id, { name: any.name, deleted: any.row.deletedAtMs !== null });
        break;
      case "stream":
        if (this.#streams.has(any.row.id)) this.#tell(`two streams have the id ${any.row.id}`);
        this.#streams.set(any.row.id, {
          basinId: any.basinId,
          name: any.name,
          deleted: any.row.deletedAtMs !== null,
          mark: undefined,
          first: undefined,
          end: 0,
          lastTimestamp: 0,
        });
        break;
      case "mark": {
        const stream = this.#streams.get(any.streamId);
        if (stream !== undefined) stream.mark = any.row;
        else this.#tellUnread(`there are marks of a stream with id ${any.streamId}, which is missing`);
        break;
      }
      case "batch":
        this.#batch(any.streamId, any.row);
        break;
      case "task":
        this.#tasks.add(taskName(any.task, any.id));
        break;
      case "expiry":
        this.#indexes.group(any.group, any.row);
        break;
      case "expiryOf":
        this.#indexes.groupOf(any.streamId, any.first, any.row.expiresAtMs);
        break;
      case "emptyCheck":
        this.#indexes.emptyCheck(any.streamId, any.dueMs);
        break;
      case "emptyCheckOf":
        this.#indexes.emptyCheckOf(any.streamId, any.row.dueMs);
        break;
      case "owner":
        break; // its checksum is all there is to hold it to
    }
  }

  #batch(streamId: number, batch: Batch): void {
    this.#batches++;
    this.#records += batch.count;
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      this.#tellUnread(`there are records of a stream with id ${streamId}, which is missing`);
      return;
    }
    const name = this.#name(stream);
    if (stream.first === undefined) stream.first = batch.seqNum;
    else if (batch.seqNum !== stream.end && !stream.deleted)
      this.#tellUnread(`${name}: after record ${stream.end - 1} comes ${batch.seqNum}`);
    if (batch.firstTimestamp < stream.lastTimestamp)
      this.#tell(`${name}: time goes back at record ${batch.seqNum}`);
    stream.end = batch.seqNum + batch.count;
    this.#indexes.batch(streamId, batch);
    stream.lastTimestamp = batch.lastTimestamp;
    if (!isGap(batch)) this.#checkRecords(name, batch);
  }

  #checkRecords(name: string, batch: Batch): void {
    let next = batch.seqNum;
    let metered = 0;
    let latest: U64 = batch.firstTimestamp;
    let whole = true;
    walkRecords(batch.run, (span) => {
      whole &&= span.seqNum === next && span.timestamp >= latest;
      next++;
      metered += span.metered;
      latest = span.timestamp;
      return whole;
    });
    if (!whole || next !== batch.seqNum + batch.count || metered !== batch.metered)
      this.#tell(`${name}: the batch at record ${batch.seqNum} does not hold what it says`);
  }

  #finishStream(id: number, stream: SeenStream): void {
    const name = this.#name(stream);
    this.#checkId(id, name);
    if (!this.#basins.has(stream.basinId))
      this.#tellUnread(`${name} belongs to the basin with id ${stream.basinId}, which is missing`);
    if (stream.deleted !== this.#tasks.has(taskName(TaskKind.deleteStream, id)))
      this.#tellUnread(`${name}: its deletion and the work for it do not agree`);
    if (stream.deleted || stream.mark === "damaged") return;
    const { mark } = stream;
    if (mark === undefined) {
      if (stream.first !== undefined) this.#tellUnread(`${name}: its marks are missing`);
      return;
    }
    this.#checkTail(name, stream, mark);
    if (mark.trimPoint > mark.floor && !this.#tasks.has(taskName(TaskKind.trim, id)))
      this.#tellUnread(`${name}: it is to be trimmed at ${mark.trimPoint}, and the work for that is missing`);
  }

  #checkTail(name: string, stream: SeenStream, mark: MarkRow): void {
    const { floor, tailSeqNum: tail } = mark;
    const first = stream.first ?? tail;
    const end = stream.first === undefined ? floor : stream.end;
    if (first > floor) this.#tellUnread(`${name}: records ${floor} to ${first - 1} are missing`);
    else if (end < tail) this.#tellUnread(`${name}: records ${end} to ${tail - 1} are missing`);
    else if (end > tail) this.#tellUnread(`${name}: its marks are older than its records`);
    else if (stream.first !== undefined && stream.lastTimestamp !== mark.tailTimestamp)
      this.#tell(`${name}: its last record and its marks are of different times`);
  }

  #damagedMark(key: Buffer): void {
    const stream = this.#streams.get(Number(key.readBigUInt64BE(1)));
    if (stream !== undefined) stream.mark = "damaged";
  }

  #checkId(id: number, name: string): void {
    if (this.#nextId !== undefined && id >= this.#nextId)
      this.#tell(`${name} has an id that was never given out`);
  }

  /** Tells what is missing, unless it may be a row whose damage is told already. */
  #tellUnread(words: string): void {
    this.#tell(this.#unread ? `${words} (or was damaged, see above)` : words);
  }

  #name(stream: SeenStream): string {
    const basin = this.#basins.get(stream.basinId)?.name ?? `with id ${stream.basinId}`;
    return `stream ${JSON.stringify(stream.name)} of basin ${JSON.stringify(basin)}`;
  }
}

function taskName(kind: number, id: number): string {
  return `${kind}/${id}`;
}
