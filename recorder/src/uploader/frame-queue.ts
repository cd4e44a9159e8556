import {
  encodeFrame,
  type LostReason,
  MAX_BODY_BYTES,
  MAX_FRAME_BYTES,
  type WindowId,
  type WriterId,
} from "../protocol/page.js";
import { type Draft, lostDraft, mergeLost } from "./draft.js";

/** Makes a JSON body smaller; runs while its frame waits. */
export type Deflate = (body: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

/** A frame on its way: a draft, then a number and bytes that never change again. */
interface Entry {
  draft: Draft;
  /** Bytes it counts for; 0 while its body is being deflated, which takes milliseconds. */
  size: number;
  /** Settles when the body is as small as it gets; `undefined` from then on. */
  packing: Promise<void> | undefined;
  number: number;
  /** As encoded under its number; `undefined` until it is first sent. */
  bytes: Uint8Array | undefined;
}

/** Frames about to be sent, in the order of their numbers. */
export interface Batch {
  readonly frames: readonly Uint8Array[];
  /** Number of the first. */
  readonly first: number;
  /** Number of the last. */
  readonly last: number;
}

/** Bytes an envelope takes beside its body, about; facts come with it. */
const ENVELOPE_BYTES = 256;

/** Bytes of a body that deflating would hardly make smaller. */
const TOO_SMALL_TO_DEFLATE = 128;

/**
 * One writer's frames, held until acknowledged, within a bound of bytes. A frame gets its number when it is first
 * taken, so dropping one before leaves no gap; from then on it keeps its number and its bytes. What is dropped is
 * told by a `lost` frame just before the window's next checkout, and a window's frames are dropped until that
 * comes: frames whose checkout is gone are never sent. The bound may be passed by one frame and by bodies that
 * are being deflated.
 */
export class FrameQueue {
  #entries: Entry[] = [];
  #bytes = 0;
  #next = 0;
  #writer: WriterId;
  /** `lost` drafts that wait for their window's next checkout. */
  #losses: Draft[] = [];
  /** Every window seen, and why its frames are no use until its next checkout ("" when they are). */
  readonly #broken = new Map<WindowId, LostReason | "">();
  readonly #maxBytes: number;
  readonly #deflate: Deflate | undefined;
  readonly #ask: (window: WindowId) => void;

  /** `ask` is told of each window that has to send a checkout, once for each time that it breaks. */
  constructor(
    writer: WriterId,
    maxBytes: number,
    deflate: Deflate | undefined,
    ask: (window: WindowId) => void,
  ) {
    this.#writer = writer;
    this.#maxBytes = maxBytes;
    this.#deflate = deflate;
    this.#ask = ask;
  }

  /** Frames held. */
  get length(): number {
    return this.#entries.length;
  }
  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }
  /** The writer whose frames these are. */
  get writer(): WriterId {
    return this.#writer;
  }

  /** Takes a draft, or drops it and says so later. */
  push(draft: Draft): void {
    const { window, checkout, events, kind } = draft;
    const broken = this.#broken.get(window) ?? "error";
    if (kind === "lost") this.#lose(draft, "error");
    else if (draft.rawBytes > MAX_BODY_BYTES) this.#lose(draft, "too_large");
    else if (broken && events > 0 && !checkout) this.#lose(draft, broken);
    else if (this.#isFull(draft) && kind !== "close" && !checkout) this.#lose(draft, "overflow");
    else {
      if (checkout) this.#broken.set(window, "overflow");
      if (this.#isFull(draft)) this.#dropUnsent();
      if (kind === "close") this.#tell();
      if (checkout) {
        this.#tell(window);
        this.#broken.set(window, "");
      }
      this.#add(draft);
    }
  }

  /** The oldest frames, as many as fit but at least one, once their bodies are deflated. */
  async batch(maxBytes: number, maxFrames: number): Promise<Batch | undefined> {
    for (const entry of this.#entries.slice(0, maxFrames)) await entry.packing;
    return this.take(maxBytes, maxFrames, 1);
  }

  /** The oldest frames, as many as fit but at least `atLeast`, their bodies as they are. `undefined`: none. */
  take(maxBytes: number, maxFrames: number, atLeast: number): Batch | undefined {
    const frames: Uint8Array[] = [];
    let room = maxBytes;
    for (const entry of this.#entries) {
      if (frames.length >= maxFrames) break;
      const bytes = this.#encode(entry);
      room -= bytes.length;
      if (room < 0 && frames.length >= atLeast) break;
      frames.push(bytes);
    }
    const first = this.#entries[0]?.number ?? 0;
    return frames.length > 0 ? { frames, first, last: first + frames.length - 1 } : undefined;
  }

  /** Everything, numbered and encoded; what is over `maxBytes` is replaced by one `lost` frame. */
  rest(maxBytes: number): readonly Uint8Array[] {
    const batch = this.take(maxBytes, Number.POSITIVE_INFINITY, 0);
    const over = this.#entries.slice(batch?.frames.length ?? 0);
    const [head] = over;
    if (!head) return batch?.frames ?? [];
    let lost = lostDraft(head.draft, "storage");
    for (const { draft } of over.slice(1)) lost = mergeLost(lost, lostDraft(draft, "storage"));
    const bytes = encodeFrame({ ...lost, writer: this.#writer, number: head.number });
    return [...(batch?.frames ?? []), bytes];
  }

  /** Lets go of everything up to a number. */
  acked(number: number): void {
    while (this.#entries[0]?.bytes && this.#entries[0].number <= number) {
      this.#bytes -= this.#entries.shift()?.size ?? 0;
    }
    if (this.#bytes > this.#maxBytes / 2) return;
    for (const [window, broken] of this.#broken) if (broken) this.#ask(window);
  }

  /** The server expects this number next. False when that cannot be given any more. */
  rewind(expected: number): boolean {
    const first = this.#entries[0]?.number ?? this.#next;
    if (expected < first || expected > this.#next) return false;
    this.acked(expected - 1);
    return true;
  }

  /** The server will not take the oldest frame: a `lost` one takes its number. False when that was refused too. */
  refuse(reason: LostReason): boolean {
    const entry = this.#entries[0];
    if (!entry?.draft.events && !entry?.draft.facts.length) return false;
    this.#replace(entry, reason);
    return true;
  }

  /** All goes on under a new writer. Frames that stand before their window's first checkout in here are dropped. */
  restart(writer: WriterId, reason: LostReason): void {
    const drafts = this.#entries.map((entry) => entry.draft);
    this.clear();
    this.#writer = writer;
    this.#next = 0;
    for (const window of this.#broken.keys()) this.#broken.set(window, reason);
    for (const draft of drafts) this.push(draft);
    for (const [window, broken] of this.#broken) if (broken) this.#ask(window);
  }

  /** Forgets all it holds. */
  clear(): void {
    this.#entries = [];
    this.#bytes = 0;
  }

  #isFull(draft: Draft): boolean {
    return this.#bytes > 0 && this.#bytes + this.#sizeOf(draft) > this.#maxBytes;
  }

  #sizeOf(draft: Draft): number {
    return ENVELOPE_BYTES + (this.#packs(draft) ? 0 : draft.body.length);
  }

  #packs(draft: Draft): boolean {
    return draft.codec === "json" && draft.rawBytes > TOO_SMALL_TO_DEFLATE && this.#deflate !== undefined;
  }

  #add(draft: Draft): void {
    const entry: Entry = {
      draft,
      size: this.#sizeOf(draft),
      packing: undefined,
      number: 0,
      bytes: undefined,
    };
    this.#entries.push(entry);
    this.#bytes += entry.size;
    if (this.#packs(draft)) entry.packing = this.#pack(entry);
  }

  async #pack(entry: Entry): Promise<void> {
    let { draft } = entry;
    try {
      const body = await this.#deflate?.(draft.body as Uint8Array<ArrayBuffer>);
      if (body) draft = { ...draft, codec: "deflate-raw", body };
    } catch {
      // Nothing is lost: the body stays as it is.
    }
    entry.packing = undefined;
    if (!entry.bytes) entry.draft = draft;
    if (this.#entries.includes(entry)) this.#bytes += entry.draft.body.length;
    entry.size += entry.draft.body.length;
  }

  #encode(entry: Entry): Uint8Array {
    if (!entry.bytes) {
      entry.number = this.#next++;
      entry.bytes = encodeFrame({ ...entry.draft, writer: this.#writer, number: entry.number });
      if (entry.bytes.length > MAX_FRAME_BYTES) this.#replace(entry, "too_large");
    }
    return entry.bytes;
  }

  #replace(entry: Entry, reason: LostReason): void {
    const { draft, number } = entry;
    entry.draft = { ...lostDraft(draft, reason), facts: [] };
    entry.bytes = encodeFrame({ ...entry.draft, writer: this.#writer, number });
    this.#break(draft.window, reason);
  }

  /** Drops all that was never sent, so that a checkout has room. */
  #dropUnsent(): void {
    const drop = this.#entries.filter((entry) => !entry.bytes);
    this.#entries = this.#entries.filter((entry) => entry.bytes);
    for (const { draft, size } of drop) {
      this.#bytes -= size;
      this.#lose(draft, "overflow");
    }
  }

  #lose(draft: Draft, reason: LostReason): void {
    if (!draft.events && !draft.lost && !draft.facts.length) return;
    let lost = lostDraft(draft, reason);
    this.#losses = this.#losses.filter((other) => {
      const same = other.window === lost.window && other.lost?.reason === lost.lost?.reason;
      if (same) lost = mergeLost(other, lost);
      return !same;
    });
    this.#losses.push(lost);
    this.#break(draft.window, reason);
  }

  #break(window: WindowId, reason: LostReason): void {
    const before = this.#broken.get(window);
    this.#broken.set(window, before || reason);
    if (!before) this.#ask(window);
  }

  /** Puts what was lost of a window, or of all, into the queue. */
  #tell(window?: WindowId): void {
    for (const lost of this.#losses) if ((window ?? lost.window) === lost.window) this.#add(lost);
    this.#losses = this.#losses.filter((lost) => window && lost.window !== window);
  }
}
