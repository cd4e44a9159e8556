import {
  type AckResponse,
  BEAT_EVERY_MS,
  type ErrorResponse,
  encodeUpload,
  type LostReason,
  MAX_FRAMES_PER_UPLOAD,
  type OpenRequest,
  type OpenResponse,
  type SessionId,
  UPLOAD_FRAME_OVERHEAD_BYTES,
  UPLOAD_OVERHEAD_BYTES,
} from "../protocol/page.js";
import type { Draft } from "./draft.js";
import { type Batch, FrameQueue } from "./frame-queue.js";
import type { Leftover } from "./leftover.js";
import {
  ANSWER_TIMEOUT_MS,
  ANSWER_TIMEOUT_PER_BYTE_MS,
  KEEPALIVE_BYTES,
  MAX_BATCH_BYTES,
  MAX_LEFTOVER_BYTES,
  MAX_QUEUE_BYTES,
  RETRY_FIRST_MS,
  RETRY_LAST_MS,
} from "./limits.js";
import type { EndReason, Session, UploaderOptions } from "./ports.js";

interface Answer {
  readonly status: number;
  /** The body as the protocol has it for this status; an empty object when it is not JSON. */
  readonly json: unknown;
  readonly retryAfterMs: number;
}

/**
 * Brings drafts to the collector, each once and in order, or says what was lost: one request at a time, resent
 * under the same numbers until acknowledged, through outages, closings and page loads. Never throws.
 */
export class Uploader {
  /** The page cannot be seen: requests that fit are sent so that they outlive it. */
  hidden = false;
  readonly #o: UploaderOptions;
  readonly #queue: FrameQueue;
  #session: Session | undefined;
  #dead: SessionId | undefined;
  #after: string | undefined;
  #busy = false;
  #waiting = false;
  #stopping = false;
  #ended = false;
  #timer: unknown;
  #tries = 0;
  #maxFrames = MAX_FRAMES_PER_UPLOAD;
  #keepaliveBytes = 0;

  constructor(options: UploaderOptions) {
    this.#o = options;
    this.#queue = new FrameQueue(
      options.createWriter(),
      options.maxQueueBytes ?? MAX_QUEUE_BYTES,
      options.deflate,
      options.checkout,
    );
  }

  /** Frames that wait to be acknowledged. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Takes a draft and sends it as soon as it may. */
  push(draft: Draft): void {
    if (this.#ended) return;
    this.#queue.push(draft);
    if (!this.#waiting) void this.#pump();
  }

  /** Tries again now instead of waiting: the network came back, or the page. */
  wake(): void {
    this.#waiting = false;
    void this.#pump();
  }

  /** Sends what waits and then closes the session; `ended("stopped")` follows. */
  stop(close: Draft): void {
    this.push(close);
    this.#stopping = true;
    this.wake();
  }

  /** Forgets what waits and sends nothing more. */
  end(): void {
    this.#ended = true;
    this.#queue.clear();
    this.#o.clearTimer(this.#timer);
  }

  /**
   * The page goes away, perhaps for good: sends what fits into the `keepalive` budget again, without waiting for
   * anything, and returns all that is not acknowledged, for the next load. What is over `MAX_LEFTOVER_BYTES` is told as lost.
   */
  leave(): Leftover | undefined {
    const session = this.#session;
    if (session && !this.#ended) {
      let room = KEEPALIVE_BYTES - this.#keepaliveBytes - UPLOAD_OVERHEAD_BYTES - session.token.length;
      room -= UPLOAD_FRAME_OVERHEAD_BYTES * Math.min(MAX_FRAMES_PER_UPLOAD, this.#queue.length);
      const batch = this.#queue.take(room, MAX_FRAMES_PER_UPLOAD, 0);
      if (batch)
        this.#post(this.#path(session, batch), this.#upload(session, batch.frames), true).catch(() => {});
    }
    const frames = this.#queue.rest(MAX_LEFTOVER_BYTES);
    return frames.length > 0 ? { session, frames, stop: this.#stopping } : undefined;
  }

  /** Sends what an earlier page of this tab could not. True when it need not be kept any longer. */
  async resend({ session: before, frames, stop }: Leftover): Promise<boolean> {
    try {
      const session = before ?? (await this.#open());
      if (!session) return true;
      let settled = true;
      for (let at = 0; settled && at < frames.length; at += MAX_FRAMES_PER_UPLOAD) {
        const some = frames.slice(at, at + MAX_FRAMES_PER_UPLOAD);
        const last = stop && at + some.length === frames.length;
        const { status } = await this.#post(
          `/${session.sessionId}/${last ? "stop" : "frames"}`,
          this.#upload(session, some),
        );
        settled = !isPassing(status);
      }
      return settled;
    } catch {
      return false;
    }
  }

  async #pump(): Promise<void> {
    if (this.#busy || this.#ended) return;
    this.#busy = true;
    this.#o.clearTimer(this.#timer);
    let waitMs = 0;
    try {
      while (this.#queue.length > 0 && waitMs === 0) waitMs = await this.#round();
    } catch {
      waitMs = this.#backoff(0);
    }
    this.#busy = false;
    this.#waiting = waitMs > 0;
    if (this.#ended) return;
    this.#timer = this.#o.setTimer(() => this.#idle(), waitMs || BEAT_EVERY_MS);
  }

  /** The wait is over: try again, or say that there is nothing to say. */
  #idle(): void {
    const beat = this.#waiting ? undefined : this.#o.beat();
    if (beat) this.push(beat);
    else this.wake();
  }

  /** One request. Returns how many ms to wait before the next. */
  async #round(): Promise<number> {
    const session = await this.#open();
    const batch = session && (await this.#queue.batch(MAX_BATCH_BYTES, this.#maxFrames));
    if (!session || !batch) return 0;
    const body = this.#upload(session, batch.frames);
    const answer = await this.#post(this.#path(session, batch), body, this.hidden);
    return this.#ended ? 0 : this.#settle(session, batch, answer);
  }

  #settle(session: Session, batch: Batch, { status, json, retryAfterMs }: Answer): number {
    const { expected, reason } = (json as ErrorResponse).error ?? {};
    if (status === 200) return this.#acknowledged(session, batch, json as AckResponse);
    if (status === 409 && expected !== undefined) {
      if (!this.#queue.rewind(expected)) this.#queue.restart(this.#o.createWriter(), "error");
      return expected === batch.first ? this.#backoff(retryAfterMs) : 0;
    }
    if (status === 410) return this.#closed(session, reason ?? "idle");
    if (status === 404 || status === 401) return this.#closed(session, "missing");
    if (isPassing(status)) return this.#backoff(retryAfterMs);
    // Something in here is refused for good: find it by sending one frame at a time, and say that it is lost.
    if (batch.frames.length > 1) this.#maxFrames = 1;
    else if (!this.#queue.refuse(lossFor(status))) this.#refused();
    return 0;
  }

  #acknowledged(session: Session, batch: Batch, ack: AckResponse): number {
    this.#queue.acked(ack.acked);
    if (ack.acked < batch.last) return this.#backoff(0);
    this.#tries = 0;
    this.#maxFrames = Math.min(this.#maxFrames * 2, MAX_FRAMES_PER_UPLOAD);
    if ("closed" in ack) {
      this.end();
      this.#o.ended("stopped");
      return 0;
    }
    if (ack.token) this.#o.store.save({ ...session, token: ack.token });
    this.#o.acked?.(ack);
    return 0;
  }

  /** The session takes nothing more: all goes on in a new one, which is linked to it when it was closed for its time. */
  #closed(session: Session, reason: EndReason): number {
    this.#dead = session.sessionId;
    this.#after = reason === "idle" || reason === "limit" ? session.token : undefined;
    if (reason === "stopped" || this.#stopping) this.end();
    if (!this.#o.ended(reason)) this.#queue.clear();
    this.#queue.restart(this.#o.createWriter(), "rate");
    return 0;
  }

  #refused(): undefined {
    this.end();
    this.#o.ended("refused");
  }

  /** The session to send to; opens one when there is none. Throws when that fails for now. */
  async #open(): Promise<Session | undefined> {
    const session =
      this.#known() ?? (await this.#o.store.exclusive(async () => this.#known() ?? this.#create()));
    if (!session || session.sessionId === this.#session?.sessionId) return session;
    // Another tab opened it because ours was closed; ours need not ask first.
    if (this.#session && this.#dead !== this.#session.sessionId)
      this.#queue.restart(this.#o.createWriter(), "rate");
    this.#session = session;
    this.#o.opened?.(session);
    return session;
  }

  #known(): Session | undefined {
    const session = this.#o.store.load();
    return session?.sessionId === this.#dead ? undefined : session;
  }

  async #create(): Promise<Session | undefined> {
    const { projectKey: key, client, now, store } = this.#o;
    const after = this.#after;
    const request: OpenRequest = { key, sentAtMs: now(), client: client(), ...(after && { after }) };
    const { status, json } = await this.#post("", JSON.stringify(request));
    if (isPassing(status)) throw status;
    this.#after = undefined;
    if (status < 300) {
      const session = json as OpenResponse;
      store.save(session);
      return session;
    }
    return after ? this.#create() : this.#refused();
  }

  #path(session: Session, batch: Batch): string {
    const last = this.#stopping && batch.frames.length === this.#queue.length;
    return `/${session.sessionId}/${last ? "stop" : "frames"}`;
  }

  #upload({ token }: Session, frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    return encodeUpload({ token, sentAtMs: this.#o.now(), frames });
  }

  async #post(path: string, body: string | Uint8Array<ArrayBuffer>, outlive = false): Promise<Answer> {
    const bytes = body.length;
    const keepalive = outlive && this.#keepaliveBytes + bytes <= KEEPALIVE_BYTES;
    if (keepalive) this.#keepaliveBytes += bytes;
    try {
      const answer = await this.#o.fetch(`${this.#o.apiHost}/v1/sessions${path}`, {
        method: "POST",
        headers: { "content-type": "text/plain" },
        body,
        credentials: "omit",
        keepalive,
        signal: AbortSignal.timeout?.(ANSWER_TIMEOUT_MS + bytes * ANSWER_TIMEOUT_PER_BYTE_MS) ?? null,
      });
      const json = await answer.json().catch(() => ({}));
      return { status: answer.status, json, retryAfterMs: Number(answer.headers.get("retry-after")) * 1000 };
    } finally {
      if (keepalive) this.#keepaliveBytes -= bytes;
    }
  }

  #backoff(atLeastMs: number): number {
    const ms = Math.min(RETRY_FIRST_MS * 2 ** this.#tries++, RETRY_LAST_MS);
    return Math.max(ms * (0.5 + this.#o.random() / 2), atLeastMs || 0);
  }
}

/** A status that may be another the next time. */
const isPassing = (status: number): boolean => status >= 500 || status === 429 || status === 408;

const lossFor = (status: number): LostReason =>
  status === 413 ? "too_large" : status === 403 ? "rate" : "error";
