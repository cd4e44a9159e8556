import type { FramesPage, SessionId, StoredFrame } from "@reeltime/recorder/protocol";
import type { Api, FramesFrom } from "../client/api.js";
import type { LiveConnection } from "../client/live-connection.js";
import type { WatchHandlers } from "../client/live-watches.js";
import { type BufferedFrame, readStored } from "./buffered-frame.js";
import type { FrameBuffer } from "./frame-buffer.js";
import { FrameRange } from "./frame-range.js";
import { AHEAD_PAGE_BYTES, MAX_OPENING_PAGES, OPENING_PAGE_BYTES, PICTURES_PAGE_BYTES } from "./limits.js";

/** What a loader needs. */
export interface LoaderOptions {
  readonly api: Api;
  readonly live: LiveConnection | undefined;
  readonly session: SessionId;
  readonly buffer: FrameBuffer;
  /** Whether the session holds pictures, whose frames are larger. */
  readonly pictures: () => boolean;
  /** Told of each frame read, and whether it has only just happened. */
  readonly read: (frame: BufferedFrame, fresh: boolean) => void;
  /** Told of parts of frames that the server could not put together. */
  readonly dropped: (parts: number) => void;
}

/** Brings a session's frames into the buffer: pages by time and by seqNum, and the live tail. */
export class FrameLoader {
  readonly #options: LoaderOptions;
  #growing: FrameRange | undefined;
  #unwatch: (() => void) | undefined;
  #next = 0;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** The range that grows with the session; `undefined` while it is not followed, and until more comes after its end was dropped. */
  get growing(): FrameRange | undefined {
    const growing = this.#growing?.current;
    return growing?.complete === true ? growing : undefined;
  }

  /**
   * Reads what playback at a time (or at the end) needs: one request where the server's first page reaches it.
   * Gives the range. Throws {@link ApiError}.
   */
  async open(at: number | "end", signal: AbortSignal): Promise<FrameRange> {
    const from = { at: at === "end" ? at : Math.max(0, Math.floor(at)) };
    let page = await this.#page(from, signal, this.#pageBytes(OPENING_PAGE_BYTES));
    let range = this.#insert(page, undefined);
    for (let pages = 1; pages < MAX_OPENING_PAGES && !reaches(page, range, at); pages++) {
      const from = page.next;
      page = await this.#page({ from }, signal, this.#pageBytes(undefined));
      range = this.#insert(page, from);
      if (page.next <= from) break;
    }
    return range;
  }

  /** Reads one page on from the end of a range. Gives the range that now holds it. Throws {@link ApiError}. */
  async readOn(range: FrameRange, signal: AbortSignal): Promise<FrameRange> {
    const from = range.to;
    return this.#insert(await this.#page({ from }, signal, this.#pageBytes(AHEAD_PAGE_BYTES)), from);
  }

  /** Follows the session's tail from a seqNum on, or from beyond it where more is read already. Without a live connection there is nothing to follow. */
  follow(fromSeqNum: number, handlers: Pick<WatchHandlers, "caughtUp" | "session" | "refused">): void {
    const { live, session, buffer } = this.#options;
    if (live === undefined || this.#unwatch !== undefined) return;
    const from = Math.max(fromSeqNum, ...buffer.ranges.map(({ to }) => to));
    this.#next = from;
    this.#growing = buffer.insert(new FrameRange(from, from, [], { complete: true }));
    this.#unwatch = live.watch(session, from, {
      frames: (frames) => this.#grow(frames),
      caughtUp: (tail) => {
        this.#next = Math.max(this.#next, tail);
        const { growing } = this;
        if (growing !== undefined) growing.to = Math.max(growing.to, tail);
        handlers.caughtUp?.(tail);
      },
      session: (item) => handlers.session?.(item),
      refused: (code) => handlers.refused?.(code),
    });
  }

  /** Lets the live tail go. What it brought ends somewhere: the rest, if there is any, is read like history. */
  close(): void {
    if (this.growing !== undefined) this.growing.complete = false;
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#growing = undefined;
  }

  #grow(stored: readonly StoredFrame[]): void {
    const frames = stored.map(readStored);
    const last = frames.at(-1);
    if (last === undefined) return;
    const to = last.seqNum + 1;
    this.#growing = this.#options.buffer.insert(new FrameRange(this.#next, to, frames, { complete: true }));
    this.#next = Math.max(this.#next, to);
    for (const frame of frames) this.#options.read(frame, true);
  }

  #pageBytes<Usual extends number | undefined>(usual: Usual): number | Usual {
    return this.#options.pictures() ? PICTURES_PAGE_BYTES : usual;
  }

  async #page(from: FramesFrom, signal: AbortSignal, limit?: number): Promise<FramesPage> {
    const { api, session } = this.#options;
    const page = await api.frames(session, from, limit === undefined ? { signal } : { signal, limit });
    if (page.dropped > 0) this.#options.dropped(page.dropped);
    return page;
  }

  #insert(page: FramesPage, from: number | undefined): FrameRange {
    const frames = page.frames.map(readStored);
    for (const frame of frames) this.#options.read(frame, false);
    const start = from === undefined ? startOfRun(frames) : 0;
    const run = frames.slice(start);
    const atTail = page.next >= page.tail;
    return this.#options.buffer.insert(
      new FrameRange(from ?? run[0]?.seqNum ?? page.next, page.next, run, {
        late: frames.slice(0, start),
        complete: atTail && (page.closed || this.#options.live === undefined),
      }),
    );
  }
}

const reaches = (page: FramesPage, range: FrameRange, at: number | "end"): boolean =>
  page.next >= page.tail || range.complete || (at !== "end" && range.coversUntilMs > at);

/** Where the run in the order of the stream begins: late frames, which lie elsewhere, come before it. */
function startOfRun(frames: readonly BufferedFrame[]): number {
  let start = Math.max(0, frames.length - 1);
  while (start > 0 && (frames[start - 1]?.seqNum ?? 0) < (frames[start]?.seqNum ?? 0)) start -= 1;
  return start;
}
