/** What writers asked for and what they heard: the truth that a store is held to after a fall. */

/** A place in a stream. */
export interface Place {
  readonly seqNum: number;
  readonly timestamp: number;
}

/** What a record does beside being there. */
export type Effect =
  | { readonly kind: "data" }
  | { readonly kind: "fence"; readonly token: string }
  | { readonly kind: "trim"; readonly before: number };

/** A record as it was sent. The body of a command is what S2 wants there. */
export interface SentRecord {
  readonly effect: Effect;
  readonly header: readonly [string, string] | undefined;
  readonly body: Buffer;
}

/** One append. The first record is data, and its body begins with the append's id. */
export interface Append {
  readonly id: string;
  /** Appends of a lane were sent in order, each only valid after those before it. */
  readonly lane: string;
  readonly records: readonly SentRecord[];
  readonly sentMs: number;
  /** Where it is, and when the client heard so. */
  ack: { readonly start: Place; readonly end: Place; readonly heardMs: number } | undefined;
}

/** A step that came wholly after the one before it: sent, and at some time heard of. */
export interface Step<T> {
  readonly value: T;
  readonly sentMs: number;
  heardMs: number | undefined;
}

/** A stream from its creation to its deletion. */
export interface Life {
  readonly created: Step<undefined>;
  deleted: Step<undefined> | undefined;
  /** By id, in the order in which they were sent. Those wholly trimmed are forgotten. */
  readonly appends: Map<string, Append>;
  /** Ages of retention it was told to keep: a number in the config that is easy to tell apart. */
  readonly ages: Step<number>[];
  /** What the forgotten appends left behind. */
  base: { fence: string; trimPoint: number; end: Place };
}

/** One name, and the streams that had it one after the other. */
export interface NamedStream {
  readonly basin: string;
  readonly name: string;
  readonly lives: Life[];
}

/** Everything that was asked for. */
export interface Ledger {
  readonly streams: readonly NamedStream[];
  /** By basin: ages of retention for new streams, as its config was told. */
  readonly basins: ReadonlyMap<string, Step<number>[]>;
}

/** A moment of the past: what was heard before it must be there, what was sent after it cannot. */
export interface Moment {
  readonly ms: number;
}

/** After everything: what was heard must be there, what was sent may be. */
export const NOW: Moment = { ms: Number.POSITIVE_INFINITY };

/** Begins a step. The clock is Date.now() throughout: whole milliseconds, rounded down. */
export function step<T>(value: T): Step<T> {
  return { value, sentMs: Date.now(), heardMs: undefined };
}

/** Begins a stream's life. */
export function newLife(age: number): Life {
  const created = step(undefined);
  return {
    created,
    deleted: undefined,
    appends: new Map(),
    ages: [{ value: age, sentMs: created.sentMs, heardMs: undefined }],
    base: { fence: "", trimPoint: 0, end: { seqNum: 0, timestamp: 0 } },
  };
}

/** The life that may be going on now. */
export function currentLife(stream: NamedStream): Life | undefined {
  const last = stream.lives.at(-1);
  return last?.deleted === undefined ? last : undefined;
}

/** Whether it had certainly been heard of before the moment: the clock's millisecond was over. */
export function isHeard(heardMs: number | undefined, moment: Moment): boolean {
  return heardMs !== undefined && heardMs + 1 <= moment.ms;
}

/** What a sequence of steps may have led to at a moment: the last one heard of, and those sent since. */
export function possible<T>(steps: readonly Step<T>[], moment: Moment): T[] {
  let heard = -1;
  for (const [index, { heardMs }] of steps.entries()) if (isHeard(heardMs, moment)) heard = index;
  return steps
    .filter(({ sentMs }, index) => index === heard || (index > heard && sentMs <= moment.ms))
    .map(({ value }) => value);
}

/** What a name may be at a moment: nothing, or this life, and whether a deletion of it may be under way. */
export function possibleLives(stream: NamedStream, moment: Moment): ReadonlySet<Life | undefined> {
  // Lives and what is between them follow each other: nothing, the first, nothing, the second, …
  const steps: Step<Life | undefined>[] = [{ value: undefined, sentMs: 0, heardMs: 0 }];
  for (const life of stream.lives) {
    steps.push({ ...life.created, value: life });
    if (life.deleted !== undefined) steps.push({ ...life.deleted, value: undefined });
  }
  return new Set(possible(steps, moment));
}
