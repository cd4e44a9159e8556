import type { Recorder } from "@reeltime/recorder";
import { type SessionRef, type SessionState, sessionStartMs } from "@reeltime/recorder/protocol";
import type { Clock } from "../clock.js";
import { LIFE_TICK_MS, MAX_CLOSING } from "../limits.js";
import type { Log } from "../log.js";
import { decideClose, type LifeLimits, type SessionTimes } from "./decide-close.js";

/** A session that is not closed, as the catalog knows it. */
export interface OpenSession extends SessionTimes {
  readonly session: SessionRef;
}

/** What the idle clock stands on. */
export interface LifeOptions {
  readonly recorder: Pick<Recorder, "close" | "state">;
  /** All sessions that are not closed, also those from before a restart. */
  readonly openSessions: () => Promise<readonly OpenSession[]>;
  /** Hears of sessions whose stream says something else than the catalog does. */
  readonly onBehind: (session: SessionRef) => void;
  readonly limits: LifeLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds between two looks at the most. */
  readonly tickMs?: number;
}

/** Closes sessions that are idle or too long. */
export class Life {
  readonly #options: LifeOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #ended = false;

  constructor(options: LifeOptions) {
    this.#options = options;
  }

  /** Looks now, and from now on every few seconds (oftener when the limit itself is shorter). */
  start(): void {
    if (this.#ended) return;
    const { limits, tickMs: most = LIFE_TICK_MS } = this.#options;
    const tickMs = Math.max(50, Math.min(most, limits.idleLimitMs / 4, limits.sessionLimitMs / 4));
    const next = async (): Promise<void> => {
      await this.look();
      if (!this.#ended) this.#timer = setTimeout(() => void next(), tickMs);
    };
    void next();
  }

  /** Looks at every open session once and closes those whose time has come. Never throws. One look at a time. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Looks no more, and waits for the look that is going on. */
  async close(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { openSessions, limits, clock, log } = this.#options;
    let due: OpenSession[];
    try {
      const open = await openSessions();
      due = open.filter((session) => decideClose(session, limits, clock()) !== undefined);
    } catch (error) {
      log.warn(
        { err: error },
        "the catalog does not say which sessions are open; the idle clock looks again later",
      );
      return;
    }
    const closeNext = async (): Promise<void> => {
      for (let next = due.pop(); next !== undefined && !this.#ended; next = due.pop())
        await this.#close(next);
    };
    await Promise.all(Array.from({ length: MAX_CLOSING }, closeNext));
  }

  /** The catalog may be behind the stream, so the stream has the last word. */
  async #close({ session, heardMs }: OpenSession): Promise<void> {
    const { recorder, limits, clock, log, onBehind } = this.#options;
    try {
      const state = await recorder.state(session);
      const reason = state && decideClose({ ...timesOf(session, state), heardMs }, limits, clock());
      // In use, closed or gone already: whatever it is, the catalog has missed it and would have it looked at for ever.
      if (reason === undefined || (await recorder.close(session, reason)) !== "closed") onBehind(session);
    } catch (error) {
      log.warn(
        { err: error, session: session.sessionId },
        "a session could not be closed; tried again later",
      );
    }
  }
}

const timesOf = ({ sessionId }: SessionRef, { totals }: SessionState): SessionTimes => ({
  startMs: sessionStartMs(sessionId),
  lastMs: totals.lastMs,
  inputMs: totals.inputMs,
});
