import type { Recorder } from "@reeltime/recorder";
import type { SessionExport } from "@reeltime/recorder/protocol";
import type { Catalog } from "../catalog/index.js";
import type { Exports } from "./exports.js";
import type { FfmpegProblem } from "./find-ffmpeg.js";
import { picturesOf } from "./pictures.js";
import type { ExportRequest } from "./request.js";

/** What wanting an export comes to. `refused`: there can be none, `put-off`: not now, both with what to do about it. */
export type Begun =
  | { readonly type: "begun"; readonly export: SessionExport }
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "put-off"; readonly message: string; readonly retryAfterSeconds?: number }
  | { readonly type: "missing" };

/** What beginning stands on. */
export interface BeginParts {
  readonly recorder: Pick<Recorder, "read">;
  readonly catalog: Pick<Catalog, "detail">;
  readonly exports: Exports;
  readonly ffmpeg: FfmpegProblem;
}

/**
 * Begins an export, after a look whether it can come to anything: before a job of minutes, whoever asks hears at once that
 * there is no ffmpeg, or that there are no pictures. Throws `RecorderError` and `CatalogError` when the session cannot be read.
 * @param onClose a project's policy wants it
 */
export async function beginExport(
  parts: BeginParts,
  request: ExportRequest,
  onClose: boolean,
): Promise<Begun> {
  const detail = await parts.catalog.detail(request.session.sessionId);
  if (detail === undefined) return { type: "missing" };
  const pictures = await picturesOf(parts.recorder, request.session, detail, request.window);
  if (pictures === "sealed")
    return { type: "refused", message: "Its pictures are sealed with a key that the server does not have." };
  if (pictures === "none") return { type: "refused", message: noPictures(request) };
  const problem = await parts.ffmpeg();
  if (problem !== undefined) return { type: "put-off", message: problem };
  const begun = await parts.exports.ask(request, onClose);
  if (begun === "full")
    return { type: "put-off", message: "Too many videos wait to be made.", retryAfterSeconds: 10 };
  return { type: "begun", export: begun };
}

const noPictures = ({ window }: ExportRequest): string =>
  window === undefined
    ? "Only recordings of a screen become videos, and this session has no pictures of one."
    : "This session has no window of that name with pictures of a screen.";
