import { MAX_INFLIGHT_BATCHES } from "./limits.js";
import { FENCE_OPEN } from "./protocol/index.js";
import type { AppendChannel, NewRecord, S2Port } from "./s2-port.js";

/** What a pipeline tells. */
export interface PipelineEvents {
  /** All up to `tail` is durable. */
  acked(tail: number): void;
  /** A batch failed, so the outcome of everything on its way is unknown. Told once; the pipeline is empty then. */
  lost(error: unknown): void;
}

/**
 * Sends batches to one session's stream over one held S2 append session, a few at a time, each only if it lands
 * where it was meant to and the session is still open. After a failure nothing more is heard of what was sent
 * before.
 */
export class AppendPipeline {
  readonly #port: S2Port;
  readonly #stream: string;
  readonly #events: PipelineEvents;
  #channel: AppendChannel | undefined;
  /** Results of what was sent before the last failure are not listened to. */
  #generation = 0;
  #inFlight = 0;
  #outbox: (readonly NewRecord[])[] = [];
  #nextSeqNum = 0;

  constructor(port: S2Port, stream: string, events: PipelineEvents, channel?: AppendChannel) {
    this.#port = port;
    this.#stream = stream;
    this.#events = events;
    this.#channel = channel;
  }

  /** Nothing is on its way. */
  get isEmpty(): boolean {
    return this.#inFlight === 0 && this.#outbox.length === 0;
  }

  /** As much is on its way as is good: what comes now had better wait and go together. */
  get isFull(): boolean {
    return this.#inFlight >= MAX_INFLIGHT_BATCHES || this.#outbox.length > 0;
  }

  /** Sets where the next batch is meant to land. Only when empty. */
  startAt(seqNum: number): void {
    this.#nextSeqNum = seqNum;
  }

  /** Sends batches, in order. */
  send(batches: readonly (readonly NewRecord[])[]): void {
    this.#outbox.push(...batches);
    this.#pump();
  }

  /** Forgets all that is on its way, whose outcome is unknown then, and lets the append session go at once. */
  reset(): void {
    this.#generation += 1;
    this.#inFlight = 0;
    this.#outbox = [];
    this.#channel?.abort();
    this.#channel = undefined;
  }

  /** Lets the append session go; the next batch opens another. Only when empty. Never rejects. */
  async release(): Promise<void> {
    const channel = this.#channel;
    this.#channel = undefined;
    await channel?.close();
  }

  #pump(): void {
    while (this.#inFlight < MAX_INFLIGHT_BATCHES) {
      const records = this.#outbox.shift();
      if (records === undefined) return;
      this.#submit(records);
    }
  }

  #submit(records: readonly NewRecord[]): void {
    const generation = this.#generation;
    const matchSeqNum = this.#nextSeqNum;
    this.#nextSeqNum += records.length;
    this.#inFlight += 1;
    this.#channel ??= this.#port.openAppends(this.#stream);
    this.#channel.submit({ records, matchSeqNum, fencingToken: FENCE_OPEN }).then(
      ({ endSeqNum }) => {
        if (generation !== this.#generation) return;
        this.#inFlight -= 1;
        this.#pump();
        this.#events.acked(endSeqNum);
      },
      (error: unknown) => {
        if (generation !== this.#generation) return;
        this.reset();
        this.#events.lost(error);
      },
    );
  }
}
