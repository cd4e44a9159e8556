import type { Session } from "@reeltime/recorder/uploader";

/** The channel on which preloads ask for the app's session and hear of another one. */
export const SESSION_CHANNEL = "reeltime:session";

/** What a preload is told: the project, and the session that pages are to record into; `undefined` while there is none. */
export interface Joining {
  readonly projectKey: string;
  readonly session: Session | undefined;
}

/** What is used of a page's storage. */
export interface PageStorage {
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

/** What is used of a page's locks. */
export interface PageLocks {
  request(name: string, work: () => Promise<void>): Promise<unknown>;
}

/** What joins a page to the app's session. */
export interface JoinOptions {
  /** Asks the main process, and waits for its answer; `undefined`: nobody records. */
  readonly ask: () => Joining | undefined;
  /** Hears of another session. */
  readonly onSession: (hear: (joining: Joining) => void) => void;
  readonly storage: PageStorage;
  /** `undefined` where a page has none. */
  readonly locks: PageLocks | undefined;
}

/**
 * Makes a page record into the app's session, by the two things that the pages of one visitor share in the browser's SDK:
 * the session in `localStorage`, and the lock under which one of them opens it. The session is put there before the page's
 * own scripts run; and the lock is held while there is none, so that no page opens one of its own.
 */
export function joinPage({ ask, onSession, storage, locks }: JoinOptions): void {
  const first = ask();
  if (!first) return;
  const key = `reeltime:${first.projectKey}`;
  /** Counts the sessions heard of. */
  let heard = 0;
  let letGo = (): void => {};
  /** Holds the lock until another session is heard of; also when it is only granted after that. */
  const hold = (): void => {
    const before = heard;
    const held = (): Promise<void> =>
      new Promise((resolve) => {
        if (heard === before) letGo = resolve;
        else resolve();
      });
    // A page without locks opens its session alone; the app's is in its storage before that, unless it comes later.
    locks?.request(key, held).catch(() => {});
  };
  const keep = ({ session }: Joining): void => {
    try {
      if (session) {
        const { sessionId, token, url } = session;
        storage.setItem(key, JSON.stringify({ sessionId, token, url }));
      } else storage.removeItem(key);
    } catch {
      // Storage is denied here: the page records nothing, as it never gets the lock.
    }
  };
  keep(first);
  hold();
  onSession((joining) => {
    if (!joining.session) return;
    keep(joining);
    heard += 1;
    // Who waits for the lock finds the session now. From then on it is held again, for when this session is over.
    letGo();
    hold();
  });
}
