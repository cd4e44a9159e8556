import { decodeFrame, type SessionRef, type WindowId, type WriterId } from "@reeltime/recorder/protocol";
import { frameClock } from "../../catalog/frame-clock.js";
import { ExportError } from "../export-error.js";
import { MAX_CHANGES, MAX_FRAMES, MAX_PICTURES } from "../limits.js";
import { Arrangement, isShownAs, type Shown, visible } from "./arrangement.js";
import { eventsOf, type FrameReads, isReadable, type ListedFrame, pagesOf } from "./frames.js";

/** What the first look at a session finds. Times are epoch ms of the server's clock. */
export interface Scan {
  /** In the order in which they are shown. */
  readonly frames: readonly ListedFrame[];
  /** How large its video must be, and where pictures go in it. */
  readonly arrangement: Arrangement;
  /** Time of the newest event of any kind; the session's end when it is closed. */
  readonly endMs: number;
  readonly closed: boolean;
  /** Some picture was painted. */
  readonly painted: boolean;
  /** Frames that cannot be read. */
  readonly dropped: number;
}

/** What is looked at. */
export interface ScanOptions {
  readonly recorder: FrameReads;
  readonly session: SessionRef;
  readonly startMs: number;
  /** Only this window. */
  readonly window: WindowId | undefined;
  /** Hears of each page, and how much of the session has been read by then: 0 to 1. */
  readonly onPage: (share: number) => void;
}

/** How a picture changed, and when. */
interface Change {
  readonly window: WindowId;
  readonly atMs: number;
  readonly shown: Shown;
}

/** How pictures changed, in the order of the stream: what is said again as it was is no change. */
class Changes {
  readonly all: Change[] = [];
  readonly #last = new Map<WindowId, Shown>();

  /** Throws `ExportError` `too_large` past their limit. */
  add(change: Change): void {
    const last = this.#last.get(change.window);
    if (last !== undefined && isShownAs(last, change.shown)) return;
    if (this.all.length >= MAX_CHANGES)
      throw new ExportError("too_large", "The session's pictures change too often for a video.");
    this.#last.set(change.window, change.shown);
    this.all.push(change);
  }
}

/**
 * Looks through a session once, before any picture is decoded: a video's size does not change, so all that will be shown must
 * be known before its first frame. Reads every frame, opens no image. Throws `RecorderError`, `SessionGone`, `ExportError`.
 */
export async function scanSession({
  recorder,
  session,
  startMs,
  window,
  onPage,
}: ScanOptions): Promise<Scan> {
  const frames: ListedFrame[] = [];
  const changes = new Changes();
  const ordered = new Map<WriterId, number>();
  let endMs = startMs;
  let closed = false;
  let painted = false;
  let dropped = 0;
  for await (const page of pagesOf(recorder, session)) {
    closed = page.closed;
    dropped += page.dropped;
    for (const stored of page.frames) {
      const frame = decodeFrame(stored.bytes);
      const clock = frameClock(frame, stored.offsetMs, startMs);
      if (frame.events > 0) endMs = Math.max(endMs, clock.lastMs);
      if (frame.kind !== "screen" || (window !== undefined && frame.window !== window)) continue;
      if (!isReadable(frame) || frames.length >= MAX_FRAMES) {
        dropped += 1;
        continue;
      }
      try {
        for (const event of eventsOf(frame, stored.offsetMs, startMs)) {
          if (event.type === "paint") painted = true;
          if (event.type === "display") changes.add({ window: frame.window, atMs: event.atMs, shown: event });
        }
      } catch (error) {
        if (error instanceof ExportError) throw error;
        // A body that is none of ours: the frame is left out, and counted.
        dropped += 1;
        continue;
      }
      const orderMs = Math.max(clock.firstMs, ordered.get(frame.writer) ?? 0);
      ordered.set(frame.writer, orderMs);
      frames.push({ seqNum: stored.seqNum, window: frame.window, orderMs });
    }
    onPage(page.tail === 0 ? 1 : Math.min(1, page.next / page.tail));
  }
  frames.sort((one, other) => one.orderMs - other.orderMs || one.seqNum - other.seqNum);
  return { frames, arrangement: arrange(changes.all), endMs, closed, painted, dropped };
}

/** Goes through the arrangements there were, one after another. */
function arrange(changes: Change[]): Arrangement {
  changes.sort((one, other) => one.atMs - other.atMs);
  const arrangement = new Arrangement();
  const pictures = new Map<WindowId, Shown & { readonly closedAt?: number }>();
  for (const [index, { window, atMs, shown }] of changes.entries()) {
    if (pictures.size >= MAX_PICTURES && !pictures.has(window)) continue;
    pictures.set(window, shown.state === "closed" ? { ...shown, closedAt: atMs } : shown);
    // Displays of one desktop say so one after another at the same time: only what they come to is an arrangement.
    if (changes[index + 1]?.atMs === atMs) continue;
    arrangement.learn(visible(pictures).flatMap((key) => pictures.get(key) ?? []));
  }
  return arrangement;
}
