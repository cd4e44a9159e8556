import type { AppendSession } from "./append-session.js";

/** The append sessions that are open, so that closing the server can end them in good order. */
export class AppendSessions {
  readonly #open = new Set<AppendSession>();

  /** Starts a session and keeps it until it is over. */
  run(session: AppendSession): void {
    this.#open.add(session);
    session.start(() => this.#open.delete(session));
  }

  /** Makes every session acknowledge what it accepted, take nothing more, and end. */
  drain(): void {
    for (const session of this.#open) session.drain();
  }
}
