import type { Recorder } from "@reeltime/recorder";

/** A recorder that counts the read sessions it holds open on sessions. */
export function countingFollows(recorder: Recorder): {
  readonly recorder: Recorder;
  readonly begun: () => number;
  readonly running: () => number;
} {
  let begun = 0;
  let running = 0;
  const counted: Recorder = {
    ...recorder,
    async *follow(session, fromSeqNum, signal) {
      begun += 1;
      running += 1;
      try {
        yield* recorder.follow(session, fromSeqNum, signal);
      } finally {
        running -= 1;
      }
    },
  };
  return { recorder: counted, begun: () => begun, running: () => running };
}
