import type { StoredFrame } from "@reeltime/recorder/protocol";
import { onTestFinished } from "vitest";
import { RecordedSession, START } from "./recorded-session.js";
import { type SessionServer, type SessionServerOptions, startSessionServer } from "./session-server.js";
import { textChange } from "./synthetic.js";

/** A session that may grow while it is watched, another for each seed. */
export const session = (seed = 1): RecordedSession => new RecordedSession(START + seed, seed);

/** Appends so many frames to it, of one to three records. */
export function grow(to: RecordedSession, count: number): void {
  for (let index = 0; index < count; index++) {
    to.append({ events: [textChange(START + to.stored.length, "x")], records: 1 + (index % 3) });
  }
}

export const seqNums = (frames: readonly StoredFrame[]): readonly number[] =>
  frames.map(({ seqNum }) => seqNum);

/** Starts a server of sessions, closed when the test is over. */
export async function serve(options: SessionServerOptions): Promise<SessionServer> {
  const server = await startSessionServer(options);
  onTestFinished(() => server.close());
  return server;
}

/** Waits for a truth; the test's own limit of time is the only one. */
export async function until(truth: () => boolean): Promise<void> {
  while (!truth()) await new Promise((resolve) => setTimeout(resolve, 2));
}
