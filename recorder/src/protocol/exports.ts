import type { WindowId } from "./ids.js";

/** What becomes of an export. `queued` waits for others, `running` is being made, `ready` can be fetched, `failed` says why. */
export const EXPORT_STATES = ["queued", "running", "ready", "failed"] as const;
/** One of {@link EXPORT_STATES}. */
export type ExportState = (typeof EXPORT_STATES)[number];

/**
 * What an export that is `running` is at. `reading`: the session is looked through. `painting`: its pictures become the video.
 * `finishing`: the file is written once more, its index in front, which takes a while when it is large.
 */
export const EXPORT_PHASES = ["reading", "painting", "finishing"] as const;
/** One of {@link EXPORT_PHASES}. */
export type ExportPhase = (typeof EXPORT_PHASES)[number];

/** What is drawn over the pictures of a video: the pointer, and a spot where a button went down. */
export const EXPORT_OVERLAYS = ["cursor", "clicks"] as const;
/** One of {@link EXPORT_OVERLAYS}. */
export type ExportOverlay = (typeof EXPORT_OVERLAYS)[number];

/**
 * Why an export failed. `no_ffmpeg`: ffmpeg, or its H.264 encoder, is not installed. `no_pictures`: nothing of the session can
 * be shown. `too_large`: past a limit. `took_too_long`: making it was ended, for its time was up. `no_space`: the server's disk is
 * full, or nearly. `unavailable`: the session could not be read. `failed`: anything else; the message says.
 */
export const EXPORT_FAILURES = [
  "no_ffmpeg",
  "no_pictures",
  "too_large",
  "took_too_long",
  "no_space",
  "unavailable",
  "failed",
] as const;
/** One of {@link EXPORT_FAILURES}. */
export type ExportFailure = (typeof EXPORT_FAILURES)[number];

/** One export of a session, as `GET /v1/sessions/:id/export` (202) and `…/export/status` tell of it. */
export interface SessionExport {
  /** The same for the same session and the same parameters. */
  readonly id: string;
  readonly state: ExportState;
  /** What it is at; `null` unless it is running. */
  readonly phase: ExportPhase | null;
  /** 0 to 100, mostly by the time of the session that is done; 100 when it is ready. */
  readonly percent: number;
  readonly format: "mp4";
  /** The one window that is shown; `null` for all of them in their arrangement. */
  readonly window: WindowId | null;
  readonly overlay: readonly ExportOverlay[];
  /** What was made; `null` until it is ready. */
  readonly video: ExportedVideo | null;
  /** `null` unless it failed. */
  readonly error: { readonly code: ExportFailure; readonly message: string } | null;
}

/** A video that is ready. */
export interface ExportedVideo {
  readonly bytes: number;
  /** From the session's start to its end, or to where it had got. */
  readonly durationMs: number;
  /** Pixels; even. */
  readonly width: number;
  readonly height: number;
  /** True when the session was closed, so that all of it is there; false: what there was when this was made. */
  readonly whole: boolean;
  /** Frames, rectangles and events that could not be read or shown, and were left out. */
  readonly dropped: number;
  /** Epoch ms of the server's clock. */
  readonly madeMs: number;
}

/** `GET /v1/sessions/:id/export/status`: 200. `export` is `null` when nobody asked for one with these parameters, or it was removed. */
export interface ExportAnswer {
  readonly export: SessionExport | null;
}
