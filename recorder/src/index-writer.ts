import { backoffMs, wait } from "./backoff.js";
import { splitBatches } from "./batches.js";
import { encodeIndexEntry } from "./index-entries.js";
import { MAX_GREW_SESSIONS, MAX_INDEX_WAITING } from "./limits.js";
import { INDEX_STREAM, type SessionId, type SessionRef } from "./protocol/index.js";
import type { NewRecord } from "./s2-port.js";
import type { IndexEntry } from "./types.js";
import type { WriterContext } from "./writer-context.js";

/** Tries before a batch of entries is given up at a drain; without one it tries for as long as it takes. */
const DRAIN_TRIES = 3;

/**
 * Writes this server's entries to the index. Openings, closings and erasures go at once; growth at most once a while,
 * all sessions in one record. Nobody waits for it: a session is durable without. An entry may be there twice after a
 * lost ack, which says the same twice.
 */
export class IndexWriter {
  readonly #context: WriterContext;
  readonly #server: string;
  readonly #grown = new Map<SessionId, { readonly session: SessionRef; tail: number }>();
  #waiting: NewRecord[] = [];
  #writing: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #draining = false;

  constructor(context: WriterContext, server: string) {
    this.#context = context;
    this.#server = server;
  }

  opened(session: SessionRef): void {
    this.#add({ type: "opened", session, server: this.#server });
  }

  closed(session: SessionRef, reason: (IndexEntry & { type: "closed" })["reason"]): void {
    this.#grown.delete(session.sessionId);
    this.#add({ type: "closed", session, reason, server: this.#server });
  }

  erased(session: SessionRef): void {
    this.#grown.delete(session.sessionId);
    this.#add({ type: "erased", session, server: this.#server });
  }

  /** Notes that a session grew; written with all others when it is time. */
  grew(session: SessionRef, tail: number): void {
    const known = this.#grown.get(session.sessionId);
    if (known !== undefined) known.tail = tail;
    else this.#grown.set(session.sessionId, { session, tail });
    if (this.#timer !== undefined || this.#draining) return;
    this.#timer = setTimeout(() => this.#flushGrown(), this.#context.limits.indexEveryMs);
    this.#timer.unref();
  }

  /** Writes what is left; gives up after a few tries. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.#flushGrown();
    await this.#writing;
  }

  #flushGrown(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const grown = [...this.#grown.values()];
    this.#grown.clear();
    for (let at = 0; at < grown.length; at += MAX_GREW_SESSIONS) {
      const sessions = grown.slice(at, at + MAX_GREW_SESSIONS);
      this.#add({ type: "grew", sessions, server: this.#server });
    }
  }

  #add(entry: IndexEntry): void {
    const timestampMs = Math.floor(this.#context.clock());
    this.#waiting.push({ timestampMs, headers: [], body: encodeIndexEntry(entry) });
    if (this.#waiting.length > MAX_INDEX_WAITING) this.#waiting.shift();
    this.#start();
  }

  #start(): void {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#waiting.length > 0) this.#start();
    });
  }

  async #write(): Promise<void> {
    const { port, limits, random } = this.#context;
    while (this.#waiting.length > 0) {
      const [batch = []] = splitBatches(this.#waiting);
      this.#waiting = this.#waiting.slice(batch.length);
      for (let attempt = 0; !this.#draining || attempt < DRAIN_TRIES; attempt++) {
        try {
          await port.append(INDEX_STREAM, { records: batch });
          break;
        } catch {
          // Lost or not, it is written again: an entry said twice does no harm.
          await wait(backoffMs(attempt, limits.maxBackoffMs, random));
        }
      }
    }
  }
}
