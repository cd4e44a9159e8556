import {
  type Activity,
  AWAY_AFTER_MS,
  addActivity,
  emptyActivity,
  type SessionDetail,
  type SessionItem,
  type SessionStatus,
  type WindowId,
} from "@reeltime/recorder/protocol";
import { type BufferedFrame, surfaceKindOf } from "./buffered-frame.js";
import { MAX_FACTS, MAX_GAPS, MAX_INPUT_TIMES, SAME_INPUT_MS } from "./limits.js";
import { PictureIndex } from "./picture-index.js";
import type { PlayEvent } from "./play-event.js";
import { countUpTo, insertByTime } from "./sorted.js";
import type { Gap, PlayerFact } from "./state.js";

interface Activation {
  readonly atMs: number;
  readonly window: WindowId;
}

interface WindowTimes {
  firstMs: number;
  lastMs: number;
}

const byTime = ({ atMs }: { readonly atMs: number }): number => atMs;
const itself = (value: number): number => value;

/** Facts that show which window its user was in. */
const FOREGROUND: ReadonlySet<string> = new Set(["navigation", "click", "rage", "input"]);

/**
 * All that is known of a session beside its events: what the server listed, and what frames said since. Times
 * are epoch ms of the server's clock. Each frame counts once, however often it is read.
 */
export class SessionIndex {
  readonly startMs: number;
  /** Which windows are pictures, and of what. */
  readonly pictures = new PictureIndex();
  #item: SessionItem | undefined;
  #facts: PlayerFact[] = [];
  readonly #factKeys = new Set<string>();
  #factsCut = 0;
  #activations: Activation[] = [];
  #inputs: number[] = [];
  readonly #windows = new Map<WindowId, WindowTimes>();
  #gaps: Gap[] = [];
  #activity: Activity;
  /** Frames before this seqNum are in what the server listed. */
  #listedTo = 0;
  #countedTo = 0;
  #lastMs: number;
  #frameAt = Number.NEGATIVE_INFINITY;
  readonly #unplayable = new Set<number>();
  readonly #seenGaps = new Set<number>();
  /** Grows with each change; lets whoever draws compute only what changed. */
  version = 0;

  constructor(startMs: number) {
    this.startMs = startMs;
    this.#lastMs = startMs;
    this.#activity = emptyActivity(startMs);
  }

  get item(): SessionItem | undefined {
    return this.#item;
  }
  get facts(): readonly PlayerFact[] {
    return this.#facts;
  }
  get factsCut(): number {
    return this.#factsCut;
  }
  get activity(): Activity {
    return this.#activity;
  }
  get inputs(): readonly number[] {
    return this.#inputs;
  }
  get gaps(): readonly Gap[] {
    return this.#gaps;
  }
  get windows(): ReadonlyMap<WindowId, Readonly<WindowTimes>> {
    return this.#windows;
  }
  get unplayable(): number {
    return this.#unplayable.size;
  }
  /** Time of the newest thing known. */
  get lastMs(): number {
    return this.#lastMs;
  }
  /** True when nothing can follow. */
  get closed(): boolean {
    return this.#item?.status === "closed";
  }

  /** Takes what the server knows of the session. */
  learn(detail: SessionDetail): void {
    this.version += 1;
    this.#item = detail;
    this.#factsCut = detail.factsCut;
    this.#listedTo = detail.tail;
    this.#activity = detail.activity;
    this.#lastMs = Math.max(this.#lastMs, detail.lastMs);
    for (const { window, firstMs, lastMs } of detail.windows) this.#spanWindow(window, firstMs, lastMs);
    this.#addFacts(detail.facts);
  }

  /** Takes a change of the session that the server told of. */
  update(item: SessionItem): void {
    this.version += 1;
    this.#item = item;
    this.#lastMs = Math.max(this.#lastMs, item.lastMs);
  }

  /** Takes a frame. `nowMs` (the viewer's monotonic clock) for one that has only just come, else `undefined`. */
  add(buffered: BufferedFrame, nowMs: number | undefined): void {
    const { frame } = buffered;
    if (nowMs !== undefined) this.#frameAt = nowMs;
    if (frame === undefined) return;
    this.version += 1;
    this.#lastMs = Math.max(this.#lastMs, buffered.lastMs);
    const { seqNum } = buffered;
    if (buffered.facts.length > 0) {
      this.#addFacts(buffered.facts.map((fact) => ({ ...fact, seqNum, window: frame.window })));
    }
    if (buffered.inputMs !== undefined) this.#addInput(buffered.inputMs, frame.window);
    if (frame.lost !== undefined) this.#addGap(buffered);
    if (frame.kind === "dom" || frame.kind === "screen") {
      const kind = surfaceKindOf(buffered);
      if (kind === undefined) this.#unplayable.add(buffered.seqNum);
      else this.pictures.learnKind(frame.window, kind);
      this.#spanWindow(frame.window, buffered.firstMs, buffered.lastMs);
    }
    if (buffered.seqNum >= this.#listedTo && buffered.seqNum >= this.#countedTo) {
      this.#countedTo = buffered.seqNum + 1;
      this.#activity = addActivity(this.#activity, buffered.firstMs, frame.events);
    }
  }

  /** Takes what a picture's events say of it. */
  learnPicture(window: WindowId, events: readonly PlayEvent[]): void {
    this.pictures.learn(window, events);
  }

  /** Whether it is, or holds, the recording of a screen: its frames are larger than a page's. */
  get hasPictures(): boolean {
    return this.#item?.client.sdk.startsWith("desktop") === true || this.pictures.maybeDisplays.length > 0;
  }

  /** What the session is now: the server's word; `away` too when nothing was heard for long although all that comes is heard. */
  presence(nowMs: number, hearing: boolean): SessionStatus {
    const status = this.#item?.status ?? "live";
    if (status === "closed" || !Number.isFinite(this.#frameAt)) return status;
    if (nowMs - this.#frameAt < AWAY_AFTER_MS) return "live";
    return hearing ? "away" : status;
  }

  /**
   * Where the session's end is. While it runs and frames come it moves with the clock; it stands while nothing
   * can be known (no connection) and when its SDK is away.
   */
  edgeMs(nowMs: number, connected: boolean): number {
    if (!connected || this.closed || !Number.isFinite(this.#frameAt)) return this.#lastMs;
    return this.#lastMs + Math.min(AWAY_AFTER_MS, Math.max(0, nowMs - this.#frameAt));
  }

  /**
   * The window its user was in at a time: the last with an input, else the one that was there. Where a page and a picture
   * have the same input, the picture: it shows the page too.
   */
  windowAt(atMs: number): WindowId | undefined {
    const activation = this.#activations[countUpTo(this.#activations, atMs, byTime) - 1];
    if (activation !== undefined) return this.#pictureWith(activation) ?? activation.window;
    let first: readonly [WindowId, WindowTimes] | undefined;
    for (const entry of this.#windows)
      if (first === undefined || entry[1].firstMs < first[1].firstMs) first = entry;
    return first?.[0];
  }

  /** The last input at or before a time, and the next after it; the session's bounds where there is none. */
  inputsAround(atMs: number, endMs: number): { readonly lastMs: number; readonly nextMs: number } {
    const count = countUpTo(this.#inputs, atMs, itself);
    return { lastMs: this.#inputs[count - 1] ?? this.startMs, nextMs: this.#inputs[count] ?? endMs };
  }

  /** The first fact after a time. */
  factAfter(atMs: number): PlayerFact | undefined {
    return this.#facts[countUpTo(this.#facts, atMs, byTime)];
  }

  /** The last fact at or before a time. */
  factBefore(atMs: number): PlayerFact | undefined {
    return this.#facts[countUpTo(this.#facts, atMs, byTime) - 1];
  }

  /** The last navigation of a window at or before a time. */
  pageAt(window: WindowId, atMs: number): PlayerFact | undefined {
    for (let index = countUpTo(this.#facts, atMs, byTime) - 1; index >= 0; index--) {
      const fact = this.#facts[index];
      if (fact?.type === "navigation" && fact.window === window) return fact;
    }
    return undefined;
  }

  #addFacts(added: readonly PlayerFact[]): void {
    // A new list, so that whoever compares sees the change.
    const facts = [...this.#facts];
    const alike = new Map<string, number>();
    for (const fact of added) {
      // Not by its time: the server pulls an impossible one to its bound, and the frame has it as it was said.
      const said = `${fact.seqNum}:${fact.type}:${fact.text}`;
      const nth = alike.get(said) ?? 0;
      alike.set(said, nth + 1);
      const key = `${said}:${nth}`;
      if (this.#factKeys.has(key)) continue;
      if (facts.length >= MAX_FACTS) {
        this.#factsCut += 1;
        continue;
      }
      this.#factKeys.add(key);
      insertByTime(facts, fact, byTime);
      if (fact.window !== undefined && FOREGROUND.has(fact.type)) this.#addInput(fact.atMs, fact.window);
    }
    if (facts.length > this.#facts.length) this.#facts = facts;
  }

  #addInput(atMs: number, window: WindowId): void {
    const index = countUpTo(this.#inputs, atMs, itself);
    if (this.#inputs[index - 1] === atMs) return;
    this.#inputs.splice(index, 0, atMs);
    if (this.#inputs.length > MAX_INPUT_TIMES)
      this.#inputs = this.#inputs.filter((_, place) => place % 2 === 0);
    this.#activate(atMs, window);
  }

  #pictureWith({ atMs, window }: Activation): WindowId | undefined {
    if (this.pictures.kindOf(window) !== "dom") return undefined;
    for (let index = countUpTo(this.#activations, atMs + SAME_INPUT_MS, byTime) - 1; index >= 0; index--) {
      const other = this.#activations[index];
      if (other === undefined || other.atMs < atMs - SAME_INPUT_MS) return undefined;
      if (this.pictures.kindOf(other.window) === "screen") return other.window;
    }
    return undefined;
  }

  #activate(atMs: number, window: WindowId): void {
    // Also where the window before is the same: another's may yet turn out to lie between them.
    insertByTime(this.#activations, { atMs, window }, byTime);
    if (this.#activations.length <= MAX_INPUT_TIMES) return;
    this.#activations = this.#activations.filter(
      (activation, index, all) => activation.window !== all[index - 1]?.window,
    );
    if (this.#activations.length > MAX_INPUT_TIMES / 2)
      this.#activations = this.#activations.filter((_, index) => index % 2 === 0);
  }

  #spanWindow(window: WindowId, firstMs: number, lastMs: number): void {
    const times = this.#windows.get(window);
    if (times === undefined) {
      this.#windows.set(window, { firstMs, lastMs });
      this.#activate(firstMs, window);
    } else {
      times.firstMs = Math.min(times.firstMs, firstMs);
      times.lastMs = Math.max(times.lastMs, lastMs);
    }
  }

  #addGap({ seqNum, offsetMs, frame }: BufferedFrame): void {
    if (frame?.lost === undefined || this.#seenGaps.has(seqNum) || this.#gaps.length >= MAX_GAPS) return;
    this.#seenGaps.add(seqNum);
    const { fromMs, toMs, events, reason } = frame.lost;
    const move = offsetMs - this.startMs;
    this.#gaps = [...this.#gaps, { fromMs: fromMs + move, toMs: toMs + move, events, reason }];
  }
}
