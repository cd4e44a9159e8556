import { tell } from "./capture.js";
import type { Detail } from "./facts.js";
import { OUT_MS } from "./limits.js";
import { type InitOptions, options, setOptions, warn } from "./options.js";
import { guard } from "./page.js";
import { capture, pauseRecorder, session, setUser, startRecorder, stopRecorder } from "./recorder.js";
import { keep, read } from "./storage.js";

/** Sets this page up, and starts recording unless told not to, stopped before, or left out by sampling. Only the first call counts. */
export const init = guard((given: InitOptions): void => {
  if (options) return;
  const bad = setOptions(given);
  if (bad) {
    warn(`see the setting ${bad}`);
    return;
  }
  if (given.user) setUser(given.user.id, given.user);
  const { token, stopped, outMs = 0 } = read();
  if (stopped || given.autoStart === false) return;
  if (token || (Date.now() - outMs > OUT_MS && Math.random() < (given.sampleRate ?? 1))) startRecorder();
  else keep({ outMs: Date.now() });
});

/** Starts recording, also after `stop()` and for visitors that sampling left out. */
export const start = guard((): void => {
  if (!options) return;
  if (read().stopped) keep({});
  startRecorder();
});

/** Sends what there is and ends the session, in all tabs and for later page loads, until `start()`. */
export const stop = guard((): void => {
  if (options) stopRecorder();
});

/** Records nothing more until `resume()`; the session stays open. */
export const pause = guard(pauseRecorder);

/** Goes on after `pause()`. */
export const resume = guard(capture);

/** Says who is using the page: their id, and traits to search by, such as `name` and `email`. */
export const identify = guard(setUser);

/** Says that something happened, with what should be searchable of it. */
export const event = guard((name: string, detail?: Detail): void => tell("custom", name, detail));

/** The address where somebody signed in can watch this session; `undefined` while it is not open. `hear` is called once it is. */
export const getSessionUrl = guard((hear?: (url: string) => void): string | undefined => {
  if (session) hear?.(session.url);
  else if (hear)
    addEventListener("reeltime:session", () => guard(hear)(session?.url as string), { once: true });
  return session?.url;
});

/** The session's id; `undefined` while it is not open. */
export const getSessionId = (): string | undefined => session?.sessionId;
