import type { IndexEntry, Recorder } from "@reeltime/recorder";
import type { SessionId, SessionRef } from "@reeltime/recorder/protocol";
import type { CatchUp } from "./catch-up.js";
import type { Intake } from "./intake.js";
import { RETRY_MS } from "./limits.js";
import { isCorrupt, pause } from "./retry.js";
import type { WorkingRows } from "./working-rows.js";

/** What following the index needs of the catalog. */
export interface IndexFollowerParts {
  readonly recorder: Recorder;
  readonly rows: WorkingRows;
  readonly intake: Intake;
  readonly catchUp: CatchUp;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
  /** Another server has just appended to it. */
  readonly onHeard: (id: SessionId) => void;
}

/** Learns from the index stream what other servers append, and has it read. */
export class IndexFollower {
  readonly #parts: IndexFollowerParts;
  /** What the index named before it was caught up: each session is read once, not once an entry. */
  #behind: Map<SessionId, SessionRef> | undefined = new Map();
  #seqNum: number | undefined;
  #caughtUp: () => void = () => undefined;

  /** Resolves once everything that was in the index has been wanted. */
  readonly caughtUp: Promise<void>;

  constructor(parts: IndexFollowerParts, fromSeqNum: number | undefined) {
    this.#parts = parts;
    this.#seqNum = fromSeqNum;
    this.caughtUp = new Promise((resolve) => {
      this.#caughtUp = resolve;
    });
  }

  /** Where to follow on after a restart. */
  get seqNum(): number | undefined {
    return this.#seqNum;
  }

  /** Follows until the signal says stop. Never throws. */
  async run(): Promise<void> {
    const { recorder, signal, onError } = this.#parts;
    while (!signal.aborted) {
      try {
        for await (const told of recorder.followIndex(this.#seqNum ?? 0, signal)) {
          if ("entry" in told) {
            this.#take(told.entry);
            this.#seqNum = told.seqNum + 1;
          } else {
            this.#seqNum = Math.max(this.#seqNum ?? 0, told.tail);
            this.#reached();
          }
        }
      } catch (error) {
        if (!signal.aborted) onError(error);
        // What cannot be read is passed over: the listing at the next start has what it named.
        if (isCorrupt(error)) this.#seqNum = (this.#seqNum ?? 0) + 1;
      }
      await pause(RETRY_MS, signal);
    }
    this.#caughtUp();
  }

  #take(entry: IndexEntry): void {
    switch (entry.type) {
      case "opened":
        this.#want(entry.session, 1);
        return;
      case "grew":
        for (const { session, tail } of entry.sessions) this.#want(session, tail);
        return;
      case "closed":
        this.#want(entry.session, Number.POSITIVE_INFINITY);
        return;
      case "erased":
        this.#parts.intake.erased(entry.session.sessionId);
    }
  }

  #want(session: SessionRef, tail: number): void {
    const id = session.sessionId;
    const row = this.#parts.rows.get(id);
    if (row !== undefined && (row.closed !== null || row.readTo >= tail)) return;
    if (this.#parts.intake.isErased(id)) return;
    if (this.#behind !== undefined) {
      this.#behind.set(id, session);
      return;
    }
    this.#parts.onHeard(id);
    this.#parts.catchUp.want(session);
  }

  #reached(): void {
    const behind = this.#behind;
    this.#behind = undefined;
    for (const session of behind?.values() ?? []) this.#parts.catchUp.want(session);
    this.#caughtUp();
  }
}
