import type { Asked, Operation } from "./history.js";

/** Whether a history is linearizable. */
export type Verdict =
  | {
      readonly linearizable: true;
      /** Operations that were put in order. */
      readonly operations: number;
      /** Open appends that must have happened. */
      readonly happened: number;
      /** Times that a choice between open appends had to be taken back. */
      readonly takenBack: number;
    }
  | { readonly linearizable: false; readonly reason: string };

type Append = Asked & { readonly op: "append" };

/** In the order beside operations: the server fell, and what was open until then is over. */
const FALL = -1;

/** A step that was taken, and the others that might have been taken in its place. */
interface Choice {
  readonly trailLength: number;
  readonly others: readonly number[];
}

/**
 * Looks for an order of a log's operations in which each takes effect at one moment between its call and
 * its return, and each was told what is true at that moment: Wing and Gong's search, as in Porcupine.
 *
 * A log makes it short. What changes nothing is put in as soon as it is true, which is never worse than
 * later: between two falls, since a fall ends what was open. Of appends, an acknowledged one says its place,
 * and a read says whose record is where; so only open appends that nobody read leave a choice, and states
 * that failed are not tried again.
 */
export function checkHistory(history: readonly Operation[]): Verdict {
  return new Search(history).run();
}

class Search {
  readonly #operations: readonly Operation[];
  /** Indices of those that were answered, by call and by return. */
  readonly #byCall: readonly number[];
  readonly #byReturn: readonly number[];
  readonly #open: readonly number[];
  /** The record at each number, as told by anybody. */
  readonly #known: string[] = [];
  /** Numbers that acknowledged appends have. */
  readonly #taken: boolean[] = [];

  // The state, and what was done to reach it, in order.
  readonly #log: string[] = [];
  readonly #fences: string[] = [""];
  readonly #done: boolean[];
  readonly #trail: number[] = [];
  /** The times of the falls that are in order. */
  readonly #falls: number[] = [];
  #answeredLeft: number;
  readonly #choices: Choice[] = [];
  readonly #failed = new Set<string>();
  #takenBack = 0;
  /** The longest order found, to say what stood in its way. */
  #best = { length: -1, reason: "" };

  constructor(history: readonly Operation[]) {
    this.#operations = [...history].sort((a, b) => a.called - b.called);
    const indices = this.#operations.map((_, index) => index);
    const isOpen = (index: number) => this.#at(index).told.as === "open";
    this.#byCall = indices.filter((index) => !isOpen(index));
    this.#byReturn = [...this.#byCall].sort((a, b) => this.#at(a).returned - this.#at(b).returned);
    this.#open = indices.filter(isOpen);
    this.#done = indices.map(() => false);
    this.#answeredLeft = this.#byCall.length;
  }

  run(): Verdict {
    const contradiction = this.#learn();
    if (contradiction !== undefined) return { linearizable: false, reason: contradiction };
    for (;;) {
      this.#putInWhatIsTrue();
      if (this.#answeredLeft === 0) {
        const inOrder = this.#trail.filter((index) => index !== FALL);
        const happened = inOrder.filter((index) => this.#at(index).told.as === "open").length;
        const { length: operations } = inOrder;
        return { linearizable: true, operations, happened, takenBack: this.#takenBack };
      }
      if (this.#goOn()) continue;
      this.#noteHowFar();
      if (!this.#goBack()) return { linearizable: false, reason: this.#best.reason };
    }
  }

  #at(index: number): Operation {
    const operation = this.#operations[index];
    if (operation === undefined) throw new RangeError(`no operation ${index}`);
    return operation;
  }

  /** What everybody was told about places together. Returns two answers that cannot both be true. */
  #learn(): string | undefined {
    for (const index of this.#byCall) {
      const { asked, told } = this.#at(index);
      if (told.as === "acked" && asked.op === "append") {
        if (told.end - told.start !== asked.records.length)
          return `an ack has a wrong length: ${this.#describe(index)}`;
        for (let at = told.start; at < told.end; at++) {
          if (this.#taken[at] === true) return `two appends were acknowledged at ${at}`;
          this.#taken[at] = true;
        }
      }
      const records =
        told.as === "records"
          ? told.records
          : told.as === "acked" && asked.op === "append"
            ? asked.records
            : [];
      const from = told.as === "records" ? told.from : told.as === "acked" ? told.start : 0;
      for (const [offset, record] of records.entries()) {
        const known = this.#known[from + offset] ?? record;
        this.#known[from + offset] = known;
        if (known !== record) return `${from + offset} was told to be ${known} and ${record}`;
      }
    }
    return undefined;
  }

  /** The earliest return of what is answered and not in order yet: what was called later must wait. */
  #firstReturn(): number {
    for (const index of this.#byReturn) if (!this.#done[index]) return this.#at(index).returned;
    return Number.POSITIVE_INFINITY;
  }

  /** The next fall that ends something open; infinite when there is none. */
  #nextFall(): number {
    const last = this.#falls.at(-1) ?? -1;
    let next = Number.POSITIVE_INFINITY;
    for (const index of this.#open) {
      const { returned } = this.#at(index);
      if (!this.#done[index] && returned > last && returned < next) next = returned;
    }
    return next;
  }

  /** What was called later cannot be next. */
  #horizon(): number {
    return Math.min(this.#firstReturn(), this.#nextFall());
  }

  #putInWhatIsTrue(): void {
    for (let again = true; again; ) {
      again = false;
      const horizon = this.#horizon();
      for (const index of this.#byCall) {
        if (this.#at(index).called > horizon) break;
        if (this.#done[index] || !this.#isTrueNow(this.#at(index))) continue;
        this.#put(index);
        again = true;
      }
    }
  }

  /** Whether an operation that changes nothing was told what is so now. */
  #isTrueNow({ asked, told }: Operation): boolean {
    const length = this.#log.length;
    switch (told.as) {
      case "tail":
        return told.seqNum === length;
      case "records": {
        const end = told.from + told.records.length;
        return told.toTail ? end === length : end <= length; // what they are is known by now
      }
      case "fence mismatch":
        return (
          asked.op === "append" &&
          told.current === this.#fence &&
          asked.fencingToken !== undefined &&
          asked.fencingToken !== told.current
        );
      case "number mismatch":
        return (
          asked.op === "append" &&
          told.next === length &&
          asked.matchSeqNum !== undefined &&
          asked.matchSeqNum !== length &&
          (asked.fencingToken === undefined || asked.fencingToken === this.#fence)
        );
      case "acked":
      case "open":
        return false;
    }
  }

  get #fence(): string {
    return this.#fences.at(-1) ?? "";
  }

  /** Takes the next append, or a fall. Returns false when there is no way on. */
  #goOn(): boolean {
    const [first, ...others] = this.#steps();
    if (first === undefined) return false;
    if (others.length > 0) {
      const key = this.#stateKey();
      if (this.#failed.has(key)) return false;
      this.#failed.add(key); // met again, it has failed: each way on from here is tried only once
      this.#choices.push({ trailLength: this.#trail.length, others });
    }
    this.#put(first);
    return true;
  }

  /** What may be next: an append of this place, or a fall. The likeliest first. */
  #steps(): number[] {
    const horizon = this.#horizon();
    const steps = this.#byCall.filter((index) => {
      const { called, asked, told } = this.#at(index);
      if (called > horizon || this.#done[index] || told.as !== "acked" || asked.op !== "append") return false;
      return told.start === this.#log.length && this.#holds(asked);
    });
    const open = this.#open.filter((index) => this.#mayBeNext(this.#at(index), index, horizon));
    const fall = this.#nextFall() < this.#firstReturn() ? [FALL] : [];
    const isRead = this.#known[this.#log.length] !== undefined;
    return [...steps, ...(isRead ? [...open, ...fall] : [...fall, ...open])];
  }

  /** Whether an open append may be next: it is not over, and its places are nobody else's. */
  #mayBeNext({ asked, called, returned }: Operation, index: number, horizon: number): boolean {
    if (asked.op !== "append" || this.#done[index] || called > horizon) return false;
    if (returned <= (this.#falls.at(-1) ?? -1) || !this.#holds(asked)) return false;
    return asked.records.every((record, offset) => {
      const at = this.#log.length + offset;
      return this.#taken[at] !== true && (this.#known[at] ?? record) === record;
    });
  }

  /** Whether it is an append that took effect. */
  #changes({ told }: Pick<Operation, "told">): boolean {
    return told.as === "open" || told.as === "acked";
  }

  #holds({ fencingToken, matchSeqNum }: Append): boolean {
    if (fencingToken !== undefined && fencingToken !== this.#fence) return false;
    return matchSeqNum === undefined || matchSeqNum === this.#log.length;
  }

  #put(index: number): void {
    if (index === FALL) {
      this.#falls.push(this.#nextFall());
      this.#trail.push(FALL);
      return;
    }
    const { asked, told } = this.#at(index);
    this.#done[index] = true;
    this.#trail.push(index);
    if (told.as !== "open") this.#answeredLeft--;
    if (asked.op !== "append" || !this.#changes({ told })) return;
    this.#log.push(...asked.records);
    this.#fences.push(asked.setsFence ?? this.#fence);
  }

  #takeOut(): void {
    const index = this.#trail.pop();
    if (index === undefined) return;
    if (index === FALL) {
      this.#falls.pop();
      return;
    }
    const { asked, told } = this.#at(index);
    this.#done[index] = false;
    if (told.as !== "open") this.#answeredLeft++;
    if (asked.op !== "append" || !this.#changes({ told })) return;
    this.#log.length -= asked.records.length;
    this.#fences.pop();
  }

  /** Back to the last choice that has another way. */
  #goBack(): boolean {
    for (let choice = this.#choices.pop(); choice !== undefined; choice = this.#choices.pop()) {
      while (this.#trail.length > choice.trailLength) this.#takeOut();
      const [next, ...others] = choice.others;
      if (next === undefined) continue;
      this.#takenBack++;
      this.#choices.push({ trailLength: choice.trailLength, others });
      this.#put(next);
      return true;
    }
    return false;
  }

  /** The state that a choice was made in: the log, and what is in order. */
  #stateKey(): string {
    const log = this.#trail.filter((index) => index !== FALL && this.#changes(this.#at(index)));
    return `${log.join()} ${[...this.#trail].sort((a, b) => a - b).join()}`;
  }

  #noteHowFar(): void {
    if (this.#trail.length <= this.#best.length) return;
    const stuck = this.#byReturn.find((index) => !this.#done[index]) ?? 0;
    const state = `${this.#log.length} records and the fence "${this.#fence}"`;
    const reason = `after ${this.#trail.length} steps, with ${state}, nothing explains ${this.#describe(stuck)}`;
    this.#best = { length: this.#trail.length, reason };
  }

  #describe(index: number): string {
    const { client, asked, told, called, returned } = this.#at(index);
    return `${client} ${JSON.stringify(asked)} → ${JSON.stringify(told).slice(0, 200)} (${called}–${returned})`;
  }
}
