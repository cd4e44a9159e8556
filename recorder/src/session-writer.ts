import {
  AppendQueue,
  type CloseOutcome,
  type Waiting,
  type WaitingAppend,
  type WaitingClose,
} from "./append-queue.js";
import { backoffMs, wait } from "./backoff.js";
import { splitBatches } from "./batches.js";
import { CheckoutAsks } from "./checkout-asks.js";
import { planClosing, sameClosing } from "./closing.js";
import { RecorderError } from "./errors.js";
import { type Clocks, type PlannedFrame, type Proposal, proposeAppend } from "./frame-plan.js";
import type { Gate } from "./gate.js";
import { HeldSummary } from "./held-summary.js";
import { MAX_INFLIGHT_BATCHES, MAX_SETTLE_RECORDS, type RecorderLimits } from "./limits.js";
import {
  type ClosedRecord,
  type CloseReason,
  FENCE_OPEN,
  MAX_WRITERS,
  type OpenedRecord,
  type SessionRef,
  type SessionState,
  sessionStreamName,
  type WriterId,
} from "./protocol/index.js";
import type { AppendChannel, NewRecord, S2Port } from "./s2-port.js";
import { S2Failure } from "./s2-port.js";
import type { SessionEvents } from "./session-events.js";
import { summarise } from "./session-reading.js";
import { writerOf } from "./session-state.js";
import type { SummaryBudget } from "./summary-builder.js";
import { advance, type HeardFrame, type Loaded, loadSession, type Position } from "./takeover.js";
import type { AppendedFrame, AppendOutcome, AppendRequest } from "./types.js";

/** What writers of all sessions share. */
export interface WriterContext {
  readonly port: S2Port;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly random: () => number;
  readonly limits: RecorderLimits;
  readonly budget: SummaryBudget;
  /** How many streams are read through at once. */
  readonly summaries: Gate;
  readonly events: SessionEvents;
}

/** A session that was opened by this process just now. */
export interface JustOpened {
  readonly opened: OpenedRecord;
  readonly position: Position;
  readonly channel: AppendChannel;
}

/** `stale`: what the stream holds must be read first. `recovering`: that is being done. `closing`: the end is on its way. */
type Phase = "stale" | "recovering" | "ready" | "closing" | "closed" | "missing";

/** An outcome that may be told once the stream is durable up to `atTail`. */
interface Answer {
  readonly atTail: number;
  readonly waiting: WaitingAppend;
  readonly proposal: Proposal;
}

/**
 * The one that appends to a session for this process. It proposes (a position after frames not yet durable) and
 * commits when S2 has acked. When S2 says that others have written, or nothing at all, the outcome of what was on
 * its way is unknown: it forgets its proposals, reads on from the last frame it knows to be durable, and proposes
 * again what is not there.
 */
export class SessionWriter {
  readonly #context: WriterContext;
  readonly #session: SessionRef;
  readonly #queue = new AppendQueue();
  readonly #clocks: Clocks = new Map();
  readonly #summary: HeldSummary;
  #asks = new CheckoutAsks();
  #phase: Phase;
  /** Up to where all is durable; `undefined` until the stream was read. */
  #durable: Position | undefined;
  /** seqNum up to which S2 has acked: within a frame that is cut over batches, beyond `#durable`. */
  #ackedTail = 0;
  /** `#durable` and everything that is on its way. */
  #proposed: Position | undefined;
  #channel: AppendChannel | undefined;
  /** Results of batches sent before the last failure are not listened to. */
  #generation = 0;
  #inFlight = 0;
  #outbox: (readonly NewRecord[])[] = [];
  #outboxSeqNum = 0;
  #planned: PlannedFrame[] = [];
  #answers: Answer[] = [];
  #failures = 0;
  #closedReason: CloseReason = "stopped";
  #sessionOffsetMs: number | undefined;
  #usedMs: number;
  #idle: (() => void)[] = [];

  constructor(context: WriterContext, session: SessionRef, opened?: JustOpened) {
    this.#context = context;
    this.#session = session;
    this.#usedMs = context.clock();
    this.#summary = new HeldSummary(context.budget, opened?.opened);
    this.#phase = opened === undefined ? "stale" : "ready";
    this.#channel = opened?.channel;
    this.#sessionOffsetMs = opened?.opened.offsetMs;
    if (opened !== undefined) this.#settleAt(opened.position);
  }

  /** Epoch ms of the last append or close. */
  get usedMs(): number {
    return this.#usedMs;
  }

  /** The durable state; `undefined` while it is not known, and once the session is closed or gone. */
  get state(): SessionState | undefined {
    return this.#phase === "closed" || this.#phase === "missing" ? undefined : this.#durable?.state;
  }

  /** Why it is closed; `undefined` when it is not known to be. */
  get closedReason(): CloseReason | undefined {
    return this.#phase === "closed" ? this.#closedReason : undefined;
  }

  get isMissing(): boolean {
    return this.#phase === "missing";
  }

  /** Nothing waits and nothing is on its way. */
  get isIdle(): boolean {
    const still = this.#inFlight === 0 && this.#answers.length === 0 && this.#queue.length === 0;
    return still && this.#phase !== "recovering" && this.#phase !== "closing";
  }

  /** The last durable number of a writer, as far as it is known without asking S2. */
  lastNumber(writer: WriterId): number | undefined {
    return this.#durable === undefined ? undefined : writerOf(this.#durable.state, writer)?.lastNumber;
  }

  /** Appends, or says why not. Rejects with `RecorderError`. */
  append(request: AppendRequest): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      const sinceMs = performance.now();
      this.#enqueue({ type: "append", request, sinceMs, tried: false, resolve, reject });
    });
  }

  /** Closes after everything that was asked before. Rejects with `RecorderError`. */
  close(reason: CloseReason): Promise<CloseOutcome> {
    return new Promise((resolve, reject) => {
      const sinceMs = performance.now();
      this.#enqueue({ type: "close", reason, sinceMs, tried: undefined, resolve, reject });
    });
  }

  /** Lets the held S2 append session go; the next append opens another. Only when idle. */
  async release(): Promise<void> {
    const channel = this.#channel;
    this.#channel = undefined;
    await channel?.close();
  }

  /** Forgets everything that is kept for later. Only when idle. */
  async dispose(): Promise<void> {
    this.#summary.drop();
    await this.release();
  }

  /** Resolves when nothing waits and nothing is on its way. */
  async whenIdle(): Promise<void> {
    while (!this.isIdle) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** The stream was erased by this process. */
  erased(): void {
    this.#summary.drop();
    this.#lose(new S2Failure("missing", "the session was erased"));
  }

  #enqueue(waiting: Waiting): void {
    this.#usedMs = this.#context.clock();
    this.#queue.push(waiting);
    this.#kick();
  }

  #kick(): void {
    if (this.#phase === "stale" && this.#queue.length > 0) {
      this.#phase = "recovering";
      void this.#recover();
    } else if (this.#phase === "ready") this.#send();
    else if (this.#phase === "closed" || this.#phase === "missing") this.#refuseAll();
    if (this.isIdle) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #refuseAll(): void {
    for (let waiting = this.#queue.take(); waiting !== undefined; waiting = this.#queue.take()) {
      if (waiting.type === "close") waiting.resolve(this.#phase === "closed" ? "already-closed" : "missing");
      else
        waiting.resolve(this.#phase === "closed" ? { type: "closed", reason: this.#closedReason } : MISSING);
    }
  }

  /** Proposes what waits, all of it in as few batches as it fits, unless enough is on its way already. */
  #send(): void {
    const records: NewRecord[] = [];
    while (
      this.#inFlight < MAX_INFLIGHT_BATCHES &&
      this.#outbox.length === 0 &&
      this.#proposed !== undefined
    ) {
      const next = this.#queue.peek();
      if (next === undefined) break;
      if (next.type === "close") {
        if (records.length > 0 || this.#inFlight > 0) break;
        this.#queue.take();
        this.#phase = "closing";
        void this.#finish(next, this.#proposed);
        return;
      }
      this.#queue.take();
      records.push(...this.#propose(next, this.#proposed));
    }
    if (records.length > 0) this.#outbox = [...splitBatches(records)];
    this.#pump();
    this.#answer();
  }

  #propose(waiting: WaitingAppend, at: Position): readonly NewRecord[] {
    if (this.#clocks.size > 2 * MAX_WRITERS) this.#clocks.clear();
    const proposal = proposeAppend(this.#session, at, waiting.request, this.#clocks, this.#sessionOffsetMs);
    const frames = proposal.type === "write" ? proposal.frames : [];
    const after = frames.at(-1)?.after ?? at;
    this.#proposed = after;
    this.#planned.push(...frames);
    this.#answers.push({ atTail: after.tail, waiting, proposal });
    return frames.flatMap(({ records }) => records);
  }

  #pump(): void {
    while (this.#inFlight < MAX_INFLIGHT_BATCHES) {
      const records = this.#outbox.shift();
      if (records === undefined) return;
      const generation = this.#generation;
      const matchSeqNum = this.#outboxSeqNum;
      this.#outboxSeqNum += records.length;
      this.#inFlight += 1;
      this.#open()
        .submit({ records, matchSeqNum, fencingToken: FENCE_OPEN })
        .then(
          (ack) => {
            if (generation === this.#generation) this.#acked(ack.endSeqNum);
          },
          (error) => {
            if (generation === this.#generation) this.#lose(error);
          },
        );
    }
  }

  #open(): AppendChannel {
    this.#channel ??= this.#context.port.openAppends(sessionStreamName(this.#session));
    return this.#channel;
  }

  #acked(tail: number): void {
    this.#inFlight -= 1;
    this.#failures = 0;
    this.#ackedTail = tail;
    const frames: AppendedFrame[] = [];
    for (
      let next = this.#planned[0];
      next !== undefined && next.after.tail <= tail;
      next = this.#planned[0]
    ) {
      this.#planned.shift();
      this.#durable = next.after;
      this.#heard(next.frame, next.after.state);
      frames.push(next.frame);
    }
    this.#tell(frames);
    this.#answer();
    this.#kick();
  }

  #heard(frame: AppendedFrame, state: SessionState): void {
    const placed = { ...frame, size: frame.bytes.length };
    this.#summary.add(placed);
    this.#asks.heard(placed, state);
  }

  #tell(frames: readonly AppendedFrame[]): void {
    if (frames.length === 0 || this.#durable === undefined) return;
    const { state, tail } = this.#durable;
    this.#context.events.appended(this.#session, frames, state, tail);
  }

  /** Tells every outcome that has become certain. */
  #answer(): void {
    for (
      let next = this.#answers[0];
      next !== undefined && next.atTail <= this.#ackedTail;
      next = this.#answers[0]
    ) {
      this.#answers.shift();
      next.waiting.resolve(this.#outcome(next));
    }
  }

  #outcome({ proposal, waiting }: Answer): AppendOutcome {
    const { acked } = proposal;
    if (proposal.type === "gap") return { type: "gap", expected: proposal.expected, acked };
    const checkout = this.#durable === undefined ? [] : this.#asks.asked(this.#durable.state);
    const wrote = proposal.frames.length > 0 || waiting.tried;
    return { type: wrote ? "appended" : "duplicate", acked, checkout };
  }

  /** What was on its way has an unknown outcome: forget the proposals and read on from what is known to be durable. */
  #lose(error: unknown): void {
    this.#forgetProposals();
    if (error instanceof S2Failure && error.kind === "missing") {
      this.#end("missing");
      return;
    }
    this.#failures += 1;
    this.#phase = "recovering";
    void this.#recover();
  }

  #forgetProposals(): void {
    this.#generation += 1;
    this.#channel?.abort();
    this.#channel = undefined;
    this.#inFlight = 0;
    this.#outbox = [];
    this.#planned = [];
    const answers = this.#answers;
    this.#answers = [];
    for (const { waiting } of answers) waiting.tried = true;
    this.#queue.putBack(answers.map(({ waiting }) => waiting));
  }

  /** Reads what the stream holds until it is known, or nobody waits for it any more. */
  async #recover(): Promise<void> {
    const { limits, random } = this.#context;
    // The first failure is usually another server's append: no pause. Those that meet again take turns at random.
    if (this.#failures > 1) await wait(backoffMs(this.#failures - 2, limits.maxBackoffMs, random));
    for (let attempt = 0; ; attempt++) {
      this.#expire();
      if (this.#phase !== "recovering") return;
      if (this.#queue.length === 0) break;
      try {
        this.#recovered(await this.#read());
        return;
      } catch (error) {
        if (error instanceof S2Failure) {
          await wait(backoffMs(attempt, limits.maxBackoffMs, random));
          continue;
        }
        this.#rejectAll(() => true, toRecorderError(error));
        break;
      }
    }
    this.#phase = "stale";
    this.#kick();
  }

  /** Reads on from what is durable, or takes the session over when nothing is known or too much has changed. */
  async #read(): Promise<Loaded> {
    const { port } = this.#context;
    const from = this.#durable;
    if (from !== undefined) {
      const tail = await port.tail(sessionStreamName(this.#session)).catch(missingTail);
      if (tail === undefined) return { type: "missing" };
      if (tail - from.settled <= MAX_SETTLE_RECORDS) return this.#readOn(from);
    }
    this.#summary.drop();
    this.#asks = new CheckoutAsks();
    const loaded = await loadSession(port, this.#session);
    if (loaded.type === "open") this.#sessionOffsetMs ??= loaded.opened?.offsetMs;
    return loaded;
  }

  async #readOn(from: Position): Promise<Loaded> {
    const found: { readonly frame: HeardFrame; readonly state: SessionState }[] = [];
    const loaded = await advance(this.#context.port, this.#session, from, (frame, state) => {
      found.push({ frame, state });
    }).catch(missingStream);
    if (loaded.type === "missing") return loaded;
    // Only now that all was read: a read that broke off is done again, and nothing may be counted twice.
    for (const { frame, state } of found) this.#heard(frame, state);
    const last = found.at(-1);
    if (last !== undefined) {
      const { nextSeqNum } = last.frame;
      this.#durable = { ...from, state: last.state, tail: nextSeqNum, settled: nextSeqNum };
      this.#tell(found.map(({ frame }) => frame));
    }
    return loaded;
  }

  #recovered(loaded: Loaded): void {
    if (this.#phase !== "recovering") return;
    if (loaded.type === "open") {
      this.#settleAt(loaded.position);
      this.#phase = "ready";
      this.#kick();
    } else if (loaded.type === "closed") this.#foundClosed(loaded.closed, loaded.tail);
    else this.#end("missing");
  }

  #foundClosed(closed: ClosedRecord, tail: number): void {
    const head = this.#queue.peek();
    this.#closedReason = closed.reason;
    if (head?.type === "close" && head.tried !== undefined && sameClosing(head.tried.closed, closed)) {
      this.#queue.take();
      this.#context.events.closed(this.#session, closed, head.tried.summary, tail);
      head.resolve("closed");
    }
    this.#end("closed");
  }

  #settleAt(position: Position): void {
    this.#durable = position;
    this.#proposed = position;
    this.#ackedTail = position.tail;
    this.#outboxSeqNum = position.tail;
  }

  #end(phase: "closed" | "missing"): void {
    this.#phase = phase;
    this.#summary.drop();
    this.#clocks.clear();
    void this.release();
    this.#kick();
  }

  /** Gives up those that have waited too long: their SDKs send them again. */
  #expire(): void {
    const before = performance.now() - this.#context.limits.retryForMs;
    this.#rejectAll(
      ({ sinceMs }) => sinceMs < before,
      new RecorderError("unavailable", "S2 cannot be reached"),
    );
  }

  #rejectAll(which: (waiting: Waiting) => boolean, error: RecorderError): void {
    for (const waiting of this.#queue.takeAll(which)) waiting.reject(error);
  }

  /** Appends the summary, the fence and the closing record. Everything before is durable. */
  async #finish(waiting: WaitingClose, at: Position): Promise<void> {
    const { port, clock, summaries, events } = this.#context;
    const generation = this.#generation;
    try {
      const held = this.#summary.build(at.state);
      const whole = held ?? (await summaries.run(() => summarise(port, this.#session)))?.summary;
      if (generation !== this.#generation) return this.#interrupted(waiting);
      if (whole === undefined) throw new S2Failure("missing", "the session was erased");
      const { closed, batches } = planClosing(at, whole, at.state, waiting.reason, Math.floor(clock()));
      waiting.tried = { closed, summary: whole };
      let matchSeqNum = at.tail;
      const acks = batches.map((records) => {
        const ack = this.#open().submit({ records, matchSeqNum, fencingToken: FENCE_OPEN });
        matchSeqNum += records.length;
        return ack;
      });
      await Promise.all(acks);
      if (generation !== this.#generation) return this.#interrupted(waiting);
      this.#closedReason = closed.reason;
      events.closed(this.#session, closed, whole, matchSeqNum);
      waiting.resolve("closed");
      this.#end("closed");
    } catch (error) {
      if (generation !== this.#generation) return this.#interrupted(waiting);
      this.#queue.putBack([waiting]);
      if (error instanceof S2Failure) this.#lose(error);
      else {
        this.#rejectAll((other) => other === waiting, toRecorderError(error));
        this.#phase = "stale";
        this.#kick();
      }
    }
  }

  /** The session was erased while its end was on its way. */
  #interrupted(waiting: WaitingClose): void {
    this.#queue.putBack([waiting]);
    this.#kick();
  }
}

const MISSING: AppendOutcome = { type: "missing" };

const missingTail = (error: unknown): undefined => {
  if (error instanceof S2Failure && error.kind === "missing") return undefined;
  throw error;
};

const missingStream = (error: unknown): Loaded => {
  if (error instanceof S2Failure && error.kind === "missing") return { type: "missing" };
  throw error;
};

const toRecorderError = (error: unknown): RecorderError =>
  error instanceof RecorderError ? error : new RecorderError("unavailable", "S2 failed", { cause: error });
