/**
 * What Reeltime needs of S2, in types of our own: the rest of the package knows no SDK, and tests put
 * themselves in between.
 */

/** A record to be appended. Names and values of headers are UTF-8. */
export interface NewRecord {
  /** Epoch ms, a whole number: session streams are `client-require`. */
  readonly timestampMs: number;
  /** `[name, value]`; S2's own command is the single pair `["", "fence"]`. */
  readonly headers: readonly (readonly [string, string | Uint8Array])[];
  readonly body: Uint8Array;
}

/** A record as S2 has it. */
export interface StoredRecord extends Omit<NewRecord, "headers"> {
  readonly seqNum: number;
  readonly headers: readonly (readonly [string, Uint8Array])[];
}

/** Records that are appended all together or not at all: at most 1000, at most 1 MiB as S2 meters them. */
export interface Batch {
  readonly records: readonly NewRecord[];
  readonly matchSeqNum?: number;
  readonly fencingToken?: string;
}

/** Where a batch was put: `endSeqNum` exclusive; `endTimestampMs` is of its last record, as S2 corrected it. */
export interface BatchAck {
  readonly startSeqNum: number;
  readonly endSeqNum: number;
  readonly endTimestampMs: number;
}

/** One held S2 append session. */
export interface AppendChannel {
  /** Sends a batch without waiting for those before; rejects with {@link S2Failure}, and then so do all later ones. */
  submit(batch: Batch): Promise<BatchAck>;
  /** Lets it go once all is acked. Never rejects. */
  close(): Promise<void>;
  /** Lets it go at once; what was sent may or may not be appended. */
  abort(): void;
}

/** Where a read starts. */
export type ReadStart =
  | { readonly seqNum: number }
  | { readonly timestampMs: number }
  | { readonly tailOffset: number };

/** How a stream is made. */
export interface NewStream {
  readonly timestamping: "client-require" | "arrival";
  /** Seconds its records are kept; `undefined`: for ever. */
  readonly ageSecs: number | undefined;
  /** Seconds after which S2 removes the stream once it is empty; `undefined`: never. */
  readonly deleteOnEmptySecs: number | undefined;
}

/** What following a stream gives: records, and each tail up to which everything was given. */
export type Tailed =
  | { readonly type: "record"; readonly record: StoredRecord }
  | { readonly type: "tail"; readonly tail: number };

/** What went wrong with a call. `unavailable` after an append means that its outcome is unknown. */
export type S2FailureKind =
  /** The stream is not there, or is being deleted. */
  | "missing"
  /** `matchSeqNum` did not match: others have appended, or our own append did that we did not hear of. */
  | "seq_mismatch"
  /** Another fence is set. */
  | "fenced"
  /** It exists already. */
  | "exists"
  /** Everything else: not reached, overloaded, cut, timed out, refused. */
  | "unavailable";

/** The one error that the port throws. */
export class S2Failure extends Error {
  readonly kind: S2FailureKind;
  /** With `seq_mismatch`: the stream's tail just then. */
  readonly tail: number | undefined;

  constructor(
    kind: S2FailureKind,
    message: string,
    options: { readonly cause?: unknown; readonly tail?: number | undefined } = {},
  ) {
    super(message, options);
    this.name = "S2Failure";
    this.kind = kind;
    this.tail = options.tail;
  }
}

/** S2, as far as Reeltime uses it. Every call rejects with {@link S2Failure} only. */
export interface S2Port {
  /** Makes the basin unless it is there. An existing one keeps its configuration. */
  ensureBasin(): Promise<void>;
  /** Makes a stream; `exists` when it is there already, whatever its configuration. */
  createStream(name: string, config: NewStream): Promise<"created" | "exists">;
  deleteStream(name: string): Promise<"deleted" | "missing">;
  /** Names in lexicographic order, strictly after `startAfter`, without those being deleted. */
  listStreams(query: {
    readonly prefix: string;
    readonly startAfter?: string;
    readonly limit: number;
  }): Promise<{ readonly names: readonly string[]; readonly next: string | undefined }>;
  /** One append by itself, tried once. */
  append(stream: string, batch: Batch): Promise<BatchAck>;
  /** A held append session; opened by its first batch. */
  openAppends(stream: string): AppendChannel;
  /** Up to `count` records and about 1 MiB; none when the start is at or beyond the tail. */
  read(stream: string, start: ReadStart, count?: number): Promise<readonly StoredRecord[]>;
  /** seqNum of the record that would be appended next. */
  tail(stream: string): Promise<number>;
  /** One read session from a seqNum on, until `signal`; throws when it breaks. */
  follow(stream: string, fromSeqNum: number, signal: AbortSignal): AsyncIterable<Tailed>;
  /** Lets all connections go. */
  close(): Promise<void>;
}
