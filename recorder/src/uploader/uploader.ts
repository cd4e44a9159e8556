import {
  BEAT_EVERY_MS,
  MAX_FRAMES_PER_UPLOAD,
  UPLOAD_FRAME_OVERHEAD_BYTES,
  UPLOAD_OVERHEAD_BYTES,
} from "../protocol/page.js";
import type { Draft } from "./draft.js";
import { KEEPALIVE_BYTES, MAX_LEFTOVER_BYTES } from "./limits.js";
import type { Leftover, Session, UploaderOptions } from "./ports.js";
import { pushDraft, takeFrames, takeRest, tellLoss } from "./queue.js";
import { backoffMs, endAll, isPassing, sendFrames, sendOnce } from "./sending.js";
import type { State } from "./state.js";

/** Brings one window's drafts to the collector. None of it throws. */
export interface Uploader {
  /** Takes a draft and sends it as soon as it may. */
  push(draft: Draft): void;
  /** Tries again now instead of waiting: the network came back, or the page. */
  wake(): void;
  /** Sends what waits, the last of it a `close`, and closes the session; `onEnd("stopped")` follows. */
  stop(close: Draft): void;
  /** Forgets what waits and sends nothing more. */
  end(): void;
  /** Whether requests that fit should outlive the page: it cannot be seen and may be gone any time. */
  setUnseen(unseen: boolean): void;
  /**
   * The page goes away, perhaps for good: sends what fits into the `keepalive` budget again, without waiting for
   * anything, and returns all that is not acknowledged, for the next load. What is over `MAX_LEFTOVER_BYTES` is told
   * as lost.
   */
  leave(): Leftover | undefined;
  /** Sends what an earlier page could not; once a session is open. True when it need not be kept any longer. */
  resend(leftover: Leftover): Promise<boolean>;
}

/**
 * Makes an uploader: each draft arrives once and in order, or is told as lost. One request at a time, resent under the
 * same numbers until acknowledged, through outages, closings and page loads.
 */
export function createUploader(o: UploaderOptions): Uploader {
  const state: State = {
    o,
    queued: [],
    writer: o.createWriter(),
    next: 0,
    broken: "error",
    tries: 0,
    maxFrames: MAX_FRAMES_PER_UPLOAD,
    outliving: 0,
  };
  return {
    push: (draft) => push(state, draft),
    wake: () => wake(state),
    stop: (close) => {
      push(state, close);
      state.stopping = true;
      wake(state);
    },
    end: () => endAll(state),
    setUnseen: (unseen) => {
      state.unseen = unseen;
    },
    leave: () => leave(state),
    resend: (leftover) => resend(state, leftover).catch(() => false),
  };
}

function push(state: State, draft: Draft): void {
  if (state.over || state.stopping) return;
  pushDraft(state, draft);
  if (!state.delayed) void pump(state);
}

function wake(state: State): void {
  state.delayed = false;
  void pump(state);
}

async function pump(state: State): Promise<void> {
  if (state.busy || state.over) return;
  state.busy = true;
  state.o.clearTimer(state.timer);
  let waitMs = 0;
  try {
    while (state.queued[0] && !waitMs) waitMs = await sendOnce(state);
  } catch {
    state.tries++;
    waitMs = backoffMs(state);
  }
  state.busy = false;
  state.delayed = waitMs > 0;
  if (!state.over) state.timer = state.o.setTimer(() => timeUp(state), waitMs || BEAT_EVERY_MS);
}

/** Tries again, or says that there is nothing to say. */
function timeUp(state: State): void {
  const beat = !state.delayed && state.o.beat();
  if (beat) push(state, beat);
  else wake(state);
}

function leave(state: State): Leftover | undefined {
  tellLoss(state);
  const { session, stopping: stop = false, queued } = state;
  if (session) {
    const overhead =
      UPLOAD_OVERHEAD_BYTES + session.token.length + MAX_FRAMES_PER_UPLOAD * UPLOAD_FRAME_OVERHEAD_BYTES;
    const frames = takeFrames(state, KEEPALIVE_BYTES - state.outliving - overhead, MAX_FRAMES_PER_UPLOAD);
    // When it does not arrive, the next load sends it.
    if (frames[0]) sendFrames(state, session, frames, stop && !queued[frames.length], true).catch(() => {});
  }
  const frames = takeRest(state, MAX_LEFTOVER_BYTES, MAX_FRAMES_PER_UPLOAD);
  return frames[0] && { session, frames, stop };
}

async function resend(state: State, { session, frames, stop }: Leftover): Promise<boolean> {
  const to = session ?? state.session;
  return Boolean(to) && !isPassing((await sendFrames(state, to as Session, frames, stop)).status);
}
