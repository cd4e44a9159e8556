import type { Session } from "@reeltime/recorder/uploader";
import { keepVisit, readVisit } from "./identity.js";
import { badSetting, type InitOptions } from "./options.js";
import { PageRecorder } from "./page-recorder.js";

/** Milliseconds for which a visitor that sampling left out stays out without loading a page: as long as a session outlives its last input. */
const OUT_MS = 30 * 60_000;

let options: (InitOptions & { readonly apiHost: string }) | undefined;
let recorder: PageRecorder | undefined;
let session: Session | undefined;
let user: readonly [string, Readonly<Record<string, unknown>> | undefined] | undefined;
const waiting: ((url: string) => void)[] = [];
/** Where the snippet's script came from. */
let scriptHost: string | undefined;

/** Told once by the snippet's script. */
export function setScriptHost(host: string): void {
  scriptHost = host;
}

const warn = (text: string): void => console.warn(`Reeltime: ${text}`);

/** Sets this page up, and starts recording unless told not to, stopped before, or left out by sampling. Only the first call counts. */
export function init(given: InitOptions): void {
  if (options) return;
  const apiHost = given.apiHost ?? scriptHost;
  const bad =
    badSetting(given as unknown as Readonly<Record<string, unknown>>) ?? (apiHost ? undefined : "apiHost");
  if (bad || !apiHost) {
    warn(`not recording, because of the setting "${bad}".`);
    return;
  }
  options = { ...given, apiHost: apiHost.replace(/\/+$/, "") };
  if (given.user) {
    const { id, ...traits } = given.user;
    user = [id, traits];
  }
  const { projectKey, sampleRate = 1, autoStart = true } = options;
  const visit = readVisit(projectKey);
  if (visit.stopped || !autoStart) return;
  if (!visit.token && sampleRate < 1) {
    const out = Date.now() - (visit.outMs ?? 0) < OUT_MS || Math.random() >= sampleRate;
    if (out) keepVisit(projectKey, { outMs: Date.now() });
    if (out) return;
  }
  begin();
}

function begin(): void {
  if (recorder || !options) return;
  recorder = new PageRecorder({
    ...options,
    opened: (now) => {
      session = now;
      if (user) identify(...user);
      for (const tell of waiting.splice(0)) tell(now.url);
      dispatchEvent(
        new CustomEvent("reeltime:session", { detail: { sessionId: now.sessionId, url: now.url } }),
      );
    },
    ended: (reason) => {
      recorder = session = undefined;
      if (reason === "refused") warn("not recording, because the collector refused it.");
    },
  });
}

/** Starts recording, also after `stop()` and for visitors that sampling left out. */
export function start(): void {
  if (recorder || !options) return;
  if (readVisit(options.projectKey).stopped) keepVisit(options.projectKey, {});
  begin();
}

/** Sends what there is and ends the session, in all tabs and for later page loads, until `start()`. */
export function stop(): void {
  if (recorder) recorder.stop();
  else if (options) keepVisit(options.projectKey, { stopped: true });
}

/** Records nothing more until `resume()`; the session stays open. */
export function pause(): void {
  recorder?.capture.stop();
}

/** Goes on after `pause()`. */
export function resume(): void {
  recorder?.capture.start();
}

/** Says who is using the page: their id, and traits to search by, such as `name` and `email`. */
export function identify(id: string, traits?: Readonly<Record<string, unknown>>): void {
  user = [id, traits];
  recorder?.capture.fact("identify", id, traits);
}

/** Says that something happened, with what should be searchable of it. */
export function event(name: string, detail?: Readonly<Record<string, unknown>>): void {
  recorder?.capture.fact("custom", name, detail);
}

/** The address where somebody signed in can watch this session; `undefined` while it is not open. `tell` is called once it is. */
export function getSessionUrl(tell?: (url: string) => void): string | undefined {
  if (session) tell?.(session.url);
  else if (tell) waiting.push(tell);
  return session?.url;
}

/** The session's id; `undefined` while it is not open. */
export const getSessionId = (): string | undefined => session?.sessionId;
