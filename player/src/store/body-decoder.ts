import { decodeBody } from "@reeltime/recorder/protocol";
import type { BufferedFrame } from "./buffered-frame.js";
import { MAX_DECODED_BYTES, MAX_DECODING } from "./limits.js";
import { type ReadEvents, readPlayEvents } from "./play-event.js";
import { readScreenEvents } from "./screen-events.js";

const NOTHING: ReadEvents = { events: [], malformed: 0 };

/** What became of a body: its events, or that it is damaged. */
export interface DecodedBody extends ReadEvents {
  readonly damaged: boolean;
  /** What it takes, before compression: counted, not what its frame says. */
  readonly bytes: number;
}

/** Decodes bodies, a bounded number at once, and keeps the most recently used within a bound of bytes. */
export class BodyDecoder {
  readonly #kept = new Map<number, { readonly body: DecodedBody; readonly bytes: number }>();
  readonly #waiting: (() => void)[] = [];
  readonly #maxBytes: number;
  #keptBytes = 0;
  #running = 0;

  constructor(maxBytes: number = MAX_DECODED_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes (before compression) of what is kept. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** The events of a frame. Never throws: a body that cannot be read is `damaged`. */
  async decode(buffered: BufferedFrame): Promise<DecodedBody> {
    const kept = this.#kept.get(buffered.seqNum);
    if (kept !== undefined) {
      this.#kept.delete(buffered.seqNum);
      this.#kept.set(buffered.seqNum, kept);
      return kept.body;
    }
    if (this.#running >= MAX_DECODING) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      const body = await decode(buffered);
      this.#keep(buffered, body);
      return body;
    } finally {
      // Its place goes to the one that has waited longest, so that nobody can slip in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #keep(buffered: BufferedFrame, body: DecodedBody): void {
    const { bytes } = body;
    const before = this.#kept.get(buffered.seqNum);
    if (before !== undefined) this.#keptBytes -= before.bytes;
    this.#kept.delete(buffered.seqNum);
    this.#kept.set(buffered.seqNum, { body, bytes });
    this.#keptBytes += bytes;
    for (const [seqNum, entry] of this.#kept) {
      if (this.#keptBytes <= this.#maxBytes || this.#kept.size === 1) break;
      this.#kept.delete(seqNum);
      this.#keptBytes -= entry.bytes;
    }
  }
}

async function decode({ frame, offsetMs, firstMs }: BufferedFrame): Promise<DecodedBody> {
  if (frame === undefined || (frame.kind === "screen") !== (frame.codec === "screen"))
    return { ...NOTHING, damaged: true, bytes: 0 };
  try {
    if (frame.kind === "screen") {
      const read = readScreenEvents(frame.body, firstMs, frame.window);
      return { ...read, damaged: false, bytes: frame.body.length };
    }
    const { events, bytes } = await decodeBody(frame.codec, frame.body);
    return { ...readPlayEvents(events, offsetMs), damaged: false, bytes };
  } catch {
    // Damaged is all there is to say of it: it is counted and shown, and playback goes on.
    return { ...NOTHING, damaged: true, bytes: 0 };
  }
}
