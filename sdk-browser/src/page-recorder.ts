import { deflateRaw, WINDOW_LEASE_MS, type WindowId, type WriterId } from "@reeltime/recorder/protocol/page";
import { type EndReason, emptyDraft, type Fetch, type Session, Uploader } from "@reeltime/recorder/uploader";
import { Capture } from "./capture.js";
import { clientInfo } from "./client-info.js";
import { guard, listen, type Undo } from "./guard.js";
import {
  createId,
  createSessionStore,
  keepVisit,
  markWindow,
  readVisit,
  takeWindowId,
  visitKey,
} from "./identity.js";
import { native } from "./native.js";
import type { InitOptions } from "./options.js";
import { keepStash, readStash } from "./stash.js";

/** Milliseconds without input after which a session that was closed is followed by a new one only when there is some again. */
const DORMANT_MS = 60_000;

/** What the page is told. */
export interface PageRecorderOptions extends InitOptions {
  readonly apiHost: string;
  /** The session is known, or another one. */
  readonly opened: (session: Session) => void;
  /** Recording ended for good, until it is started again. */
  readonly ended: (reason: EndReason) => void;
}

/** Records this page into the visitor's session, until it is stopped here or in another tab. */
export class PageRecorder {
  readonly capture: Capture;
  readonly #options: PageRecorderOptions;
  readonly #window: WindowId = takeWindowId();
  readonly #uploader: Uploader;
  readonly #undo: readonly Undo[];
  #ackMs = Date.now();
  #dormant = false;

  constructor(options: PageRecorderOptions) {
    this.#options = options;
    this.capture = new Capture(options, this.#window, (draft) => this.#uploader.push(draft));
    this.#uploader = this.#createUploader();
    this.#undo = this.#listen();
    void this.#resend();
    this.capture.start();
  }

  /** Sends what there is, closes the session for all tabs and stays stopped across page loads. */
  stop(): void {
    this.capture.stop();
    keepVisit(this.#options.projectKey, { ...readVisit(this.#options.projectKey), stopped: true });
    this.#uploader.stop({ ...emptyDraft("close", this.#window, Date.now()), inputMs: this.capture.inputMs });
    this.#halt("stopped");
  }

  #createUploader(): Uploader {
    const { apiHost, projectKey, opened } = this.#options;
    return new Uploader({
      apiHost,
      projectKey,
      client: () => clientInfo((url) => this.capture.address(url)),
      fetch: native("fetch").bind(globalThis) as Fetch,
      now: Date.now,
      random: Math.random,
      setTimer: (work, ms) => native("setTimeout")(work, ms),
      clearTimer: (timer) => native("clearTimeout")(timer as number),
      createWriter: () => createId() as WriterId,
      store: createSessionStore(projectKey),
      ...("CompressionStream" in globalThis && { deflate: deflateRaw }),
      beat: () =>
        this.capture.running
          ? { ...emptyDraft("beat", this.#window, Date.now()), inputMs: this.capture.inputMs }
          : undefined,
      checkout: () => this.capture.checkout(),
      acked: ({ watched, checkout }) => {
        const silentMs = Date.now() - this.#ackMs;
        this.#ackMs += silentMs;
        if (silentMs > WINDOW_LEASE_MS || checkout.includes(this.#window)) this.capture.checkout();
        this.capture.watch(watched);
      },
      opened: guard(opened),
      ended: (reason) => this.#ended(reason),
    });
  }

  #ended(reason: EndReason): boolean {
    if (reason === "stopped" || reason === "refused") {
      this.capture.stop();
      if (reason === "stopped") keepVisit(this.#options.projectKey, { stopped: true });
      this.#halt(reason);
      return false;
    }
    // An animation must not open one session after another: wait for a person.
    this.#dormant = Date.now() - (this.capture.inputMs ?? 0) > DORMANT_MS;
    if (this.#dormant) this.capture.stop();
    return !this.#dormant;
  }

  #listen(): readonly Undo[] {
    const { projectKey } = this.#options;
    return [
      listen(["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "touchmove"], (event) => {
        if (!event.isTrusted) return;
        this.capture.inputMs = Date.now();
        if (this.#dormant) this.capture.start();
        this.#dormant = false;
      }),
      listen(["visibilitychange" as "pageshow"], () => {
        this.#uploader.hidden = document.hidden;
        this.capture.flush();
      }),
      listen(["pagehide"], () => this.#leave()),
      listen(["pageshow"], ({ persisted }) => {
        if (persisted) this.#return();
      }),
      listen(["online"], () => this.#uploader.wake()),
      listen(["storage"], ({ key }) => {
        if (key !== visitKey(projectKey) || !readVisit(projectKey).stopped) return;
        this.capture.stop();
        this.#uploader.end();
        this.#halt("stopped");
      }),
    ];
  }

  #leave(): void {
    this.capture.flush();
    const leftover = this.#uploader.leave();
    markWindow(this.#window, false);
    if (leftover) keepStash(this.#stashKey, [...readStash(this.#stashKey), leftover]);
  }

  /** Back from the back-forward cache: all is still in memory. */
  #return(): void {
    markWindow(this.#window, true);
    this.capture.checkout();
    this.#uploader.wake();
  }

  async #resend(): Promise<void> {
    const settled = await Promise.all(
      readStash(this.#stashKey).map((leftover) => this.#uploader.resend(leftover)),
    );
    keepStash(
      this.#stashKey,
      readStash(this.#stashKey).filter((_, index) => settled[index] === false),
    );
  }

  get #stashKey(): string {
    return `${visitKey(this.#options.projectKey)}:left`;
  }

  #halt(reason: EndReason): void {
    for (const undo of this.#undo) undo();
    this.#options.ended(reason);
  }
}
