import { AppendPipeline } from "./append-pipeline.js";
import { AppendQueue, type CloseOutcome, type Waiting, type WaitingClose } from "./append-queue.js";
import { backoffMs, wait } from "./backoff.js";
import { splitBatches } from "./batches.js";
import { CheckoutAsks } from "./checkout-asks.js";
import { planClosing, sameClosing } from "./closing.js";
import { RecorderError } from "./errors.js";
import { HeldSummary } from "./held-summary.js";
import { type Certain, Proposals } from "./proposals.js";
import {
  type ClosedRecord,
  type CloseReason,
  type SessionRef,
  type SessionState,
  type Summary,
  sessionStreamName,
  type WriterId,
} from "./protocol/index.js";
import type { NewRecord } from "./s2-port.js";
import { S2Failure } from "./s2-port.js";
import { readThrough } from "./session-reading.js";
import { writerOf } from "./session-state.js";
import { type Settled, settle, stepIn } from "./settling.js";
import type { HeardFrame, Position } from "./takeover.js";
import type { AppendedFrame, AppendOutcome, AppendRequest } from "./types.js";
import type { JustOpened, WriterContext } from "./writer-context.js";

/** `stale`: what the stream holds must be read first. `recovering`: that is being done. `closing`: the end is on its way. */
type Phase = "stale" | "recovering" | "ready" | "closing" | "closed" | "missing";

/** An end that is on its way. */
interface Ending {
  readonly waiting: WaitingClose;
  readonly closed: ClosedRecord;
  readonly summary: Summary;
  readonly tail: number;
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
  readonly #summary: HeldSummary;
  readonly #pipeline: AppendPipeline;
  #asks = new CheckoutAsks();
  #phase: Phase;
  /** `undefined` until the stream was read. */
  #proposals: Proposals | undefined;
  #ending: Ending | undefined;
  /** Failures in a row. */
  #failures = 0;
  #closedReason: CloseReason = "stopped";
  #sessionOffsetMs: number | undefined;
  #usedMs: number;
  #whenIdle: (() => void)[] = [];

  constructor(context: WriterContext, session: SessionRef, opened?: JustOpened) {
    this.#context = context;
    this.#session = session;
    this.#usedMs = context.clock();
    this.#summary = new HeldSummary(context.budget, opened?.opened);
    const events = {
      acked: (tail: number) => this.#acked(tail),
      lost: (error: unknown) => this.#lost(error),
    };
    this.#pipeline = new AppendPipeline(context.port, sessionStreamName(session), events, opened?.channel);
    this.#phase = opened === undefined ? "stale" : "ready";
    this.#sessionOffsetMs = opened?.opened.offsetMs;
    if (opened !== undefined) this.#proposals = this.#settleAt(opened.position);
  }

  /** Epoch ms of the last append or close. */
  get usedMs(): number {
    return this.#usedMs;
  }

  /** The durable state; `undefined` while it is not known, and once the session is closed or gone. */
  get state(): SessionState | undefined {
    return this.#phase === "closed" || this.#phase === "missing" ? undefined : this.#proposals?.durable.state;
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
    const still = this.#pipeline.isEmpty && (this.#proposals?.isEmpty ?? true) && this.#queue.length === 0;
    return still && this.#phase !== "recovering" && this.#phase !== "closing";
  }

  /** The last durable number of a writer, as far as it is known without asking S2. */
  lastNumber(writer: WriterId): number | undefined {
    const state = this.#proposals?.durable.state;
    return state === undefined ? undefined : writerOf(state, writer)?.lastNumber;
  }

  /** Appends, or says why not. Rejects with `RecorderError`. */
  append(request: AppendRequest): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      const sinceMs = performance.now();
      const fresh = { tried: false, checked: false, clock: undefined };
      this.#enqueue({ type: "append", request, sinceMs, ...fresh, resolve, reject });
    });
  }

  /** Closes after everything that was asked before. Rejects with `RecorderError`. */
  close(reason: CloseReason): Promise<CloseOutcome> {
    return new Promise((resolve, reject) => {
      const sinceMs = performance.now();
      this.#enqueue({ type: "close", reason, sinceMs, tried: undefined, resolve, reject });
    });
  }

  /** Lets the held S2 append session go; the next append opens another. Only when idle. Never rejects. */
  release(): Promise<void> {
    return this.#pipeline.release();
  }

  /** Forgets everything that is kept for later. Only when idle. Never rejects. */
  async dispose(): Promise<void> {
    this.#summary.drop();
    await this.release();
  }

  /** Resolves when nothing waits and nothing is on its way. */
  async whenIdle(): Promise<void> {
    while (!this.isIdle) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** The stream was erased by this process. */
  erased(): void {
    this.#pipeline.reset();
    this.#lost(new S2Failure("missing", "the session was erased"));
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
    else if (this.#phase === "closed" || this.#phase === "missing") this.#refuseAll(this.#phase);
    if (this.isIdle) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #refuseAll(phase: "closed" | "missing"): void {
    for (let waiting = this.#queue.take(); waiting !== undefined; waiting = this.#queue.take()) {
      if (waiting.type === "close") waiting.resolve(phase === "closed" ? "already-closed" : "missing");
      else waiting.resolve(phase === "closed" ? { type: "closed", reason: this.#closedReason } : MISSING);
    }
  }

  /** Proposes what waits, all of it in as few batches as it fits, unless enough is on its way already. */
  #send(): void {
    const proposals = this.#proposals;
    if (proposals === undefined) return;
    const records: NewRecord[] = [];
    while (!this.#pipeline.isFull) {
      const next = this.#queue.peek();
      if (next === undefined) break;
      if (next.type === "close") {
        if (records.length > 0 || !this.#pipeline.isEmpty) break;
        this.#queue.take();
        this.#phase = "closing";
        void this.#finish(next, proposals.durable);
        return;
      }
      if (!next.checked && proposals.isGap(next)) {
        if (records.length > 0 || !this.#pipeline.isEmpty) break;
        // What is missing here another server may have taken: ask the stream before saying so.
        next.checked = true;
        this.#phase = "recovering";
        void this.#recover();
        return;
      }
      this.#queue.take();
      records.push(...proposals.propose(next, this.#sessionOffsetMs));
    }
    if (records.length > 0) this.#pipeline.send(splitBatches(records));
    this.#answer(proposals);
  }

  #acked(tail: number): void {
    const proposals = this.#proposals;
    if (proposals === undefined) return;
    this.#failures = 0;
    const durable = proposals.acked(tail);
    for (const { frame, after } of durable) this.#heard(frame, after.state);
    this.#tell(
      durable.map(({ frame }) => frame),
      proposals.durable,
    );
    this.#answer(proposals);
    if (this.#ending !== undefined && this.#ending.tail <= tail) this.#ended(this.#ending);
    this.#kick();
  }

  #heard(frame: AppendedFrame, state: SessionState): void {
    const placed = { ...frame, size: frame.bytes.length };
    this.#summary.add(placed);
    this.#asks.heard(placed, state);
  }

  #tell(frames: readonly AppendedFrame[], { state, tail }: Position): void {
    if (frames.length > 0) this.#context.events.appended(this.#session, frames, state, tail);
  }

  #answer(proposals: Proposals): void {
    for (const certain of proposals.certain()) {
      certain.waiting.resolve(this.#outcome(certain, proposals.durable.state));
    }
  }

  #outcome({ proposal, waiting }: Certain, state: SessionState): AppendOutcome {
    const { acked } = proposal;
    if (proposal.type === "gap") return { type: "gap", expected: proposal.expected, acked };
    const wrote = proposal.frames.length > 0 || waiting.tried;
    return { type: wrote ? "appended" : "duplicate", acked, checkout: this.#asks.asked(state) };
  }

  /** What was on its way has an unknown outcome: forget the proposals and read on from what is known to be durable. */
  #lost(error: unknown): void {
    this.#queue.putBack(this.#proposals?.forget() ?? []);
    if (this.#ending !== undefined) this.#queue.putBack([this.#ending.waiting]);
    this.#ending = undefined;
    if (error instanceof S2Failure && error.kind === "missing") {
      this.#end("missing");
      return;
    }
    this.#failures += 1;
    this.#phase = "recovering";
    void this.#recover(error instanceof S2Failure ? error.tail : undefined);
  }

  /** Reads what the stream holds until it is known, or nobody waits for it any more. `tail`: what S2 has just said. */
  async #recover(tail?: number): Promise<void> {
    const { port, limits, random } = this.#context;
    const durable = this.#proposals?.durable;
    let known: number | undefined;
    if (tail !== undefined && durable !== undefined && this.#failures > 1) {
      known = await stepIn(port, this.#session, durable.timestampMs);
    } else if (this.#failures > 0) {
      // Others have appended, or S2 did not answer: a pause at random, so that those who met do not meet again.
      const longestMs = tail === undefined ? limits.maxBackoffMs : limits.meetingMs;
      await wait(backoffMs(tail === undefined ? this.#failures : 10, longestMs, random));
    }
    for (let attempt = 0; ; attempt++) {
      this.#expire();
      if (this.#phase !== "recovering") return;
      if (this.#queue.length === 0) break;
      try {
        const settled = await settle(port, this.#session, durable, attempt === 0 ? known : undefined);
        if (this.#phase === "recovering") this.#recovered(settled);
        return;
      } catch (error) {
        if (error instanceof S2Failure) {
          await wait(backoffMs(attempt, limits.maxBackoffMs, random));
          continue;
        }
        this.#reject(() => true, toRecorderError(error));
        break;
      }
    }
    this.#phase = "stale";
    this.#kick();
  }

  #recovered({ loaded, found, builder }: Settled): void {
    if (found === undefined) {
      this.#summary.drop();
      this.#asks = new CheckoutAsks();
    } else this.#catchUp(found);
    if (builder !== undefined) this.#summary.adopt(builder);
    if (loaded.type === "closed") this.#foundClosed(loaded.closed, loaded.tail);
    else if (loaded.type === "missing") this.#end("missing");
    else {
      this.#sessionOffsetMs ??= loaded.opened?.offsetMs;
      this.#proposals = this.#settleAt(loaded.position);
      this.#phase = "ready";
      this.#kick();
    }
  }

  /** Frames that turned out to be durable: our own, and those of others. */
  #catchUp(found: NonNullable<Settled["found"]>): void {
    for (const { frame, state } of found) this.#heard(frame, state);
    const frames = found.map(({ frame }) => frame);
    const last = found.at(-1);
    if (last !== undefined) {
      this.#context.events.appended(this.#session, frames, last.state, last.frame.nextSeqNum);
    }
  }

  /** Closed by another, or by ourselves without an ack. */
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

  #settleAt(position: Position): Proposals {
    this.#pipeline.startAt(position.tail);
    const proposals = this.#proposals ?? new Proposals(this.#session, position);
    proposals.settleAt(position);
    return proposals;
  }

  #end(phase: "closed" | "missing"): void {
    this.#phase = phase;
    this.#summary.drop();
    void this.release();
    this.#kick();
  }

  /** Gives up those that have waited too long: their SDKs send them again. */
  #expire(): void {
    const before = performance.now() - this.#context.limits.retryForMs;
    this.#reject(({ sinceMs }) => sinceMs < before, new RecorderError("unavailable", "S2 cannot be reached"));
  }

  #reject(which: (waiting: Waiting) => boolean, error: RecorderError): void {
    for (const waiting of this.#queue.takeAll(which)) waiting.reject(error);
  }

  /** Sends the summary, the fence and the closing record. Everything before is durable. */
  async #finish(waiting: WaitingClose, at: Position): Promise<void> {
    const summary = this.#summary.build(at.state);
    if (summary === undefined) {
      const read = await this.#readThrough(at).catch(toFailure);
      // Put back until it is known what became of it: it may be closed or erased by now.
      this.#queue.putBack([waiting]);
      if (this.#phase !== "closing") return this.#kick();
      if (read instanceof Error) {
        if (read instanceof RecorderError) this.#reject((other) => other === waiting, read);
        return this.#lost(read);
      }
      this.#recovered(read);
      return;
    }
    const nowMs = Math.floor(this.#context.clock());
    const { closed, batches } = planClosing(at, summary, at.state, waiting.reason, nowMs);
    waiting.tried = { closed, summary };
    const tail = at.tail + batches.reduce((sum, records) => sum + records.length, 0);
    this.#ending = { waiting, closed, summary, tail };
    this.#pipeline.send(batches);
  }

  /** Reads the whole stream, so that its summary is in memory from then on. */
  async #readThrough(from: Position): Promise<Settled> {
    const { port, summaries } = this.#context;
    const found: { frame: HeardFrame; state: SessionState }[] = [];
    const read = await summaries.run(() =>
      readThrough(port, this.#session, (frame, state) => {
        if (frame.seqNum >= from.settled) found.push({ frame, state });
      }),
    );
    return { loaded: read.loaded, found, builder: read.builder };
  }

  #ended({ waiting, closed, summary, tail }: Ending): void {
    this.#ending = undefined;
    this.#closedReason = closed.reason;
    this.#context.events.closed(this.#session, closed, summary, tail);
    waiting.resolve("closed");
    this.#end("closed");
  }
}

const MISSING: AppendOutcome = { type: "missing" };

const toRecorderError = (error: unknown): RecorderError =>
  error instanceof RecorderError ? error : new RecorderError("unavailable", "S2 failed", { cause: error });

const toFailure = (error: unknown): S2Failure | RecorderError =>
  error instanceof S2Failure ? error : toRecorderError(error);
