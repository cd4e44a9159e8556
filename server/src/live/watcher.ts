import type { Recorder } from "@reeltime/recorder";
import type { SessionId, SessionItem } from "@reeltime/recorder/protocol";
import type { Channel, ChannelViewer } from "./channel.js";
import { eventData, frameJson, framesData } from "./event-bytes.js";
import { FOLLOW_RETRY_MS } from "./limits.js";

/** The connection as a watcher sees it. */
export interface WatcherStream {
  readonly writable: boolean;
  /** Writes an event; its id is made from where every watcher of the connection is. */
  write(type: "frames" | "caught-up" | "session" | "refused", data: readonly (string | Buffer)[]): void;
}

/** What a watcher needs. */
export interface WatcherParts {
  readonly recorder: Recorder;
  readonly stream: WatcherStream;
  readonly channel: Channel;
  readonly eventBytes: number;
  readonly onError: (error: unknown) => void;
  /** It left its channel. */
  readonly onLeave: () => void;
}

/**
 * One viewer of one session: takes frames from the ring while it keeps up, and reads history while it does not,
 * only ever as much as its socket takes. Each frame once, in order, without a gap, from `next` on.
 */
export class Watcher implements ChannelViewer {
  readonly #parts: WatcherParts;
  readonly #leave: () => void;
  #next: number | undefined;
  #reading = false;
  #saidCaughtUp = false;
  #ended = false;
  /** A `session` event that the socket had no room for; only the newest matters. */
  #untold: string | undefined;

  constructor(next: number | undefined, parts: WatcherParts) {
    this.#next = next;
    this.#parts = parts;
    this.#leave = parts.channel.join(this);
    const { item } = parts.channel;
    if (item.status !== "closed") this.#untold = eventData({ type: "session", session: item });
  }

  get id(): SessionId {
    return this.#parts.channel.id;
  }

  /** seqNum that the viewer needs next; `undefined` before it is known. */
  get next(): number | undefined {
    return this.#next;
  }

  /** Sends what there is and what the socket takes. */
  advance(): void {
    while (this.#parts.stream.writable && !this.#reading && !this.#ended && this.#step());
  }

  tell(data: string, item: SessionItem): void {
    // The end is told after the last frame, and then as often as it changes.
    if (item.status === "closed" && !this.#ended) return;
    this.#untold = data;
    this.#flushItem();
  }

  /** Takes nothing more. */
  close(): void {
    this.#ended = true;
    this.#leave();
    this.#parts.onLeave();
  }

  /** The socket takes more again. */
  drained(): void {
    this.#flushItem();
    this.advance();
  }

  /** Sends one event. False when there is nothing to send for now. */
  #step(): boolean {
    const { channel, stream } = this.#parts;
    this.#flushItem();
    if (channel.state.type === "gone") return this.#refuse();
    if (channel.state.type !== "behind") this.#next ??= channel.ring.next;
    if (this.#next === undefined || !stream.writable) return false;
    const frames = channel.ring.from(this.#next, this.#parts.eventBytes);
    if (frames === undefined) {
      void this.#readHistory();
      return false;
    }
    const last = frames.at(-1);
    if (last === undefined) return this.#atEdge();
    this.#next = last.nextSeqNum;
    this.#send(frames.map((frame) => frame.json));
    return true;
  }

  /** Everything that has come was sent. */
  #atEdge(): boolean {
    const { channel, stream } = this.#parts;
    if (channel.state.type === "behind") return false;
    this.#next = Math.max(this.#next ?? 0, channel.ring.next);
    if (!this.#saidCaughtUp) {
      this.#saidCaughtUp = true;
      stream.write("caught-up", [eventData({ type: "caught-up", session: this.id, tail: this.#next })]);
      return true;
    }
    if (channel.state.type !== "closed") return false;
    this.#ended = true;
    this.#untold = eventData({ type: "session", session: channel.item });
    this.#flushItem();
    return false;
  }

  async #readHistory(): Promise<void> {
    const { recorder, channel, eventBytes, onError } = this.#parts;
    this.#reading = true;
    this.#saidCaughtUp = false;
    try {
      const fromSeqNum = this.#next ?? 0;
      // Only up to the ring: from there on its frames are the same for everybody.
      const range = { fromSeqNum, toSeqNum: channel.ring.floor, maxBytes: eventBytes };
      const page = await recorder.read(channel.session, range);
      if (page === undefined) channel.missing();
      else if (!this.#ended && channel.state.type !== "gone") {
        this.#next = page.next > fromSeqNum ? page.next : range.toSeqNum;
        if (page.frames.length > 0) this.#send(page.frames.map(frameJson));
      }
    } catch (error) {
      onError(error);
      await new Promise((resolve) => setTimeout(resolve, FOLLOW_RETRY_MS));
    }
    this.#reading = false;
    this.advance();
  }

  #send(frames: readonly Buffer[]): void {
    this.#parts.stream.write("frames", framesData(this.id, frames));
  }

  #refuse(): boolean {
    this.#ended = true;
    this.#parts.stream.write("refused", [
      eventData({ type: "refused", session: this.id, code: "not_found" }),
    ]);
    return false;
  }

  #flushItem(): void {
    if (this.#untold === undefined || !this.#parts.stream.writable) return;
    const data = this.#untold;
    this.#untold = undefined;
    this.#parts.stream.write("session", [data]);
  }
}
