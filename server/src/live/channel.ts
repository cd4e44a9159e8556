import type { Followed, Recorder } from "@reeltime/recorder";
import type { CloseReason, SessionId, SessionItem, SessionRef } from "@reeltime/recorder/protocol";
import type { LookedUp } from "../catalog/index.js";
import { eventData } from "./event-bytes.js";
import { CLOSED_GRACE_MS, FOLLOW_RETRY_MS } from "./limits.js";
import { Pacer } from "./pacer.js";
import type { Ring } from "./ring.js";

/** What a channel needs. */
export interface ChannelParts {
  readonly recorder: Recorder;
  readonly ring: Ring;
  readonly tellEveryMs: number;
  readonly onError: (error: unknown) => void;
  /** The session's stream turned out to be gone. Called once, and only when that was found out here. */
  readonly onGone: () => void;
}

/** A viewer's side of a channel. Called in turn for every viewer, so it must be quick and must not throw. */
export interface ChannelViewer {
  /** There are new frames, or the state changed. */
  advance(): void;
  /** The session's item changed; `data` is that of a `session` event. */
  tell(data: string, item: SessionItem): void;
}

/** What a channel knows of its session's stream. `behind`: not everything up to the tail has come yet. */
export type ChannelState =
  | { readonly type: "behind" }
  | { readonly type: "live" }
  | { readonly type: "closed"; readonly reason: CloseReason | null }
  | { readonly type: "gone" };

/**
 * One watched session: followed once, however many watch. Its newest frames are in the ring; viewers take them
 * from there at their own pace.
 */
export class Channel {
  readonly session: SessionRef;
  readonly ring: Ring;
  readonly #parts: ChannelParts;
  readonly #viewers = new Set<ChannelViewer>();
  readonly #end = new AbortController();
  #state: ChannelState = { type: "behind" };
  #item: SessionItem;
  readonly #pacer: Pacer;
  #grace: NodeJS.Timeout | undefined;

  constructor(found: LookedUp, parts: ChannelParts) {
    this.session = found.session;
    this.ring = parts.ring;
    this.#parts = parts;
    this.#item = found.item;
    this.#pacer = new Pacer(parts.tellEveryMs, () => this.#tell());
    // A closed session never changes: there is nothing to follow.
    if (found.item.status === "closed") this.#state = { type: "closed", reason: found.item.reason };
    else void this.#follow();
  }

  get id(): SessionId {
    return this.session.sessionId;
  }

  get state(): ChannelState {
    return this.#state;
  }

  /** The session's item as of now: closed when its stream is, even where the catalog has yet to hear of it. */
  get item(): SessionItem {
    if (this.#state.type !== "closed" || this.#item.status === "closed") return this.#item;
    return { ...this.#item, status: "closed", reason: this.#state.reason };
  }

  /** How many watch. */
  get viewers(): number {
    return this.#viewers.size;
  }

  /** Adds a viewer. Returns the way to leave. */
  join(viewer: ChannelViewer): () => void {
    this.#viewers.add(viewer);
    return () => void this.#viewers.delete(viewer);
  }

  /** The catalog's item changed. A change of status is told at once, the others together. */
  changed(item: SessionItem): void {
    const before = this.#item;
    this.#item = item;
    if (item.status === "closed" && this.#grace !== undefined) this.#closed(item.reason);
    if (before.status === item.status) this.#pacer.ask();
    else this.#pacer.now();
  }

  /** The session was erased. What the ring held is let go: no viewer may get it any more. */
  gone(): void {
    this.#state = { type: "gone" };
    this.close();
    this.#wake();
  }

  /** A read found no stream: the session was erased where nobody told, or is past its age. */
  missing(): void {
    if (this.#state.type === "gone") return;
    this.gone();
    this.#parts.onGone();
  }

  /** Stops following. */
  close(): void {
    this.#end.abort();
    this.#pacer.close();
    clearTimeout(this.#grace);
    this.ring.clear();
  }

  #tell(): void {
    const { item } = this;
    const data = eventData({ type: "session", session: item });
    for (const viewer of this.#viewers) viewer.tell(data, item);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#end;
    const { recorder, onError } = this.#parts;
    while (!signal.aborted && (this.#state.type === "behind" || this.#state.type === "live")) {
      try {
        for await (const followed of recorder.follow(this.session, this.ring.next, signal)) {
          if (signal.aborted) return;
          this.#take(followed);
        }
      } catch (error) {
        if (!signal.aborted) onError(error);
      }
      if (this.#grace !== undefined) return;
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, FOLLOW_RETRY_MS));
    }
  }

  #take(followed: Followed): void {
    switch (followed.type) {
      case "frame":
        this.ring.add(followed.frame);
        break;
      case "caught-up":
        // Its tail may lie between the parts of a frame, so the place to go on from is after the last frame.
        this.#state = { type: "live" };
        break;
      case "closed":
        this.ring.end(followed.tail);
        this.#ends(followed.closed.reason);
        break;
      case "missing":
        this.missing();
        return;
    }
    this.#wake();
  }

  /** The stream ended. The catalog is about to say so too, with the session's last counts: that is waited for, a little. */
  #ends(reason: CloseReason): void {
    if (this.#item.status === "closed") this.#closed(reason);
    else this.#grace = setTimeout(() => this.#closed(reason), CLOSED_GRACE_MS);
  }

  #closed(reason: CloseReason | null): void {
    clearTimeout(this.#grace);
    this.#grace = undefined;
    this.#end.abort();
    this.#state = { type: "closed", reason };
    this.#wake();
  }

  #wake(): void {
    for (const viewer of this.#viewers) viewer.advance();
  }
}
