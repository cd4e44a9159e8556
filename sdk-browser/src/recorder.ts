import { WINDOW_LEASE_MS, type WindowId, type WriterId } from "@reeltime/recorder/protocol/page";
import {
  createUploader,
  type EndReason,
  type Leftover,
  MAX_QUEUE_BYTES,
  type Session,
} from "@reeltime/recorder/uploader";
import { createCapture } from "./capture.js";
import type { Tell } from "./facts.js";
import type { InitOptions } from "./options.js";
import { cancel, guard, later, listen, send, type Undo } from "./page.js";
import { keep, read } from "./storage.js";

/** Milliseconds without input after which a session that was closed is followed by a new one only when there is some again. */
const DORMANT_MS = 60_000;
/** Pages whose frames wait in one tab at the most; older ones were refused by the network that often. */
const MAX_LEFTOVERS = 4;

/** What all tabs of a visitor know together, in `localStorage`. */
export interface Visit extends Session {
  /** Set by `stop()`: nothing is recorded until `start()`. */
  readonly stopped: boolean;
  /** Set when sampling left this visitor out: epoch ms of the last page load that was left out. */
  readonly outMs: number;
}

/**
 * What a tab keeps across its pages, in `sessionStorage`. That is copied when a tab is duplicated or opens another, so a
 * page marks the id as in use and lets it go at `pagehide`: who finds it in use takes a new one. (A Web Lock held for
 * the page's life would tell as much and keep the page out of the back-forward cache.)
 */
interface Tab {
  readonly id: WindowId;
  readonly inUse: boolean;
  readonly left: readonly (Omit<Leftover, "frames"> & { readonly frames: readonly (readonly number[])[] })[];
}

/** Where both are kept. */
export const keyOf = ({ projectKey }: InitOptions): string => `reeltime:${projectKey}`;

/** An id that the protocol takes for windows and writers: 20 of base 36, 100 random bits. */
const createId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(20))].map((byte) => (byte % 36).toString(36)).join("");

const deflate = async (body: Uint8Array<ArrayBuffer>): Promise<Uint8Array> => {
  const { writable, readable } = new CompressionStream("deflate-raw");
  const writer = writable.getWriter();
  const ignore = (): void => {};
  writer.write(body).catch(ignore);
  writer.close().catch(ignore);
  return new Uint8Array(await new Response(readable).arrayBuffer());
};

/** A page that is being recorded. */
export interface Recorder {
  /** Tells a fact. */
  fact: Tell;
  /** Records nothing more until `resume`; the session stays open. */
  pause(): void;
  /** Goes on. */
  resume(): void;
  /** Sends what there is, closes the session for all tabs and stays stopped across page loads. */
  stop(): void;
}

/** Records this page into the visitor's session, until it is stopped here or in another tab. */
export function startRecorder(
  options: InitOptions,
  opened: (session: Session) => void,
  ended: (reason: EndReason) => void,
): Recorder {
  const key = keyOf(options);
  const undo: Undo = [];
  const tab = read<Tab>("sessionStorage", key);
  const window = tab.inUse || !tab.id ? (createId() as WindowId) : tab.id;
  let left = (!tab.inUse && tab.left) || [];
  let ackMs = Date.now();
  let dormant = false;
  const keepTab = (inUse: boolean): void => keep("sessionStorage", key, { id: window, inUse, left });
  keepTab(true);

  const address = (url: string): string => (options.maskUrl ? (guard(options.maskUrl)(url) ?? "") : url);
  const capture = createCapture(options, window, address, undo, (draft) => uploader.push(draft));

  const halt = (reason: EndReason): void => {
    capture.stop();
    for (const one of undo.splice(0)) guard(one)();
    ended(reason);
  };

  let resending = false;
  /** Tries again with every acknowledgement, since that is when the network is there. */
  const resend = async (): Promise<void> => {
    if (resending) return;
    resending = true;
    for (const leftover of left) {
      const frames = leftover.frames.map((frame) => new Uint8Array(frame));
      if (await uploader.resend({ ...leftover, frames })) left = left.filter((other) => other !== leftover);
    }
    resending = false;
    keepTab(true);
  };

  const uploader = createUploader({
    ...options,
    describe: () => ({
      sdk: "browser/0.1.0",
      userAgent: navigator.userAgent,
      language: navigator.language,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      url: address(location.href),
      title: document.title,
      referrer: address(document.referrer),
      screenWidth: screen.width,
      screenHeight: screen.height,
    }),
    fetch: (url, init) => send(url, init as RequestInit),
    clock: Date.now,
    chance: Math.random,
    setTimer: (work, ms) => later(work, ms),
    clearTimer: (timer) => cancel(timer as number),
    createWriter: () => createId() as WriterId,
    maxQueueBytes: MAX_QUEUE_BYTES,
    deflate: globalThis.CompressionStream && deflate,
    loadSession: () => {
      const visit = read<Visit>("localStorage", key);
      return visit.token ? (visit as Visit) : undefined;
    },
    saveSession: (session) => keep("localStorage", key, session),
    exclusive: (work) => (navigator.locks ? navigator.locks.request(key, work) : work()),
    beat: () => (capture.running() ? capture.draft("beat") : undefined),
    askCheckout: () => capture.checkout(),
    onAck: ({ watched, checkout }) => {
      const silentMs = Date.now() - ackMs;
      ackMs += silentMs;
      if (silentMs > WINDOW_LEASE_MS || checkout.includes(window)) capture.checkout();
      capture.setWatched(watched);
      if (left[0]) void resend();
    },
    onOpen: (session) => {
      opened(session);
      void resend();
    },
    onEnd: (reason) => {
      if (reason === "stopped" || reason === "refused") {
        if (reason === "stopped") keep("localStorage", key, { stopped: true });
        halt(reason);
        return false;
      }
      // An animation must not open one session after another: wait for a person.
      dormant = Date.now() - capture.inputMs() > DORMANT_MS;
      if (dormant) capture.stop();
      return !dormant;
    },
  });

  listen(undo, "pointerdown pointermove keydown wheel touchstart touchmove", ({ isTrusted }) => {
    if (!isTrusted) return;
    capture.input();
    if (dormant) capture.start();
    dormant = false;
  });
  listen(undo, "visibilitychange", () => {
    uploader.setUnseen(document.hidden);
    capture.flushFrame();
  });
  listen(undo, "online", uploader.wake);
  listen(undo, "pagehide", () => {
    capture.flushFrame();
    const leftover = uploader.leave();
    if (leftover)
      left = [...left, { ...leftover, frames: leftover.frames.map((frame) => [...frame]) }].slice(
        -MAX_LEFTOVERS,
      );
    keepTab(false);
  });
  listen(undo, "pageshow", (event) => {
    if (!(event as PageTransitionEvent).persisted) return;
    // Back from the back-forward cache: all is still in memory.
    left = [];
    keepTab(true);
    capture.checkout();
    uploader.wake();
  });
  listen(undo, "storage", (event) => {
    if ((event as StorageEvent).key !== key || !read<Visit>("localStorage", key).stopped) return;
    uploader.end();
    halt("stopped");
  });

  capture.start();

  return {
    fact: capture.fact,
    pause: capture.stop,
    resume: capture.start,
    stop: () => {
      capture.stop();
      keep("localStorage", key, { ...read<Visit>("localStorage", key), stopped: true });
      uploader.stop(capture.draft("close"));
      halt("stopped");
    },
  };
}
