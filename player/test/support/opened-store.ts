import type { WindowId } from "@reeltime/recorder/protocol";
import { PlayerStore, type PlayerStoreOptions } from "../../src/store/index.js";
import { ManualClock } from "./manual-clock.js";
import { appendAll, RecordedSession, START } from "./recorded-session.js";
import { RecordingPort } from "./recording-port.js";
import { SessionApi, SessionLive } from "./session-api.js";
import { checkout, textChange } from "./synthetic.js";

export const FIRST = "window-0001" as WindowId;
export const SECOND = "window-0002" as WindowId;

/** A minute of text that counts the seconds, with a checkout each ten. */
export function minute(seconds = 60): RecordedSession {
  const session = new RecordedSession(START);
  const events = Array.from({ length: seconds }, (_, second) => {
    const atMs = START + second * 1_000;
    const text = textChange(atMs + 10, `second ${second}`);
    return second % 10 === 0 ? [...checkout(atMs, `second ${second}`), text] : [text];
  });
  appendAll(session, events.flat());
  return session;
}

/** A store on a session, with everything around it in the test's hands. */
export function open(session: RecordedSession, options: Partial<PlayerStoreOptions> = {}) {
  const clock = new ManualClock();
  const api = new SessionApi(session);
  const live = new SessionLive(session);
  const port = new RecordingPort();
  const store = new PlayerStore({ api: api.api, live, session: session.id, clock, ...options });
  store.attach(port);
  return { clock, api, live, port, store };
}
