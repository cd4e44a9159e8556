import type { WriterId } from "@reeltime/recorder/protocol";
import { type Draft, type Entry, type Keeper, lostDraft, MAX_BATCH_BYTES } from "@reeltime/recorder/uploader";
import type { Journal, JournalRecord, Place } from "./journal.js";
import type { Ledger } from "./ledger.js";
import { CHECKOUT_AFTER_MS } from "./limits.js";
import { addId, draftHead, entryOf, type QueueState } from "./records.js";
import { type FoundQueue, idRuns } from "./recovery.js";

/** A frame that waits. */
interface Kept {
  readonly entry: Entry;
  readonly id: number;
  /** `undefined` while it is in memory alone. */
  place: Place | undefined;
  /** Bytes of its body, wherever that is. */
  readonly bytes: number;
  /** Its body is in memory. */
  isHere: boolean;
  /** Its body stays there: it is about to be sent. */
  isPinned: boolean;
  isGone: boolean;
}

/** What a queue stands on. */
export interface QueueOptions {
  readonly queue: number;
  readonly run: number;
  /** `undefined`: memory alone. */
  readonly journal: Journal | undefined;
  readonly ledger: Ledger;
  readonly clock: () => number;
  readonly maxAgeMs: number;
  readonly createWriter: () => WriterId;
  readonly askCheckout: () => void;
  /** When what waits in the whole run began. */
  readonly startMs: () => number | undefined;
  /** Something is not waited for any longer. */
  readonly onLetGo: () => void;
}

const NOTHING = new Uint8Array();

/** Events of what is not told as a loss itself. */
const eventsOf = (kept: readonly Kept[]): number =>
  kept.reduce((sum, { entry }) => sum + (entry.kind === "lost" ? 0 : entry.events), 0);

const lostBy = (kept: readonly Kept[]): number =>
  kept.reduce((sum, { entry }) => sum + (entry.kind === "lost" ? entry.events : 0), 0);

/** What one uploader's queue is on the disk. Mirrors it: same entries, same order. */
export class SpoolQueue implements Keeper {
  readonly held: Entry[];
  readonly firstNumber: number;
  readonly #options: QueueOptions;
  #kept: Kept[] = [];
  #lostSent = 0;
  /** What may be kept again, until this turn ends. */
  #before: Map<Entry, Kept> | undefined;
  #writer: WriterId | undefined;
  #number: number;
  #nextId = 0;
  #isRestored: boolean;
  #close: Draft | undefined;
  #isDetached = false;

  constructor(options: QueueOptions, found?: FoundQueue) {
    this.#options = options;
    this.#isRestored = found !== undefined;
    this.#writer = found?.writer;
    this.firstNumber = this.#number = found?.firstNumber ?? 0;
    for (const { id, entry, place } of found?.frames ?? []) {
      const bytes = place?.bytes ?? 0;
      const isHere = place === undefined;
      this.#kept.push({ entry, id, place, bytes, isHere, isPinned: false, isGone: false });
      options.ledger.add(bytes, 0);
      this.#nextId = Math.max(this.#nextId, id + 1);
    }
    this.held = this.#kept.map(({ entry }) => entry);
    this.#close = found?.close && entryOf(found.close);
  }

  /** What is to be sent last, once nothing waits in the run. */
  get close(): Draft | undefined {
    return this.#close;
  }

  /** The run was stopped: this is for later. */
  stopWith(close: Draft): void {
    const { journal, queue } = this.#options;
    this.#close = close;
    journal?.append({ head: { type: "stop", queue, close: draftHead(close) } });
  }

  get isEmpty(): boolean {
    return this.#kept.length === 0;
  }

  get waiting(): number {
    return this.#kept.length;
  }

  /** Of the oldest that waits. */
  get firstMs(): number | undefined {
    return this.#kept[0]?.entry.firstMs;
  }

  /** When somebody did something last, as the newest that waits says. */
  get inputMs(): number | undefined {
    return this.#kept.at(-1)?.entry.inputMs;
  }

  get isFull(): boolean {
    // What waited already waits on.
    return this.#before === undefined && this.#options.ledger.isFull;
  }

  readonly startMs = (): number | undefined => this.#options.startMs();

  /**
   * Gives the uploader its writer's id. Asked again, the uploader has begun anew: what is too old loses its checkouts, so
   * that it is lost up to one that is not, and told so.
   */
  readonly createWriter = (): WriterId => {
    const { queue, run, createWriter, journal } = this.#options;
    if (this.#isRestored && this.#writer !== undefined) {
      this.#isRestored = false;
      return this.#writer;
    }
    const writer = createWriter();
    this.#writer = writer;
    this.#number = 0;
    journal?.append({ head: { type: "writer", queue, run, writer } });
    if (this.#kept.length > 0) this.#forget();
    return writer;
  };

  /** What happens from now on is not kept: what waits is for another process. */
  detach(): void {
    this.#isDetached = true;
  }

  keep(entry: Entry, place?: number): void {
    if (this.#isDetached) return;
    const again = this.#before?.get(entry);
    if (again !== undefined && place === undefined) {
      this.#before?.delete(entry);
      this.#kept.push(again);
      this.#keepAgain(again.id);
      return;
    }
    const { journal, ledger, queue } = this.#options;
    const bytes = entry.body.length;
    const id = this.#nextId++;
    const kept: Kept = { entry, id, place: undefined, bytes, isHere: true, isPinned: false, isGone: false };
    ledger.add(bytes, bytes);
    if (place === undefined) this.#kept.push(kept);
    else {
      const [replaced] = this.#kept.splice(place, 1, kept);
      if (replaced !== undefined) this.#free([replaced], 0);
    }
    const written = (at: Place | undefined): void => this.#written(kept, at);
    const head = { type: "frame", queue, id, place, draft: draftHead(entry) } as const;
    journal?.append({ head, body: entry.body, written });
  }

  letGo(count: number): void {
    if (this.#isDetached) return;
    const gone = this.#kept.splice(0, count);
    if (Number.isFinite(count)) this.#lostSent += lostBy(gone);
    // A machine that lost its power may have sent more than was left on its disk.
    const numbers = Number.isFinite(count) ? count : gone.length;
    this.#number += numbers;
    if (numbers > 0) this.#free(gone, numbers);
    this.#options.onLetGo();
  }

  async prepare(most: number): Promise<number> {
    this.#prepareForEnd();
    await this.#options.journal?.settled();
    let count = 0;
    let bytes = 0;
    for (const kept of this.#kept.slice(0, most)) {
      if (!kept.isHere) await this.#load(kept);
      kept.isPinned = true;
      count += 1;
      // No frame is smaller than its body, so the uploader takes none after this one.
      bytes += kept.entry.body.length;
      if (bytes > MAX_BATCH_BYTES) break;
    }
    return Math.max(1, count);
  }

  /**
   * Events that were lost, as those that wait and those that were acknowledged tell; once another process is to send them, also
   * those that wait in the memory of this one alone.
   */
  get lost(): number {
    const nowhere = this.#isDetached ? this.#kept.filter(({ place }) => place === undefined) : [];
    return this.#lostSent + lostBy(this.#kept) + eventsOf(nowhere);
  }

  /** The session may be closed before this is sent, and then goes on with a checkout. */
  #prepareForEnd(): void {
    const { clock, askCheckout } = this.#options;
    const waitsSinceMs = this.firstMs ?? Number.POSITIVE_INFINITY;
    if (clock() - waitsSinceMs < CHECKOUT_AFTER_MS) return;
    if (!this.#kept.some(({ entry }) => entry.checkout)) askCheckout();
  }

  /** As all that was appended to the journal has it. */
  state(): QueueState | undefined {
    const { queue, run } = this.#options;
    const ids = idRuns(this.#kept.map(({ id }) => id));
    const close = this.#close && draftHead(this.#close);
    return this.#writer && { queue, run, writer: this.#writer, firstNumber: this.#number, ids, close };
  }

  /** What waits and lies nowhere. */
  unwritten(): readonly JournalRecord[] {
    const { queue } = this.#options;
    return this.#kept
      .filter(({ place }) => place === undefined)
      .map((kept) => ({
        head: { type: "content", queue, id: kept.id, draft: draftHead(kept.entry) },
        body: kept.entry.body,
        written: (at) => this.#written(kept, at),
      }));
  }

  #forget(): void {
    const { clock, maxAgeMs } = this.#options;
    const oldestMs = clock() - maxAgeMs;
    const before = new Map(this.#kept.map((kept) => [kept.entry, kept]));
    for (const { entry } of this.#kept) {
      if (entry.lastMs >= oldestMs) break;
      // What has no events is of no weight, and stays.
      if (entry.events === 0) continue;
      entry.checkout = false;
      entry.why = "storage";
    }
    this.#kept = [];
    this.#before = before;
    queueMicrotask(() => {
      this.#before = undefined;
      if (before.size === 0) return;
      this.#free([...before.values()], 0);
      this.#options.onLetGo();
    });
  }

  #keepAgain(id: number): void {
    const { journal, queue } = this.#options;
    const added = journal?.amend((head) => {
      if (head.type !== "again" || head.queue !== queue) return undefined;
      // Amended in place: a hundred thousand ids one after another are one run.
      addId(head.ids as [number, number][], id);
      return head;
    });
    if (!added) journal?.append({ head: { type: "again", queue, ids: [[id, 1]] } });
  }

  /** `count`: how many of the oldest that were. */
  #free(all: readonly Kept[], count: number): void {
    const { journal, ledger, queue } = this.#options;
    for (const kept of all) {
      kept.isGone = true;
      ledger.remove(kept.bytes, kept.isHere ? kept.bytes : 0);
    }
    // Its segment may go only after it is written that nobody waits for it.
    const written = (): void => {
      for (const { place } of all) if (place !== undefined) place.segment.waiting -= 1;
    };
    journal?.append({ head: { type: "gone", queue, count }, written });
  }

  #written(kept: Kept, place: Place | undefined): void {
    if (place === undefined) return;
    kept.place = place;
    place.segment.waiting += 1;
    const { ledger } = this.#options;
    if (!ledger.hasMuchInMemory || kept.isPinned || kept.isGone || !kept.isHere) return;
    kept.isHere = false;
    kept.entry.body = NOTHING;
    ledger.unload(kept.bytes);
  }

  async #load(kept: Kept): Promise<void> {
    const { journal, ledger } = this.#options;
    try {
      if (journal === undefined || kept.place === undefined) throw new Error("the frame lies nowhere");
      kept.entry.body = await journal.read(kept.place);
    } catch (error) {
      // Too many files are open: the uploader tries again.
      if (/^E[MN]FILE$/.test(String((error as NodeJS.ErrnoException).code))) throw error;
      // What cannot be read is lost; its number stands.
      Object.assign(kept.entry, lostDraft(kept.entry, "storage"));
    }
    kept.isHere = true;
    if (!kept.isGone) ledger.load(kept.bytes);
  }
}
