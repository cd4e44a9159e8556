import { deflateRawSync } from "node:zlib";
import {
  type Activity,
  addActivity,
  createSessionId,
  decodeFrame,
  emptyActivity,
  encodeFrame,
  type Fact,
  type Frame,
  type FramesPage,
  type ProjectId,
  type SessionDetail,
  type SessionId,
  type SessionItem,
  type StoredFrame,
  type WindowId,
  type WriterId,
} from "@reeltime/recorder/protocol";

/** When the sessions of most tests begin, epoch ms. */
export const START = 1_795_000_000_000;

/** An rrweb event as a recorder emits it. */
export interface RawEvent {
  readonly type: number;
  readonly timestamp: number;
  readonly data: unknown;
}

/** What becomes one frame. */
export interface FrameRequest {
  readonly window?: string;
  readonly writer?: string;
  readonly kind?: Frame["kind"];
  readonly events?: readonly RawEvent[];
  readonly firstMs?: number;
  readonly lastMs?: number;
  readonly inputMs?: number;
  readonly facts?: readonly Fact[];
  readonly lost?: Frame["lost"];
  readonly codec?: Frame["codec"];
  /** Playback can start from it; told by the events unless it is said. */
  readonly checkout?: boolean;
  /** Events in a body that is given. */
  readonly count?: number;
  /** Instead of the events' own bytes. */
  readonly body?: Uint8Array;
  readonly keyId?: string;
  /** Records the frame takes in the stream. */
  readonly records?: number;
}

/** Bytes of frames in one page of the fake server. */
const PAGE_BYTES = 256 * 1024;
const INPUT_SOURCES = new Set([1, 2, 3, 5, 6, 12]);

/**
 * A session held in memory as a server would serve it: frames appended to a stream, read in pages from a seqNum
 * or from the nearest checkout, with the same order and the same seqNums.
 */
export class RecordedSession {
  readonly id: SessionId;
  readonly startMs: number;
  readonly stored: StoredFrame[] = [];
  readonly requests: string[] = [];
  offsetMs = 0;
  /** How bodies are written unless a frame says otherwise. Plain ones are read without a wait. */
  codec: "json" | "deflate-raw" = "json";
  pageBytes = PAGE_BYTES;
  closed = false;
  /** What recorded it. */
  sdk = "browser/0.1.0";
  lastPage = { url: "https://northwind.example/checkout", title: "Checkout" };
  #numbers = new Map<string, number>();
  /** The opening fence and the opened record. */
  #tail = 2;
  #nexts = new Map<number, number>();
  #listeners = new Set<(frame: StoredFrame) => void>();
  #stateListeners = new Set<() => void>();

  constructor(startMs: number, seed = 1) {
    this.startMs = startMs;
    this.id = createSessionId(startMs, new Uint8Array(10).fill(seed));
  }

  get tail(): number {
    return this.#tail;
  }

  /** Appends a frame; its times are the client's clock. */
  append(request: FrameRequest): StoredFrame {
    const events = request.events ?? [];
    const writer = (request.writer ?? "writer-0001") as WriterId;
    const number = this.#numbers.get(writer) ?? 0;
    this.#numbers.set(writer, number + 1);
    const plain = new TextEncoder().encode(JSON.stringify(events));
    const codec = request.codec ?? this.codec;
    const firstMs = request.firstMs ?? events[0]?.timestamp ?? this.startMs - this.offsetMs;
    const last = events.reduce((max, { timestamp }) => Math.max(max, timestamp), firstMs);
    const frame: Frame = {
      writer,
      number,
      window: (request.window ?? "window-0001") as WindowId,
      kind: request.kind ?? (request.lost === undefined ? "dom" : "lost"),
      firstMs,
      lastMs: Math.max(firstMs, request.lastMs ?? last),
      inputMs: request.inputMs ?? inputOf(events),
      checkout: request.checkout ?? events.some(({ type }) => type === 2),
      codec,
      keyId: request.keyId,
      events: request.count ?? events.length,
      rawBytes: request.body?.length ?? plain.length,
      facts: request.facts ?? [],
      lost: request.lost,
      body: request.body ?? (codec === "json" ? plain : new Uint8Array(deflateRawSync(plain))),
    };
    return this.appendBytes(encodeFrame(frame), frame.firstMs + this.offsetMs, request.records);
  }

  /** Appends bytes as they are, be they a frame or not. */
  appendBytes(bytes: Uint8Array, timestampMs: number, records = 1): StoredFrame {
    const before = this.stored.at(-1)?.timestampMs ?? 0;
    const stored: StoredFrame = {
      seqNum: this.#tail,
      timestampMs: Math.max(before, timestampMs),
      offsetMs: this.offsetMs,
      bytes,
    };
    this.#tail += records;
    this.#nexts.set(stored.seqNum, this.#tail);
    this.stored.push(stored);
    for (const listener of [...this.#listeners]) listener(stored);
    return stored;
  }

  /** Ends it. */
  close(): void {
    this.closed = true;
    this.#tail += 2;
    for (const listener of [...this.#stateListeners]) listener();
  }

  /** seqNum after a frame. */
  nextOf(frame: StoredFrame): number {
    return this.#nexts.get(frame.seqNum) ?? frame.seqNum + 1;
  }

  /** Calls back with each appended frame. */
  listen(onFrame: (frame: StoredFrame) => void, onState: () => void = () => {}): () => void {
    this.#listeners.add(onFrame);
    this.#stateListeners.add(onState);
    return () => {
      this.#listeners.delete(onFrame);
      this.#stateListeners.delete(onState);
    };
  }

  /** Answers `GET /v1/sessions/:id/frames`. */
  page(from: { readonly at: number | "end" } | { readonly from: number }): FramesPage {
    this.requests.push("at" in from ? `at=${from.at}` : `from=${from.from}`);
    if ("from" in from) return this.#read(from.from, []);
    const atMs = from.at === "end" ? Number.POSITIVE_INFINITY : from.at;
    const { seqNum, late } = this.#locate(atMs);
    return this.#read(seqNum, late);
  }

  /** The session as the server lists it. */
  detail(): SessionDetail {
    const frames = this.#decoded();
    const windows = new Map<WindowId, { firstMs: number; lastMs: number; events: number }>();
    let activity: Activity = emptyActivity(this.startMs);
    let lastMs = this.startMs;
    for (const { frame, offsetMs } of frames) {
      lastMs = Math.max(lastMs, frame.lastMs + offsetMs);
      if (frame.kind !== "dom" && frame.kind !== "screen") continue;
      activity = addActivity(activity, frame.firstMs + offsetMs, frame.events);
      const span = windows.get(frame.window);
      if (span === undefined) {
        windows.set(frame.window, {
          firstMs: frame.firstMs + offsetMs,
          lastMs: frame.lastMs + offsetMs,
          events: frame.events,
        });
      } else {
        span.lastMs = Math.max(span.lastMs, frame.lastMs + offsetMs);
        span.events += frame.events;
      }
    }
    return {
      ...this.item(lastMs, activity),
      windows: [...windows].map(([window, span]) => ({ window, ...span })),
      checkouts: frames
        .filter(({ frame }) => frame.checkout)
        .map(({ seqNum, frame, offsetMs }) => ({
          seqNum,
          window: frame.window,
          atMs: frame.firstMs + offsetMs,
        })),
      facts: frames
        .flatMap(({ seqNum, frame, offsetMs }) =>
          frame.facts.map((fact) => ({ ...fact, atMs: fact.atMs + offsetMs, seqNum, window: frame.window })),
        )
        .sort((a, b) => a.atMs - b.atMs),
      factsCut: 0,
      tail: this.#tail,
      after: null,
    };
  }

  item(lastMs = this.startMs, activity: Activity = emptyActivity(this.startMs)): SessionItem {
    return {
      id: this.id,
      project: "default" as ProjectId,
      status: this.closed ? "closed" : "live",
      reason: this.closed ? "stopped" : null,
      startMs: this.startMs,
      lastMs,
      user: { id: "shopper-1042" },
      page: this.lastPage,
      client: { sdk: this.sdk },
      counts: { events: 0, bytes: 0, pages: 1, clicks: 0, errors: 0, rages: 0, lostEvents: 0 },
      activity,
      ticks: [],
    };
  }

  /** Every frame that can be read, decoded. */
  #decoded(): { readonly seqNum: number; readonly offsetMs: number; readonly frame: Frame }[] {
    return this.stored.flatMap(({ seqNum, offsetMs, bytes }) => {
      try {
        return [{ seqNum, offsetMs, frame: decodeFrame(bytes) }];
      } catch {
        return [];
      }
    });
  }

  #locate(atMs: number): { readonly seqNum: number; readonly late: readonly StoredFrame[] } {
    const checkouts = new Map<WindowId, number>();
    const before = this.stored.filter(({ timestampMs }) => timestampMs <= atMs);
    for (const { seqNum, frame } of this.#decoded()) {
      if (!frame.checkout) continue;
      if (seqNum <= (before.at(-1)?.seqNum ?? -1)) checkouts.set(frame.window, seqNum);
    }
    const seqNum = checkouts.size === 0 ? 0 : Math.min(...checkouts.values());
    const through = before.at(-1)?.seqNum ?? -1;
    const late = this.#decoded()
      .filter((entry) => entry.seqNum > through && entry.frame.firstMs + entry.offsetMs <= atMs)
      .map((entry) => this.stored.find((stored) => stored.seqNum === entry.seqNum))
      .filter((stored) => stored !== undefined);
    return { seqNum, late };
  }

  #read(from: number, late: readonly StoredFrame[]): FramesPage {
    const frames: StoredFrame[] = [];
    let bytes = 0;
    let next = from;
    for (const frame of this.stored) {
      if (frame.seqNum < from) continue;
      if (frames.length > 0 && bytes + frame.bytes.length > this.pageBytes) break;
      frames.push(frame);
      bytes += frame.bytes.length;
      next = this.nextOf(frame);
    }
    const last = this.stored.at(-1);
    if (last === undefined || frames.at(-1) === last || frames.length === 0) next = this.#tail;
    const within = new Set(frames);
    return {
      frames: [...late.filter((frame) => !within.has(frame)), ...frames],
      next,
      tail: this.#tail,
      closed: this.closed,
      dropped: 0,
    };
  }
}

function inputOf(events: readonly RawEvent[]): number | undefined {
  let inputMs: number | undefined;
  for (const { type, timestamp, data } of events) {
    if (type === 3 && INPUT_SOURCES.has((data as { source: number }).source)) inputMs = timestamp;
  }
  return inputMs;
}

/** Appends events as an SDK would send them: a frame for each `flushMs`, and a new one at each checkout. */
export function appendAll(
  session: RecordedSession,
  events: readonly RawEvent[],
  options: FrameRequest & { readonly flushMs?: number } = {},
): void {
  const { flushMs = 1_000, ...request } = options;
  let batch: RawEvent[] = [];
  const flush = (): void => {
    if (batch.length > 0) session.append({ ...request, events: batch });
    batch = [];
  };
  for (const event of events) {
    const [first] = batch;
    if (first !== undefined && (event.type === 4 || event.timestamp - first.timestamp > flushMs)) flush();
    batch.push(event);
  }
  flush();
}
