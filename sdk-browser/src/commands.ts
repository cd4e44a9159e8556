import type { FactType } from "@reeltime/recorder/protocol/page";
import type { Session } from "@reeltime/recorder/uploader";
import type { Detail } from "./facts.js";
import { badSetting, type InitOptions } from "./options.js";
import { guard } from "./page.js";
import { keyOf, type Recorder, startRecorder, type Visit } from "./recorder.js";
import { keep, read } from "./storage.js";

/** Milliseconds for which a visitor that sampling left out stays out without loading a page: as long as a session outlives its last input. */
const OUT_MS = 30 * 60_000;

let options: InitOptions | undefined;
let recorder: Recorder | undefined;
let session: Session | undefined;
let identity: readonly [FactType, string, Detail | undefined] | undefined;
const waiting: ((url: string) => void)[] = [];

const warn = (why: string): void => console.warn(`Reeltime does not record: ${why}`);
const visit = (): Partial<Visit> => (options ? read<Visit>("localStorage", keyOf(options)) : {});
const keepVisit = (now: Partial<Visit>): void => {
  if (options) keep("localStorage", keyOf(options), now);
};

function begin(): void {
  if (!options || recorder) return;
  recorder = startRecorder(
    options,
    guard((now) => {
      session = now;
      if (identity) recorder?.fact(...identity);
      for (const tell of waiting.splice(0)) guard(tell)(now.url);
      dispatchEvent(
        new CustomEvent("reeltime:session", { detail: { sessionId: now.sessionId, url: now.url } }),
      );
    }),
    (reason) => {
      recorder = session = undefined;
      if (reason === "refused") warn("the collector refuses.");
    },
  );
}

/** Sets this page up, and starts recording unless told not to, stopped before, or left out by sampling. Only the first call counts. */
export const init = guard((given: InitOptions): void => {
  if (options) return;
  const bad = badSetting(given);
  if (bad) {
    warn(`see the setting ${bad}.`);
    return;
  }
  options = given;
  if (given.user) identify(given.user.id, given.user);
  const { token, stopped, outMs = 0 } = visit();
  if (stopped || given.autoStart === false) return;
  if (!token && (Date.now() - outMs < OUT_MS || Math.random() >= (given.sampleRate ?? 1))) {
    keepVisit({ outMs: Date.now() });
  } else begin();
});

/** Starts recording, also after `stop()` and for visitors that sampling left out. */
export const start = guard((): void => {
  if (visit().stopped) keepVisit({});
  begin();
});

/** Sends what there is and ends the session, in all tabs and for later page loads, until `start()`. */
export const stop = guard((): void => {
  keepVisit({ ...visit(), stopped: true });
  recorder?.stop();
});

/** Records nothing more until `resume()`; the session stays open. */
export const pause = guard((): void => recorder?.pause());

/** Goes on after `pause()`. */
export const resume = guard((): void => recorder?.resume());

/** Says who is using the page: their id, and traits to search by, such as `name` and `email`. */
export const identify = guard((id: string, traits?: Detail): void => {
  identity = ["identify", id, traits];
  recorder?.fact("identify", id, traits);
});

/** Says that something happened, with what should be searchable of it. */
export const event = guard((name: string, detail?: Detail): void => recorder?.fact("custom", name, detail));

/** The address where somebody signed in can watch this session; `undefined` while it is not open. `tell` is called once it is. */
export const getSessionUrl = guard((tell?: (url: string) => void): string | undefined => {
  if (session) tell?.(session.url);
  else if (tell) waiting.push(tell);
  return session?.url;
});

/** The session's id; `undefined` while it is not open. */
export const getSessionId = (): string | undefined => session?.sessionId;
