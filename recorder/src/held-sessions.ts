import { MAX_CLOSED_REMEMBERED } from "./limits.js";
import {
  type CloseReason,
  type SessionId,
  type SessionRef,
  type SessionState,
  sessionStartMs,
} from "./protocol/index.js";
import { SessionWriter } from "./session-writer.js";
import type { JustOpened, WriterContext } from "./writer-context.js";

/** How often quiet sessions are looked for. */
const SWEEP_EVERY_MS = 5_000;

/** The sessions this process writes, the least recently written first, and those it knows to be closed. */
export class HeldSessions {
  readonly #context: WriterContext;
  readonly #writers = new Map<SessionId, { readonly session: SessionRef; readonly writer: SessionWriter }>();
  readonly #closed = new Map<SessionId, CloseReason>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(context: WriterContext) {
    this.#context = context;
    this.#timer = setInterval(() => this.sweep(), Math.min(SWEEP_EVERY_MS, context.limits.holdMs));
    this.#timer.unref();
  }

  /** The session's writer, made when there is none: it takes the session over with its first append. */
  writer(session: SessionRef): SessionWriter {
    const held = this.#writers.get(session.sessionId);
    if (held !== undefined) {
      this.#writers.delete(session.sessionId);
      this.#writers.set(session.sessionId, held);
      return held.writer;
    }
    return this.#add(session, new SessionWriter(this.#context, session));
  }

  /** Holds a session that was opened just now. */
  opened(session: SessionRef, opened: JustOpened): void {
    this.#add(session, new SessionWriter(this.#context, session, opened));
  }

  /** The writer, when there is one. */
  find(session: SessionRef): SessionWriter | undefined {
    return this.#writers.get(session.sessionId)?.writer;
  }

  /** Why a session is closed; `undefined` when it is not known to be. */
  closedReason(session: SessionRef): CloseReason | undefined {
    return this.#closed.get(session.sessionId);
  }

  /** Remembers that a session is closed, and lets its writer go. */
  closed(session: SessionRef, reason: CloseReason): void {
    this.#closed.set(session.sessionId, reason);
    const [oldest] = this.#closed.keys();
    if (this.#closed.size > MAX_CLOSED_REMEMBERED && oldest !== undefined) this.#closed.delete(oldest);
    this.#drop(session.sessionId);
  }

  /** Forgets a session altogether, because it was erased. */
  erased(session: SessionRef): void {
    this.#closed.delete(session.sessionId);
    this.find(session)?.erased();
    this.#drop(session.sessionId);
  }

  /** Sessions being written, with their durable state. */
  states(): ReadonlyMap<
    SessionId,
    { readonly session: SessionRef; readonly state: SessionState; readonly openedMs: number }
  > {
    const states = new Map<SessionId, { session: SessionRef; state: SessionState; openedMs: number }>();
    for (const [id, { session, writer }] of this.#writers) {
      const { state } = writer;
      if (state !== undefined) states.set(id, { session, state, openedMs: sessionStartMs(id) });
    }
    return states;
  }

  /** Lets quiet append sessions go, and later the states; drops those that are closed or missing. */
  sweep(): void {
    const { clock, limits } = this.#context;
    const now = clock();
    for (const [id, { session, writer }] of this.#writers) {
      if (!writer.isIdle) continue;
      const quietMs = now - writer.usedMs;
      const reason = writer.closedReason;
      if (reason !== undefined) this.closed(session, reason);
      else if (writer.isMissing || quietMs > limits.keepMs) this.#drop(id);
      else if (quietMs > limits.holdMs) void writer.release();
    }
  }

  /** Waits for what is in flight and lets everything go. */
  async drain(): Promise<void> {
    clearInterval(this.#timer);
    const held = [...this.#writers.values()];
    await Promise.all(held.map(({ writer }) => writer.whenIdle()));
    await Promise.all(held.map(({ writer }) => writer.dispose()));
    this.#writers.clear();
  }

  #add(session: SessionRef, writer: SessionWriter): SessionWriter {
    if (this.#writers.size >= this.#context.limits.maxHeld) this.#dropOldest();
    this.#writers.set(session.sessionId, { session, writer });
    return writer;
  }

  #dropOldest(): void {
    for (const [id, { writer }] of this.#writers) {
      if (!writer.isIdle) continue;
      this.#drop(id);
      return;
    }
  }

  #drop(id: SessionId): void {
    const held = this.#writers.get(id);
    this.#writers.delete(id);
    void held?.writer.whenIdle().then(() => held.writer.dispose());
  }
}
