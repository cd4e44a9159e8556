import type { Recorder } from "@reeltime/recorder";
import {
  decodeFrame,
  decodeScreenBody,
  type Frame,
  type ScreenEvent,
  type SessionRef,
  type StoredFrame,
  type WindowId,
} from "@reeltime/recorder/protocol";
import { frameClock } from "../../catalog/frame-clock.js";
import { MAX_PAGES, PAGE_BYTES } from "../limits.js";

/** What reading needs of a recorder. */
export type FrameReads = Pick<Recorder, "read">;

/** A frame with pictures or input, as the first look at a session lists it. Times are epoch ms of the server's clock. */
export interface ListedFrame {
  readonly seqNum: number;
  readonly window: WindowId;
  /** Where it stands among all: its first time, but never before an earlier frame of its writer. */
  readonly orderMs: number;
}

/** An event of one window, its time on the server's clock. */
export interface PlacedEvent {
  readonly window: WindowId;
  readonly event: ScreenEvent;
}

/** Whether a frame holds events of a screen that can be read: what is sealed cannot. */
export const isReadable = ({ kind, codec, keyId }: Frame): boolean =>
  kind === "screen" && codec === "screen" && keyId === undefined;

/**
 * The events of a frame's body, their times brought to the server's clock and held within the frame's own. Images are views into
 * the frame. Throws `ProtocolError`.
 */
export function eventsOf(frame: Frame, offsetMs: number, startMs: number): readonly ScreenEvent[] {
  const clock = frameClock(frame, offsetMs, startMs);
  return decodeScreenBody(frame.body, frame.firstMs).map((event) => ({
    ...event,
    atMs: Math.max(clock.firstMs, clock.at(event.atMs)),
  }));
}

/** Every frame of a session in the order of its stream, page by page. Throws `RecorderError`; `undefined` from `read` is `gone`. */
export async function* pagesOf(
  recorder: FrameReads,
  session: SessionRef,
): AsyncGenerator<{
  readonly frames: readonly StoredFrame[];
  readonly closed: boolean;
  readonly dropped: number;
  readonly next: number;
  readonly tail: number;
}> {
  for (let fromSeqNum = 0; ; ) {
    const page = await recorder.read(session, { fromSeqNum, maxBytes: PAGE_BYTES });
    if (page === undefined) throw new SessionGone();
    yield page;
    if (page.next >= page.tail || page.next <= fromSeqNum) return;
    fromSeqNum = page.next;
  }
}

/** The session was erased while it was read. */
export class SessionGone extends Error {
  constructor() {
    super("the session is gone");
    this.name = "SessionGone";
  }
}

/**
 * Gives single frames by their seqNum, in whatever order. A few pages are kept, since frames of several windows lie in turns, and
 * those that came late lie elsewhere, together.
 */
export class FrameStore {
  readonly #recorder: FrameReads;
  readonly #session: SessionRef;
  readonly #pages: Map<number, StoredFrame>[] = [];

  constructor(recorder: FrameReads, session: SessionRef) {
    this.#recorder = recorder;
    this.#session = session;
  }

  /** One frame. `undefined`: it is not there any more. Throws `RecorderError`. */
  async frame(seqNum: number): Promise<{ readonly frame: Frame; readonly offsetMs: number } | undefined> {
    const stored = this.#kept(seqNum) ?? (await this.#fetch(seqNum));
    return stored && { frame: decodeFrame(stored.bytes), offsetMs: stored.offsetMs };
  }

  #kept(seqNum: number): StoredFrame | undefined {
    for (const page of this.#pages) {
      const stored = page.get(seqNum);
      if (stored !== undefined) return stored;
    }
    return undefined;
  }

  async #fetch(seqNum: number): Promise<StoredFrame | undefined> {
    const page = await this.#recorder.read(this.#session, { fromSeqNum: seqNum, maxBytes: PAGE_BYTES });
    if (page === undefined) throw new SessionGone();
    if (this.#pages.length >= MAX_PAGES) this.#pages.shift();
    this.#pages.push(new Map(page.frames.map((frame) => [frame.seqNum, frame])));
    return page.frames.find((frame) => frame.seqNum === seqNum);
  }
}
