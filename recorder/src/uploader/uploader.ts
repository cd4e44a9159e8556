import {
  type AckResponse,
  BEAT_EVERY_MS,
  type ErrorResponse,
  encodeFrame,
  encodeUpload,
  type LostReason,
  MAX_BODY_BYTES,
  MAX_FRAME_BYTES,
  type SessionId,
} from "../protocol/page.js";
import { type Draft, type Entry, frameOf, lostDraft } from "./draft.js";
import {
  ANSWER_BYTES_PER_MS,
  ANSWER_TIMEOUT_MS,
  ENVELOPE_BYTES,
  KEEPALIVE_BYTES,
  KEEPALIVE_FRAMES_BYTES,
  MAX_BATCH_BYTES,
  MAX_BATCH_FRAMES,
  MAX_LEFTOVER_BYTES,
  MAX_RETRY_AFTER_MS,
  RETRY_FIRST_MS,
  RETRY_LAST_MS,
  TOO_SMALL_TO_DEFLATE,
} from "./limits.js";
import type { Answer, EndReason, Session, Uploader, UploaderOptions } from "./ports.js";

/**
 * Makes an uploader: each draft arrives once and in order, or is told as lost. One request at a time, resent under the
 * same numbers until acknowledged, through outages, closings and page loads.
 *
 * One closure of small functions, and not a class or several: a page pays for every byte of it, and of all that a
 * minifier can shorten plain variables become shortest. First the queue, then the session, then sending.
 */
export const createUploader = ({
  apiHost,
  projectKey,
  describe,
  fetch,
  clock,
  chance,
  setTimer,
  clearTimer,
  createWriter,
  loadSession,
  saveSession,
  exclusive,
  deflate,
  maxQueueBytes,
  beat,
  askCheckout,
  onAck,
  onOpen,
  onEnd,
  keeper,
}: UploaderOptions): Uploader => {
  /** One writer's frames of one window that are not acknowledged. A frame's number is its place in here and `first`. */
  let queued: Entry[] = keeper?.held ?? [];
  let writer = createWriter();
  /** The number of the oldest one queued. */
  let first = keeper?.firstNumber ?? 0;
  /** How many of those queued were ever given out, so that their numbers stand. */
  let taken = queued.length;
  /** Says what was dropped since the last checkout. */
  let loss: Draft | undefined;
  /** Why nothing but a checkout is of use; `undefined` while the last one stands. */
  let broken: LostReason | undefined = taken ? undefined : "error";
  let session: Session | undefined;
  /** The session that takes nothing more. */
  let dead: SessionId | undefined;
  /** The token of the session that the next one goes on from. */
  let follows: string | undefined;
  /** A request is being made, or the next one waits for its time. */
  let busy = false;
  let stopping = false;
  /** Nothing is sent any more. */
  let over = false;
  let unseen = false;
  /** Of the next beat. */
  let timer: unknown;
  /** Failures since the last success. */
  let tries = 0;
  /** Frames to send at once: 1 while one that is refused is looked for. */
  let maxFrames = MAX_BATCH_FRAMES;
  /** Bytes in flight that outlive the page. */
  let outliving = 0;
  /** Ends the waiting before the next request. */
  let wake = (): void => {};

  /** The bound may be passed by one frame, and by bodies that are being deflated, which takes milliseconds. */
  const isFull = (): boolean =>
    keeper?.isFull ??
    queued.reduce((sum, { packing, body }) => sum + ENVELOPE_BYTES + (packing ? 0 : body.length), 0) >
      maxQueueBytes;

  /** Nothing but a checkout is of use from here. Asks for one when this is news. */
  const spoil = (why: LostReason): void => {
    if (!broken) {
      broken = why;
      askCheckout();
    }
  };

  const lose = (draft: Draft, why: LostReason): void => {
    loss = lostDraft(draft, why, loss);
    spoil(why);
  };

  /** Puts a draft into the queue; its body is made smaller meanwhile. */
  const add = (draft: Entry): void => {
    queued.push(draft);
    keeper?.keep(draft);
    if (draft.codec === "json" && draft.body.length > TOO_SMALL_TO_DEFLATE)
      draft.packing = deflate?.(draft.body as Uint8Array<ArrayBuffer>)
        .then((body) => {
          // What was sent stays as it was.
          if (queued.indexOf(draft) < taken) return;
          draft.codec = "deflate-raw";
          draft.body = body;
        })
        // When that fails, the body stays as it is.
        .catch(() => {})
        .then(() => {
          draft.packing = undefined;
        });
  };

  /** Puts what was lost into the queue: just before the next checkout, at the latest. */
  const tellLoss = (): void => {
    if (loss) add(loss);
    loss = undefined;
  };

  /** Takes a draft, or drops it and says so later. Frames whose checkout is gone are never sent. */
  const enqueue = (draft: Draft): void => {
    const { checkout, kind } = draft;
    if (!keeper && isFull()) for (const unsent of queued.splice(taken)) lose(unsent, "overflow");
    const tooLarge = draft.rawBytes > MAX_BODY_BYTES;
    if (tooLarge || isFull() || (broken && draft.events && !checkout))
      lose(draft, tooLarge ? "too_large" : (broken ?? "overflow"));
    else {
      if (checkout || kind === "close") tellLoss();
      if (checkout) broken = undefined;
      add(draft);
    }
  };

  const encode = (draft: Draft, index: number): Uint8Array =>
    encodeFrame({ ...frameOf(draft), writer, number: first + index });

  /** A `lost` frame takes this one's number; its facts go too, as they may be what is wrong with it. */
  const replace = (index: number, why: LostReason): Draft => {
    spoil(why);
    const draft = { ...lostDraft(queued[index] as Entry, why), facts: [] };
    queued[index] = draft;
    keeper?.keep(draft, index);
    return draft;
  };

  /** The oldest frames, numbered and encoded: as many as fit, but at least `atLeast`, their bodies as they are now. */
  const take = (maxBytes: number, count: number, atLeast = 0): Uint8Array[] => {
    const frames: Uint8Array[] = [];
    for (const draft of queued.slice(0, count)) {
      const { length } = frames;
      let frame = encode(draft, length);
      if (frame.length > MAX_FRAME_BYTES) frame = encode(replace(length, "too_large"), length);
      maxBytes -= frame.length;
      if (maxBytes < 0 && length >= atLeast) break;
      frames.push(frame);
    }
    taken = Math.max(taken, frames.length);
    return frames;
  };

  /** Lets go of the oldest, so many of them. */
  const drop = (count: number): void => {
    queued.splice(0, count);
    keeper?.letGo(count);
  };

  /** Lets go of everything before a number. Returns how many that were; -1 when that number cannot be sent any more. */
  const settle = (expected: number): number => {
    const count = expected - first;
    if (!(count >= 0 && (keeper || count <= taken))) return -1;
    drop(count);
    taken -= count;
    first = expected;
    if (broken) askCheckout();
    return count;
  };

  /** All goes on under a new writer; frames that stand before the first checkout in here are dropped. */
  const restart = (why: LostReason): void => {
    const old = queued;
    queued = [];
    writer = createWriter();
    first = taken = 0;
    broken = why;
    for (const draft of old) enqueue(draft);
    if (broken) askCheckout();
  };

  const end = (): void => {
    over = true;
    drop(Infinity);
  };

  /** The session takes nothing more: all goes on in a new one, linked to it when it was closed for its time. */
  const closed = (reason: EndReason): void => {
    dead = session?.sessionId;
    follows = /idle|limit/.test(reason) ? session?.token : undefined;
    session = undefined;
    if (stopping || /stopped|refused/.test(reason)) end();
    if (!onEnd(reason)) drop(Infinity);
    if (!over) restart("rate");
  };

  /**
   * One request. Throws when another may be answered otherwise: how many seconds to wait, or `null`, or what went wrong.
   * `outlive`: let it outlive the page, when it fits the budget that all such requests share.
   */
  const post = async (
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    outlive = false,
  ): Promise<Answer> => {
    const { length } = body;
    const keepalive = outlive && length + outliving <= KEEPALIVE_BYTES;
    if (keepalive) outliving += length;
    try {
      const answer = await fetch(`${apiHost}/v1/sessions${path}`, {
        method: "POST",
        headers: { "content-type": "text/plain" },
        body,
        credentials: "omit",
        keepalive,
        signal: AbortSignal.timeout?.(ANSWER_TIMEOUT_MS + ((length / ANSWER_BYTES_PER_MS) | 0)),
      });
      const { status } = answer;
      if (status > 499 || status === 429) throw answer.headers.get("retry-after");
      // `Object` of an error is the error, in which there is nothing that the protocol has.
      return { status, json: await answer.json().catch(Object) };
    } finally {
      if (keepalive) outliving -= length;
    }
  };

  /** Posts frames, all of one writer; to `stop` when they are the last. */
  const sendFrames = (
    { sessionId, token }: Session,
    frames: readonly Uint8Array[],
    stop?: boolean,
    outlive?: boolean,
  ): Promise<Answer> =>
    post(
      `/${sessionId}/${stop ? "stop" : "frames"}`,
      encodeUpload({ token, sentAtMs: clock(), frames }),
      outlive,
    );

  const create = async (): Promise<Session> => {
    const opening = { key: projectKey, client: describe(), after: follows, startedAtMs: keeper?.startMs() };
    const { status, json } = await post("", JSON.stringify({ ...opening, sentAtMs: clock() }));
    if (status > 299) {
      // The session before may be what is refused.
      if (!follows) closed("refused");
      follows = undefined;
      throw 0;
    }
    saveSession(json as Session);
    return json as Session;
  };

  const known = (): Session | undefined => {
    const now = loadSession();
    return now?.token && now.sessionId !== dead ? (now as Session) : undefined;
  };

  /** The session to send to; opens one when there is none. Throws when that fails. */
  const openSession = async (): Promise<Session> => {
    if (stopping && session) return session;
    const now = known() ?? (await exclusive(async () => known() ?? create()));
    const old = session;
    session = now;
    if (now.sessionId !== old?.sessionId) {
      // Another tab opened it because ours was closed, and ours need not ask first.
      if (old) restart("rate");
      onOpen(now);
    }
    return now;
  };

  /** Sends the oldest frames and does what the answer says. Throws, as {@link post} does, when to wait before the next time. */
  const sendOnce = async (): Promise<void> => {
    const to = await openSession();
    for (const { packing } of queued) if (packing) await packing;
    const frames = take(MAX_BATCH_BYTES, (await keeper?.prepare(maxFrames)) ?? maxFrames, 1);
    const [oldest] = queued;
    if (!oldest) return;
    const last = stopping && !queued[frames.length];
    const { status, json } = await sendFrames(to, frames, last, unseen);
    if (over) return;
    const ack = json as AckResponse;
    const { expected = ack.acked + 1, reason = "missing" } = (json as Partial<ErrorResponse>).error ?? {};
    if (status === 200) {
      // An ack that settles nothing must not be asked for again at once.
      if (settle(expected) > 0) {
        tries = 0;
        maxFrames = MAX_BATCH_FRAMES;
        if (ack.token) saveSession({ ...to, token: ack.token });
        if (last) closed("stopped");
        else onAck(ack);
        return;
      }
    } else if (status === 409) {
      if (settle(expected) < 0) restart("error");
    } else if ([401, 404, 410].includes(status)) closed(reason);
    // Something in here is refused for good: find it by sending one frame at a time, and say that it is lost.
    else if (frames[1]) maxFrames = 1;
    else if (oldest.why || !(oldest.events || oldest.facts[0])) closed("refused");
    else replace(0, status === 413 ? "too_large" : status === 403 ? "rate" : "error");
    throw 0;
  };

  /** Sends until nothing waits; then beats, while there is something to beat for. */
  const pump = async (): Promise<void> => {
    if (busy || over) return;
    busy = true;
    clearTimer(timer);
    while (queued[0]) {
      try {
        await sendOnce();
      } catch (retryAfter) {
        const ms = Math.min(RETRY_FIRST_MS * 2 ** tries++, RETRY_LAST_MS) * (0.5 + chance() / 2);
        await new Promise<void>((go) => {
          wake = go;
          setTimer(go, Math.min(Math.max(Number(retryAfter) * 1000 || 0, ms), MAX_RETRY_AFTER_MS));
        });
      }
    }
    busy = false;
    timer = setTimer(() => {
      const draft = beat();
      if (draft) push(draft);
      else void pump();
    }, BEAT_EVERY_MS);
  };

  const push = (draft: Draft): void => {
    if (over || stopping) return;
    enqueue(draft);
    void pump();
  };

  return {
    push,
    wake: () => {
      wake();
      void pump();
    },
    stop: (close) => {
      push(close);
      stopping = true;
      wake();
    },
    end,
    setUnseen: (value) => {
      unseen = value;
    },
    leave: () => {
      tellLoss();
      if (session) {
        const frames = take(KEEPALIVE_FRAMES_BYTES - outliving, MAX_BATCH_FRAMES);
        // When it does not arrive, the next load sends it.
        if (frames[0]) sendFrames(session, frames, stopping && !queued[frames.length], true).catch(() => {});
      }
      // All that was sent is in there, so that a number means one frame whoever sends it.
      const frames = take(MAX_LEFTOVER_BYTES, MAX_BATCH_FRAMES, taken);
      for (const draft of queued.splice(frames.length)) lose(draft, "storage");
      tellLoss();
      const told = queued[frames.length];
      if (told) taken = frames.push(encode(told, frames.length));
      return frames[0] && { session, frames: frames.map((frame) => [...frame]), stop: stopping && !!session };
    },
    resend: async ({ session: to = session, frames, stop }) =>
      Boolean(to) &&
      sendFrames(
        to as Session,
        frames.map((frame) => new Uint8Array(frame)),
        stop,
      ).then(
        () => true,
        () => false,
      ),
  };
};
