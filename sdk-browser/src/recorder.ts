import { WINDOW_LEASE_MS, type WindowId, type WriterId } from "@reeltime/recorder/protocol/page";
import {
  createUploader,
  type EndReason,
  type Fetch,
  MAX_QUEUE_BYTES,
  type Session,
  type Uploader,
} from "@reeltime/recorder/uploader";
import {
  askCheckout,
  beat,
  emptyDraft,
  flushFrame,
  noteInput,
  quietMs,
  setWatched,
  startCapture,
  stopCapture,
  tell,
} from "./capture.js";
import { clientInfo } from "./client-info.js";
import { deflate } from "./deflate.js";
import { type Detail, watchPage } from "./facts.js";
import { DORMANT_MS, MAX_LEFTOVERS, STORAGE_LAG_MS } from "./limits.js";
import { options, warn } from "./options.js";
import { cancel, guard, later, letGo, listen, send } from "./page.js";
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
/** The session that is recorded; `undefined` while none is open. */
export let session: Session | undefined;
let user: Parameters<typeof setUser> | undefined;

/** Who is using the page, for this session and those that follow. */
export const setUser = (id: string, traits?: Detail): void => {
  user = [id, traits];
  tell("identify", id, traits);
};

/** An id that the protocol takes for windows and writers: 20 of base 36, 100 random bits. */
const createId = (): string =>
  crypto.getRandomValues(new Uint8Array(20)).reduce((id, byte) => id + (byte % 36).toString(36), "");

const useWindow = (inUse: boolean): boolean => keep({ id: window, inUse, left }, "sessionStorage");

/** Tries again with every acknowledgement, since that is when the network is there. */
const resend = async (): Promise<void> => {
  if (resending || !left[0]) return;
  resending = true;
  for (const leftover of left)
    if (await uploader?.resend(leftover)) left = left.filter((other) => other !== leftover);
  resending = false;
  useWindow(true);
};

/** The page goes away: what is not acknowledged waits for the next one, the newest of it where not all fits. */
const leave = (from: Uploader | undefined): void => {
  const leftover = from?.leave();
  if (leftover) left = [...left, leftover].slice(-MAX_LEFTOVERS);
  while (!useWindow(false) && left[0]) left = left.slice(1);
};

const end = (): void => {
  stopCapture();
  uploader = session = undefined;
  letGo();
};

/** The session takes nothing more. True: go on in a new one. */
const closed = (reason: EndReason): boolean => {
  const quiet = quietMs() > DORMANT_MS;
  if (reason === "stopped") keep({ stopped: true });
  else if (reason === "refused") warn("the collector refuses");
  // An animation must not open one session after another: wait for a person.
  else {
    dormant = quiet && Boolean(beat());
    if (quiet) stopCapture();
    return !quiet;
  }
  end();
  return false;
};

const createPageUploader = (): Uploader => {
  const mine: Uploader = createUploader({
    ...options,
    describe: clientInfo,
    fetch: send as Fetch,
    clock: Date.now,
    chance: Math.random,
    setTimer: later,
    clearTimer: cancel as (timer: unknown) => void,
    createWriter: createId as () => WriterId,
    maxQueueBytes: MAX_QUEUE_BYTES,
    deflate: globalThis.CompressionStream && deflate,
    loadSession: read,
    saveSession: keep,
    exclusive: (work) =>
      navigator.locks
        ? navigator.locks
            .request(storageKey(), () => new Promise<void>((go) => later(go, STORAGE_LAG_MS)).then(work))
            // Denied where storage is: then this page is alone.
            .catch((error) => {
              if (error?.name === "SecurityError") return work();
              throw error;
            })
        : work(),
    beat,
    askCheckout,
    onAck: ({ watched, checkout }) => {
      if (Date.now() - ackMs > WINDOW_LEASE_MS || checkout.includes(window)) askCheckout();
      ackMs = Date.now();
      setWatched(watched);
      void resend();
    },
    onOpen: guard((now) => {
      session = now;
      void resend();
      if (user) tell("identify", ...user);
      const { sessionId, url } = now;
      dispatchEvent(new CustomEvent("reeltime:session", { detail: { sessionId, url } }));
    }),
    // One that was stopped here closes its session while the next may be running.
    onEnd: (reason) => mine === uploader && closed(reason),
  });
  return mine;
};

/** Begins, or goes on after `stopCapture`; nothing before `startRecorder`. */
export const capture = (): void => {
  if (uploader) startCapture(window, (draft) => uploader?.push(draft));
};

/** Begins: the window, its hooks into the page, what earlier pages left, the first checkout. */
export const startRecorder = (): void => {
  if (uploader) return;
  ackMs = Date.now();
  const tab = read("sessionStorage");
  ({ id: window = createId() as WindowId, left = [] } = tab.inUse ? {} : tab);
  useWindow(true);
  uploader = createPageUploader();
  capture();
  watchPage(tell);
  listen("pointerdown pointermove keydown wheel touchstart touchmove", ({ isTrusted }) => {
    if (!isTrusted) return;
    noteInput();
    if (dormant) capture();
    dormant = false;
  });
  listen("visibilitychange", () => {
    uploader?.setUnseen(document.hidden);
    flushFrame();
  });
  listen("online", () => uploader?.wake());
  listen("pagehide", () => {
    flushFrame();
    leave(uploader);
  });
  listen("pageshow", (event) => {
    if (!(event as PageTransitionEvent).persisted) return;
    // Back from the back-forward cache: other pages of this tab may have sent what was left, and left more.
    ({ left = [] } = read("sessionStorage"));
    useWindow(true);
    askCheckout();
    uploader?.wake();
  });
  listen("storage", () => {
    if (!read().stopped) return;
    uploader?.end();
    end();
  });
};

/** Records nothing more until `capture`, whatever a person does. */
export const pauseRecorder = (): void => {
  stopCapture();
  dormant = false;
};

/** Sends what there is, closes the session for all tabs and stays stopped across page loads. */
export const stopRecorder = (): void => {
  keep({ ...read(), stopped: true });
  stopCapture();
  const mine = uploader;
  mine?.stop(emptyDraft("close"));
  end();
  // The page may be gone before that has arrived.
  if (mine)
    addEventListener(
      "pagehide",
      guard(() => leave(mine)),
      { once: true },
    );
};
