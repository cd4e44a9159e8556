import { open, readdir } from "node:fs/promises";
import { type Entry, lostDraft } from "@reeltime/recorder/uploader";
import type { Place } from "./journal.js";
import {
  addId,
  decodePayload,
  entryOf,
  type IdRuns,
  payloadBytes,
  type QueueState,
  RECORD_PREFIX_BYTES,
  type ReadRecord,
  type RecordHead,
  type RunState,
} from "./records.js";
import { createSegment, type Segment, segmentNumber, segmentPath } from "./segments.js";

/** A frame that waits, its body on the disk. */
export interface FoundFrame {
  readonly id: number;
  readonly entry: Entry;
  /** `undefined`: there is nothing of it but what it stands for. */
  readonly place: Place | undefined;
}

/** A queue of a process that is gone. */
export interface FoundQueue extends Omit<QueueState, "ids"> {
  readonly frames: readonly FoundFrame[];
}

/** What a process left. */
export interface Found {
  readonly segments: readonly Segment[];
  readonly runs: readonly RunState[];
  /** Those of which something is still to be sent. */
  readonly queues: readonly FoundQueue[];
}

interface Tracked {
  run: number;
  writer: QueueState["writer"];
  firstNumber: number;
  ids: number[];
  close: QueueState["close"];
}

/**
 * Reads a folder's segments, one record at a time. What was cut off or damaged ends its segment; the next one says again how
 * all was. The oldest frames, when nothing of them is left, are passed over: they may have been acknowledged, and the server
 * knows. Others stand in their place as a loss.
 */
export async function recover(folder: string): Promise<Found> {
  const numbers = (await readdir(folder))
    .map(segmentNumber)
    .filter((number) => number !== undefined)
    .sort((a, b) => a - b);
  const tracker = new Tracker();
  const segments: Segment[] = [];
  for (const number of numbers) {
    const segment = createSegment(number);
    segments.push(segment);
    let group: { readonly record: ReadRecord; readonly place: Place }[] = [];
    for await (const { record, place } of readSegment(folder, segment)) {
      group.push({ record, place });
      if (!record.endsGroup) continue;
      for (const { record: whole, place: at } of group) tracker.apply(whole.head, at);
      segment.size = place.offset + place.bytes;
      segment.isSynced = true;
      group = [];
    }
  }
  return { segments, ...tracker.found() };
}

async function* readSegment(
  folder: string,
  segment: Segment,
): AsyncGenerator<{ readonly record: ReadRecord; readonly place: Place }> {
  const handle = await open(segmentPath(folder, segment), "r");
  try {
    const prefix = Buffer.alloc(RECORD_PREFIX_BYTES);
    for (let offset = 0; ; ) {
      const { bytesRead } = await handle.read(prefix, 0, prefix.length, offset);
      const length = bytesRead === prefix.length ? payloadBytes(prefix) : undefined;
      if (length === undefined) return;
      const payload = Buffer.allocUnsafe(length);
      const read = await handle.read(payload, 0, length, offset + prefix.length);
      const record = read.bytesRead === length ? decodePayload(prefix, payload) : undefined;
      if (record === undefined) return;
      const bytes = prefix.length + length;
      yield { record, place: { segment, offset, bytes } };
      offset += bytes;
    }
  } finally {
    await handle.close();
  }
}

/** The state after the records so far. */
class Tracker {
  readonly #runs = new Map<number, RunState>();
  readonly #queues = new Map<number, Tracked>();
  readonly #frames = new Map<string, FoundFrame>();

  apply(head: RecordHead, place: Place): void {
    switch (head.type) {
      case "state":
        this.#runs.clear();
        this.#queues.clear();
        for (const run of head.runs) this.#runs.set(run.run, { run: run.run, session: run.session });
        for (const { queue, ids, run, writer, firstNumber, close } of head.queues)
          this.#queues.set(queue, { run, writer, firstNumber, ids: listIds(ids), close });
        return;
      case "run":
        this.#runs.set(head.run, { run: head.run, session: head.session });
        return;
      case "writer":
        this.#writer(head);
        return;
      case "again":
        for (const id of listIds(head.ids)) this.#queues.get(head.queue)?.ids.push(id);
        return;
      case "frame":
        this.#frame(head, place);
        return;
      case "content":
        this.#frames.set(`${head.queue} ${head.id}`, { id: head.id, entry: entryOf(head.draft), place });
        return;
      case "stop": {
        const tracked = this.#queues.get(head.queue);
        if (tracked !== undefined) tracked.close = head.close;
        return;
      }
      case "gone":
        this.#gone(head.queue, head.count);
    }
  }

  #writer({ queue, run, writer }: Extract<RecordHead, { readonly type: "writer" }>): void {
    if (!this.#runs.has(run)) this.#runs.set(run, { run, session: undefined });
    const close = this.#queues.get(queue)?.close;
    this.#queues.set(queue, { run, writer, firstNumber: 0, ids: [], close });
  }

  #frame(head: Extract<RecordHead, { readonly type: "frame" }>, place: Place): void {
    const { queue, id, place: index, draft } = head;
    this.#frames.set(`${queue} ${id}`, { id, entry: entryOf(draft), place });
    const ids = this.#queues.get(queue)?.ids;
    if (index === undefined) ids?.push(id);
    else if (ids !== undefined) ids[index] = id;
  }

  #gone(queue: number, count: number): void {
    const tracked = this.#queues.get(queue);
    if (tracked === undefined) return;
    for (const id of tracked.ids.splice(0, count)) this.#frames.delete(`${queue} ${id}`);
    tracked.firstNumber += count;
  }

  found(): Omit<Found, "segments"> {
    const queues = [...this.#queues].map(([queue, { ids, ...state }]): FoundQueue => {
      const frames: FoundFrame[] = [];
      for (const id of ids) {
        const frame = this.#frames.get(`${queue} ${id}`) ?? standIn(id, frames.at(-1)?.entry);
        if (frame !== undefined) frames.push(frame);
        if (frame?.place !== undefined) frame.place.segment.waiting += 1;
      }
      return { ...state, queue, firstNumber: state.firstNumber + ids.length - frames.length, frames };
    });
    return {
      runs: [...this.#runs.values()],
      queues: queues.filter(({ frames, close }) => frames.length > 0 || close !== undefined),
    };
  }
}

/** What can be said of a frame of which nothing is left but that it was there. */
const standIn = (id: number, before: Entry | undefined): FoundFrame | undefined =>
  before && {
    id,
    entry: { ...lostDraft(before, "storage"), events: 0, rawBytes: 0, facts: [], firstMs: before.lastMs },
    place: undefined,
  };

const listIds = (runs: IdRuns): number[] =>
  runs.flatMap(([from, count]) => Array.from({ length: count }, (_, index) => from + index));

/** Ids as runs. */
export function idRuns(ids: readonly number[]): IdRuns {
  const runs: [number, number][] = [];
  for (const id of ids) addId(runs, id);
  return runs;
}
