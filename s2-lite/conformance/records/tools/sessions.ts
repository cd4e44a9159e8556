import { deepEqual, equal } from "node:assert/strict";

import type { BasinClient } from "../../basin-client.js";
import type { OpenCall } from "../../open-call.js";
import { beginDuplex } from "./duplex.js";
import { frame, framesOf, messageOf, type SeenFrame, terminalOf } from "./frames.js";
import {
  decodeAck,
  decodeBatch,
  encodeAppend,
  type NewAppend,
  type SeenAck,
  type SeenBatch,
  type SeenRecord,
} from "./proto.js";

/** Which HTTP a session goes over. */
export type Over = "h1" | "h2";

/** A session's request, over either. */
type Call = OpenCall<{
  write(bytes: Buffer): unknown;
  end(): unknown;
  destroy(): unknown;
  pause?(): unknown;
  resume?(): unknown;
}>;

interface SessionOptions {
  readonly over?: Over;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

function begin(basin: BasinClient, method: string, path: string, options: SessionOptions): Call {
  const headers = { "content-type": "s2s/proto", ...options.headers };
  return options.over === "h1"
    ? beginDuplex(basin, method, path, headers)
    : basin.begin(method, path, { headers });
}

/** An S2S session as a client sees it, over HTTP/2 or over HTTP/1.1. */
class Session {
  readonly call: Call;

  constructor(call: Call) {
    this.call = call;
  }

  /** The frames that are wholly here. */
  get frames(): SeenFrame[] {
    return framesOf(this.call.bytes);
  }

  /** The error that ended it: `409 stream_deletion_pending`; undefined while there is none. */
  get failure(): string | undefined {
    return terminalOf(this.frames.at(-1));
  }

  /** Goes away without a word. */
  close(): void {
    this.call.stream.destroy();
  }

  /** Resolves when the answer is over; what it comes to is then known. */
  async over(): Promise<void> {
    await this.call.until(() => this.call.ended);
    equal(this.call.status, 200, this.call.bytes.toString());
  }

  protected get regular(): Buffer[] {
    return this.frames.filter((seen) => terminalOf(seen) === undefined).map(messageOf);
  }
}

/** An append session. */
export class AppendSession extends Session {
  /** Begins one on the records at `path`. */
  static begin(basin: BasinClient, path: string, options: SessionOptions = {}): AppendSession {
    return new AppendSession(begin(basin, "POST", path, options));
  }

  /** Sends an input, or several in one write. */
  send(...inputs: readonly NewAppend[]): void {
    this.write(Buffer.concat(inputs.map((input) => frame(encodeAppend(input)))));
  }

  /** Sends bytes as they are. */
  write(bytes: Buffer): void {
    this.call.stream.write(bytes);
  }

  /** Ends the input. */
  end(): void {
    this.call.stream.end();
  }

  get acks(): SeenAck[] {
    return this.regular.map(decodeAck);
  }

  /** Resolves with the acks when there are this many. */
  async acked(count: number): Promise<SeenAck[]> {
    await this.call.until(() => this.frames.length >= count || this.call.ended);
    equal(this.acks.length, count, this.failure ?? `${this.call.status} ${this.call.bytes.toString()}`);
    return this.acks;
  }

  /** Resolves when it ended; `start` of each ack, and the failure if there was one. */
  async result(): Promise<(number | string)[]> {
    await this.over();
    const { failure } = this;
    const starts = this.acks.map((ack) => Number(ack.start.seq_num));
    return failure === undefined ? starts : [...starts, failure];
  }
}

/** A read session. */
export class ReadSession extends Session {
  /** Begins one on the records at `path`, with its query. */
  static begin(basin: BasinClient, path: string, options: SessionOptions = {}): ReadSession {
    const call = begin(basin, "GET", path, options);
    call.stream.end();
    return new ReadSession(call);
  }

  /** Batches and heartbeats. */
  get batches(): SeenBatch[] {
    return this.regular.map(decodeBatch);
  }

  get records(): SeenRecord[] {
    return this.batches.flatMap((batch) => batch.records);
  }

  /** The heartbeats: batches without records, with the tail. */
  get heartbeats(): SeenBatch[] {
    return this.batches.filter((batch) => batch.records.length === 0);
  }

  /** Takes nothing from the connection until `resume`; over HTTP/2 only. */
  pause(): void {
    this.call.stream.pause?.();
  }

  resume(): void {
    this.call.stream.resume?.();
  }

  /** Resolves when this many records are here. */
  async read(count: number): Promise<void> {
    await this.call.until(() => this.records.length >= count || this.call.ended);
    equal(this.records.length, count, this.failure);
  }

  /** Resolves when this many heartbeats are here: it follows then. */
  async follows(heartbeats = 1): Promise<void> {
    await this.call.until(() => this.heartbeats.length >= heartbeats || this.call.ended);
    equal(this.heartbeats.length, heartbeats, this.failure);
  }

  /** Resolves when it ended: the records' numbers, and the failure if there was one. */
  async result(): Promise<(number | string)[]> {
    await this.over();
    const { failure } = this;
    const numbers = this.records.map((record) => Number(record.seq_num));
    return failure === undefined ? numbers : [...numbers, failure];
  }

  /** What it came to if it never became a session: `416 …`. */
  async refusal(): Promise<string> {
    const { status, text } = await this.call.answer();
    return `${status} ${text}`;
  }
}

/** Asserts how a read session ends: with these records' numbers, and at last a failure if one is given. */
export async function readsAs(session: ReadSession, expected: readonly (number | string)[]): Promise<void> {
  deepEqual(await session.result(), expected);
}
