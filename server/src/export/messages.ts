import type { S2Access } from "@reeltime/recorder";
import type { JobOutcome, JobProgress } from "./job.js";
import type { ExportRequest } from "./request.js";

/** What a job's process is told. The first message is `make`; whatever it was, `stop`, or the end of the channel, ends it. */
export type JobCommand =
  | {
      readonly type: "make";
      readonly access: S2Access;
      readonly request: ExportRequest;
      readonly ffmpegPath: string;
      readonly file: string;
    }
  | { readonly type: "stop" };

/** What it says. */
export type JobReport =
  | { readonly type: "progress"; readonly progress: JobProgress }
  | { readonly type: "outcome"; readonly outcome: JobOutcome };
