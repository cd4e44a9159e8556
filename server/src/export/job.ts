import type { ExportedVideo, ExportFailure, ExportPhase } from "@reeltime/recorder/protocol";
import type { ExportRequest } from "./request.js";

/** What a job says of the video it made. */
export type MadeVideo = Omit<ExportedVideo, "bytes" | "madeMs">;

/** What became of a job. `ended`: its process did, by itself or told to; a job that nobody ended may be begun again. */
export type JobOutcome =
  | { readonly type: "made"; readonly video: MadeVideo }
  | { readonly type: "failed"; readonly code: ExportFailure; readonly message: string }
  | { readonly type: "ended"; readonly message: string };

/** How far a job is. */
export interface JobProgress {
  readonly phase: ExportPhase;
  /** 0 to 100; never less than before. */
  readonly percent: number;
}

/** One job as it runs. */
export interface JobRun {
  readonly request: ExportRequest;
  /** Where the video goes; its folder is there. What a job leaves there when it does not make it, its caller removes. */
  readonly file: string;
  /** Told to end: then it is `ended`, soon. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: JobProgress) => void;
}

/** Makes one video. Never throws: whatever happens is an outcome. */
export type RunJob = (run: JobRun) => Promise<JobOutcome>;
