/** As much of an rrweb event as cutting frames needs. */
export interface CorpusEvent {
  readonly type: number;
  readonly timestamp: number;
}

/** The sessions' names. `REELTIME_CORPUS` names another folder of `*.json.gz`. */
export function corpusNames(): readonly string[];
/** One session's rrweb events. */
export function corpusEvents(name: string): readonly CorpusEvent[];
/** Whether a batch of events is a checkout: playback can start from it. */
export function isCheckout(events: readonly CorpusEvent[]): boolean;
/** Cuts a session into frames' worths, as the SDK does when nobody watches. */
export function cutEvents(events: readonly CorpusEvent[]): Generator<readonly CorpusEvent[]>;
