import type { WindowId } from "@reeltime/recorder/protocol/page";
import type { Session, SessionStore } from "@reeltime/recorder/uploader";
import { keep, readKept } from "./storage.js";

/** An id that the protocol takes for windows and writers: 20 of base 36, 100 random bits. */
export const createId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(20))].map((byte) => (byte % 36).toString(36)).join("");

/** What all tabs of a visitor know together. */
export interface Visit extends Partial<Session> {
  /** Set by `stop()`: nothing is recorded until `start()`. */
  readonly stopped?: boolean;
  /** Set when sampling left this visitor out: epoch ms of the last page load that was left out. */
  readonly outMs?: number;
}

/** Where a project's visit is kept. */
export const visitKey = (projectKey: string): string => `reeltime:${projectKey}`;

/** Reads the visit. */
export const readVisit = (projectKey: string): Visit =>
  (readKept("localStorage", visitKey(projectKey)) ?? {}) as Visit;

/** Keeps the visit for all tabs. */
export const keepVisit = (projectKey: string, visit: Visit): boolean =>
  keep("localStorage", visitKey(projectKey), visit);

/** The session as all tabs share it. Opening waits for a Web Lock where there are any (a secure context). */
export function createSessionStore(projectKey: string): SessionStore {
  return {
    load: () => {
      const visit = readVisit(projectKey);
      return visit.token ? (visit as Session) : undefined;
    },
    save: ({ sessionId, token, url }) => {
      keepVisit(projectKey, { sessionId, token, url });
    },
    exclusive: (work) => (navigator.locks ? navigator.locks.request(visitKey(projectKey), work) : work()),
  };
}

const WINDOW_KEY = "reeltime:window";

/**
 * This tab's id, the same across its page loads. `sessionStorage` is copied when a tab is duplicated or opens
 * another, so a page marks the id as in use and lets it go at `pagehide`: who finds it in use takes a new one.
 * (A Web Lock held for the page's life would tell as much and keep the page out of the back-forward cache.)
 */
export function takeWindowId(): WindowId {
  const [kept, inUse] = (readKept("sessionStorage", WINDOW_KEY) ?? []) as [WindowId?, boolean?];
  const id = kept && !inUse ? kept : (createId() as WindowId);
  markWindow(id, true);
  return id;
}

/** Says whether a page uses the id now. */
export const markWindow = (id: WindowId, inUse: boolean): boolean =>
  keep("sessionStorage", WINDOW_KEY, [id, inUse]);
