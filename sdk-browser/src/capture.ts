import type { FactType, WindowId } from "@reeltime/recorder/protocol/page";
import type { Draft } from "@reeltime/recorder/uploader";
import { Batcher } from "./batcher.js";
import { Checkouts } from "./checkouts.js";
import { factDetail, factText, watchPage } from "./facts.js";
import { guard, type Undo } from "./guard.js";
import { type InitOptions, recordOptions } from "./options.js";
import { type RecordedEvent, record, takeFullSnapshot } from "./rrweb.js";
import { createWords } from "./words.js";

/** rrweb's numbers for the events that frames begin and checkouts are made with. */
const FULL_SNAPSHOT = 2;
const META = 4;

/** What happens in one window, as drafts: rrweb's events and the facts, while it runs. */
export class Capture {
  /** Epoch ms of the last input of a person; `undefined` before there was any. */
  inputMs: number | undefined;
  readonly #options: InitOptions;
  readonly #batcher: Batcher;
  readonly #checkouts = new Checkouts(() => takeFullSnapshot(true));
  #undo: readonly (Undo | undefined)[] | undefined;
  #begun = false;

  /** `push` gets the frames in their order. */
  constructor(options: InitOptions, window: WindowId, push: (draft: Draft) => void) {
    this.#options = options;
    this.#batcher = new Batcher({
      window,
      inputMs: () => this.inputMs,
      push: (draft) => {
        push(draft);
        this.#checkouts.count(draft.rawBytes, draft.checkout);
      },
    });
  }

  /** Whether it runs. */
  get running(): boolean {
    return this.#undo !== undefined;
  }

  /** Begins, with a checkout as soon as there is a document. */
  start(): void {
    if (this.#undo) return;
    this.#begun = false;
    const rrweb = recordOptions(this.#options);
    this.#undo = [
      watchPage(
        (type, text, detail) => this.fact(type, text, detail),
        createWords(rrweb),
        () => this.address(location.href),
      ),
      // A page's shell at DOMContentLoaded is a better start than seconds of nothing while images load.
      record({
        ...rrweb,
        recordAfter: "DOMContentLoaded",
        emit: guard((event: RecordedEvent) => this.#emit(event)),
      }),
    ];
  }

  /** Ends, and gives away what was gathered. */
  stop(): void {
    this.flush();
    this.#checkouts.cancel();
    for (const undo of this.#undo ?? []) guard(undo ?? (() => {}))();
    this.#undo = undefined;
  }

  /** Takes a fact of the page's, or of its own. */
  fact(type: FactType, text: string, detail?: Readonly<Record<string, unknown>>): void {
    if (!this.#undo && this.#begun) return;
    this.#batcher.fact({
      type,
      atMs: Date.now(),
      text: factText(text),
      ...(detail && { detail: factDetail(detail) }),
    });
  }

  /** An address as it may be recorded. */
  address(url: string): string {
    try {
      return this.#options.maskUrl ? String(this.#options.maskUrl(url)) : url;
    } catch {
      return "";
    }
  }

  /** Ends the frame that is being gathered. */
  flush(): void {
    this.#batcher.flush();
  }

  /** Asks for a checkout, soon. */
  checkout(): void {
    if (this.#undo) this.#checkouts.ask();
  }

  /** Somebody is watching, or nobody is any more. */
  watch(watched: boolean): void {
    if (watched && !this.#batcher.watched) this.flush();
    this.#batcher.watched = watched;
  }

  #emit(event: RecordedEvent): void {
    if (event.type === META) {
      this.flush();
      this.#begun = true;
      event.data.href = this.address(event.data.href);
    }
    // What comes before the first picture (the page's own milestones) could not be played.
    if (this.#begun) this.#batcher.add(JSON.stringify(event), event.timestamp, event.type === FULL_SNAPSHOT);
  }
}
