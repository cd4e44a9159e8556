import { randomUUID } from "node:crypto";
import { setPriority } from "node:os";
import { createRecorder } from "@reeltime/recorder";
import { startEncoder } from "./ffmpeg.js";
import { rateOptionOf } from "./find-ffmpeg.js";
import type { JobOutcome, JobProgress } from "./job.js";
import type { JobCommand, JobReport } from "./messages.js";
import { makeVideo } from "./video/make-video.js";
import { decodeWebp } from "./webp.js";

/** Milliseconds between two reports of progress at the least. */
const REPORT_EVERY_MS = 250;

/** Below everything else: a video can wait, a recording cannot. ffmpeg inherits it. */
const PRIORITY = 5;

/** The process of one job: decoding and encoding what anybody may have recorded, away from the server. */
function main(): void {
  try {
    setPriority(PRIORITY);
  } catch {
    // Then it runs beside the server on equal terms.
  }
  const stopping = new AbortController();
  const end = (outcome: JobOutcome): void => {
    if (!process.connected) process.exit(0);
    process.send?.({ type: "outcome", outcome } satisfies JobReport, () => process.exit(0));
  };
  process.on("disconnect", () => stopping.abort());
  process.on("message", (command: JobCommand) => {
    if (command.type === "make") void make(command, stopping.signal).then(end);
    else stopping.abort();
  });
  // fluent-ffmpeg can throw from a callback of a process that it could not start.
  process.on("uncaughtException", (error) =>
    end({ type: "failed", code: "failed", message: `The video could not be made: ${error.message}.` }),
  );
}

async function make(
  { access, request, ffmpegPath, file }: Extract<JobCommand, { type: "make" }>,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { session, window, overlay } = request;
  const recorder = createRecorder({ s2: access, serverId: randomUUID() });
  const rate = await rateOptionOf(ffmpegPath, signal);
  let reported: JobProgress | undefined;
  let reportedMs = 0;
  const outcome = await makeVideo({
    recorder,
    session,
    window,
    overlay,
    file,
    decode: decodeWebp,
    startEncoder: () => startEncoder(ffmpegPath, file, rate),
    signal,
    onProgress: (progress) => {
      const nowMs = performance.now();
      const isSoon = nowMs - reportedMs < REPORT_EVERY_MS && progress.phase === reported?.phase;
      if (isSoon || !process.connected) return;
      reported = progress;
      reportedMs = nowMs;
      process.send?.({ type: "progress", progress } satisfies JobReport);
    },
  });
  await recorder.drain().catch(() => undefined); // it wrote nothing: there is nothing to lose
  return outcome;
}

main();
