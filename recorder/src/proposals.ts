import type { WaitingAppend } from "./append-queue.js";
import { judgeClock, leavesGap, type PlannedFrame, type Proposal, proposeAppend } from "./frame-plan.js";
import { MAX_WRITERS, type SessionRef, type WriterId } from "./protocol/index.js";
import type { NewRecord } from "./s2-port.js";
import type { Position } from "./takeover.js";
import type { WriterClock } from "./writer-clock.js";

/** An append whose outcome has become certain. */
export interface Certain {
  readonly waiting: WaitingAppend;
  readonly proposal: Proposal;
}

/**
 * What a writer has proposed and S2 has not acked yet. A proposal builds on those before; each becomes certain, in
 * order, once S2 has acked up to its end, and all are forgotten together when that fails.
 */
export class Proposals {
  readonly #session: SessionRef;
  /** What is believed of the clocks of writers that this process has heard, which is more than what is stored. */
  readonly #clocks = new Map<WriterId, WriterClock>();
  /** Where everything that is on its way will end. */
  #proposed: Position;
  /** Up to where all is durable, at the end of a frame. */
  #durable: Position;
  /** seqNum up to which S2 has acked: within a frame that is cut over batches, beyond `#durable`. */
  #ackedTail: number;
  #planned: PlannedFrame[] = [];
  #answers: (Certain & { readonly atTail: number })[] = [];

  constructor(session: SessionRef, position: Position) {
    this.#session = session;
    this.#proposed = position;
    this.#durable = position;
    this.#ackedTail = position.tail;
  }

  get durable(): Position {
    return this.#durable;
  }

  /** Nothing waits for an ack. */
  get isEmpty(): boolean {
    return this.#answers.length === 0;
  }

  /** Starts anew from what the stream was found to hold. Only when empty. */
  settleAt(position: Position): void {
    this.#proposed = position;
    this.#durable = position;
    this.#ackedTail = position.tail;
  }

  /** Whether an append would leave a gap behind all others, as far as is known here. */
  isGap({ request }: WaitingAppend): boolean {
    return leavesGap(this.#proposed.state, request);
  }

  /** Proposes an append behind all others: the records to send, which may be none. */
  propose(waiting: WaitingAppend, sessionOffsetMs: number | undefined): readonly NewRecord[] {
    const at = this.#proposed;
    const clock = waiting.clock ?? this.#judge(waiting, sessionOffsetMs);
    waiting.clock = clock;
    const proposal = proposeAppend(this.#session, at, waiting.request, clock);
    const frames = proposal.type === "write" ? proposal.frames : [];
    const after = frames.at(-1)?.after ?? at;
    this.#proposed = after;
    this.#planned.push(...frames);
    this.#answers.push({ atTail: after.tail, waiting, proposal });
    return frames.flatMap(({ records }) => records);
  }

  #judge({ request }: WaitingAppend, sessionOffsetMs: number | undefined): WriterClock {
    const writer = request.frames[0]?.envelope.writer;
    const before = writer === undefined ? undefined : this.#clocks.get(writer);
    const clock = judgeClock(this.#proposed.state, request, before, sessionOffsetMs);
    // Those that are forgotten start again from the offset in the stream.
    if (this.#clocks.size > 2 * MAX_WRITERS) this.#clocks.clear();
    if (writer !== undefined) this.#clocks.set(writer, clock);
    return clock;
  }

  /** S2 has acked up to `tail`: the frames that are durable now. */
  acked(tail: number): readonly PlannedFrame[] {
    this.#ackedTail = tail;
    const whole = this.#planned.findIndex(({ after }) => after.tail > tail);
    const frames = this.#planned.splice(0, whole === -1 ? this.#planned.length : whole);
    this.#durable = frames.at(-1)?.after ?? this.#durable;
    return frames;
  }

  /** Takes the appends that have become certain, in order. */
  certain(): readonly Certain[] {
    const open = this.#answers.findIndex(({ atTail }) => atTail > this.#ackedTail);
    return this.#answers.splice(0, open === -1 ? this.#answers.length : open);
  }

  /** Forgets everything that is not durable; its appends, in order. */
  forget(): readonly WaitingAppend[] {
    const forgotten = this.#answers.map(({ waiting }) => waiting);
    for (const waiting of forgotten) waiting.tried = true;
    this.#answers = [];
    this.#planned = [];
    this.#proposed = this.#durable;
    return forgotten;
  }
}
