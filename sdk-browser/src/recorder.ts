import { WINDOW_LEASE_MS, type WindowId, type WriterId } from "@reeltime/recorder/protocol/page";
import {
  createUploader,
  type EndReason,
  MAX_QUEUE_BYTES,
  type Session,
  type Uploader,
} from "@reeltime/recorder/uploader";
import {
  askCheckout,
  emptyDraft,
  flushFrame,
  isCapturing,
  noteInput,
  quietMs,
  setWatched,
  startCapture,
  stopCapture,
  tell,
} from "./capture.js";
import { clientInfo } from "./client-info.js";
import { deflate } from "./deflate.js";
import { watchPage } from "./facts.js";
import { DORMANT_MS, MAX_LEFTOVERS, STORAGE_LAG_MS } from "./limits.js";
import { options } from "./options.js";
import { cancel, guard, later, listen, send, type Undo } from "./page.js";
import { keep, read, storageKey, type Tab } from "./storage.js";

/*
 * Records this page into the visitor's session. A page has one recorder, so this module holds its state.
 */

let uploader: Uploader | undefined;
let window: WindowId;
/** What pages before this one could not send. */
let left: Tab["left"];
let resending = false;
let ackMs: number;
/** The session was closed for its time, and nobody did anything since. */
let dormant = false;
let undo: Undo = [];
/** Told when recording ended for good, until it is started again. */
let onEnd: (reason: EndReason) => void;

/** An id that the protocol takes for windows and writers: 20 of base 36, 100 random bits. */
const createId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(20))].map((byte) => (byte % 36).toString(36)).join("");

const useWindow = (inUse: boolean): void => keep("sessionStorage", { id: window, inUse, left });

/** Tries again with every acknowledgement, since that is when the network is there. */
async function resend(): Promise<void> {
  if (resending) return;
  resending = true;
  for (const leftover of left) {
    const frames = leftover.frames.map((frame) => new Uint8Array(frame));
    if (await uploader?.resend({ ...leftover, frames })) left = left.filter((other) => other !== leftover);
  }
  resending = false;
  useWindow(true);
}

function end(reason: EndReason): void {
  stopCapture();
  uploader = undefined;
  for (const one of undo) guard(one)();
  undo = [];
  onEnd(reason);
}

/** The session takes nothing more. True: go on in a new one. */
function closed(reason: EndReason): boolean {
  if (reason === "stopped" || reason === "refused") {
    if (reason === "stopped") keep("localStorage", { stopped: true });
    end(reason);
    return false;
  }
  // An animation must not open one session after another: wait for a person.
  dormant = quietMs() > DORMANT_MS;
  if (dormant) stopCapture();
  return !dormant;
}

function createPageUploader(onOpen: (session: Session) => void): Uploader {
  const mine: Uploader = createUploader({
    ...options,
    describe: clientInfo,
    fetch: (url, init) => send(url, init as RequestInit),
    clock: Date.now,
    chance: Math.random,
    setTimer: later,
    clearTimer: (timer) => cancel(timer as number),
    createWriter: createId as () => WriterId,
    maxQueueBytes: MAX_QUEUE_BYTES,
    deflate: globalThis.CompressionStream && deflate,
    loadSession: () => {
      const visit = read("localStorage");
      return visit.token ? (visit as Session) : undefined;
    },
    saveSession: (session) => keep("localStorage", session),
    exclusive: (work) =>
      navigator.locks
        ? navigator.locks.request(storageKey(), () =>
            new Promise<void>((go) => later(go, STORAGE_LAG_MS)).then(work),
          )
        : work(),
    beat: () => (isCapturing() ? emptyDraft("beat") : undefined),
    askCheckout,
    onAck: ({ watched, checkout }) => {
      if (Date.now() - ackMs > WINDOW_LEASE_MS || checkout.includes(window)) askCheckout();
      ackMs = Date.now();
      setWatched(watched);
      if (left[0]) void resend();
    },
    onOpen: (session) => {
      onOpen(session);
      void resend();
    },
    // One that was stopped here closes its session while the next may be running.
    onEnd: (reason) => mine === uploader && closed(reason),
  });
  return mine;
}

/** Begins, or goes on after `stopCapture`. */
export const capture = (): void => startCapture(window, (draft) => uploader?.push(draft));

/** Begins: the window, its hooks into the page, what earlier pages left, the first checkout. */
export function startRecorder(onOpen: (session: Session) => void, ended: (reason: EndReason) => void): void {
  if (uploader) return;
  onEnd = ended;
  ackMs = Date.now();
  const { id, inUse, left: waiting = [] } = read("sessionStorage");
  window = id && !inUse ? id : (createId() as WindowId);
  left = inUse ? [] : waiting;
  useWindow(true);
  uploader = createPageUploader(onOpen);
  capture();
  watchPage(undo, tell);
  listen(undo, "pointerdown pointermove keydown wheel touchstart touchmove", ({ isTrusted }) => {
    if (!isTrusted) return;
    noteInput();
    if (dormant) capture();
    dormant = false;
  });
  listen(undo, "visibilitychange", () => {
    uploader?.setUnseen(document.hidden);
    flushFrame();
  });
  listen(undo, "online", () => uploader?.wake());
  listen(undo, "pagehide", () => {
    flushFrame();
    const leftover = uploader?.leave();
    if (leftover)
      left = [...left, { ...leftover, frames: leftover.frames.map((frame) => [...frame]) }].slice(
        -MAX_LEFTOVERS,
      );
    useWindow(false);
  });
  listen(undo, "pageshow", (event) => {
    if (!(event as PageTransitionEvent).persisted) return;
    // Back from the back-forward cache: all is still in memory.
    left = [];
    useWindow(true);
    askCheckout();
    uploader?.wake();
  });
  listen(undo, "storage", () => {
    if (!read("localStorage").stopped) return;
    uploader?.end();
    end("stopped");
  });
}

/** Sends what there is, closes the session for all tabs and stays stopped across page loads. */
export function stopRecorder(): void {
  keep("localStorage", { ...read("localStorage"), stopped: true });
  if (!uploader) return;
  stopCapture();
  uploader.stop(emptyDraft("close"));
  end("stopped");
}
