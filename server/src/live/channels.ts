import type { Recorder } from "@reeltime/recorder";
import type { SessionId, SessionItem } from "@reeltime/recorder/protocol";
import type { LookedUp } from "../catalog/index.js";
import { Channel } from "./channel.js";
import type { LiveLimits } from "./limits.js";
import { Ring, type RingBudget } from "./ring.js";

/** What channels need. */
export interface ChannelsParts {
  readonly recorder: Recorder;
  readonly limits: LiveLimits;
  readonly onError: (error: unknown) => void;
  /** A session's stream turned out to be gone. */
  readonly onGone: (id: SessionId) => void;
}

/** The sessions that are followed: each once, from its first viewer until a little after its last. */
export class Channels {
  readonly #parts: ChannelsParts;
  readonly #budget: RingBudget;
  readonly #channels = new Map<SessionId, Channel>();
  readonly #lingering = new Map<SessionId, NodeJS.Timeout>();

  constructor(parts: ChannelsParts) {
    this.#parts = parts;
    this.#budget = { usedBytes: 0, maxBytes: parts.limits.allRingBytes };
  }

  /** The channel of a session, which is begun when nobody watches it. */
  open(found: LookedUp): Channel {
    const id = found.session.sessionId;
    clearTimeout(this.#lingering.get(id));
    this.#lingering.delete(id);
    const known = this.#channels.get(id);
    if (known !== undefined) return known;
    const { recorder, limits, onError, onGone } = this.#parts;
    const { ringFrames: frames, ringBytes: bytes, tellEveryMs } = limits;
    const channel = new Channel(found, {
      recorder,
      ring: new Ring(found.tail, { frames, bytes }, this.#budget),
      tellEveryMs,
      onError,
      onGone: () => onGone(id),
    });
    this.#channels.set(id, channel);
    return channel;
  }

  /** A viewer left; the last one takes the channel with it, a little later. */
  leave(channel: Channel): void {
    if (channel.viewers > 0 || this.#lingering.has(channel.id) || this.#channels.get(channel.id) !== channel)
      return;
    const timer = setTimeout(() => {
      this.#lingering.delete(channel.id);
      if (channel.viewers > 0) return;
      this.#channels.delete(channel.id);
      channel.close();
    }, this.#parts.limits.lingerMs);
    this.#lingering.set(channel.id, timer);
  }

  /** The catalog's items changed, or sessions are gone. */
  changed(changed: readonly SessionItem[], removed: readonly SessionId[]): void {
    for (const item of changed) this.#channels.get(item.id)?.changed(item);
    for (const id of removed) {
      this.#channels.get(id)?.gone();
      this.#channels.delete(id);
    }
  }

  /** Follows nothing more. */
  close(): void {
    for (const timer of this.#lingering.values()) clearTimeout(timer);
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
  }
}
