import { createHash } from "node:crypto";
import {
  EXPORT_OVERLAYS,
  type ExportOverlay,
  isWindowId,
  type SessionRef,
  type WindowId,
} from "@reeltime/recorder/protocol";
import { z } from "zod";
import { HttpError } from "../http/http-error.js";

/** What of a session is wanted as a video. */
export interface ExportOptions {
  /** The one window to show; `undefined` for all in their arrangement. */
  readonly window: WindowId | undefined;
  /** In the order of `EXPORT_OVERLAYS`. */
  readonly overlay: readonly ExportOverlay[];
}

/** A video of a session that somebody, or a policy, wants. */
export interface ExportRequest extends ExportOptions {
  readonly session: SessionRef;
}

/** What is made unless somebody says otherwise, and what a project's policy makes: everything, as its user saw it. */
export const DEFAULT_OPTIONS: ExportOptions = { window: undefined, overlay: EXPORT_OVERLAYS };

/** Names an export, and its files: the same for the same request. */
export function exportIdOf({ session, window, overlay }: ExportRequest): string {
  const words = ["mp4", session.project, session.sessionId, window ?? "", overlay.join()];
  return createHash("sha256").update(words.join("\n")).digest("base64url").slice(0, 22);
}

const query = z.strictObject({
  format: z.literal("mp4"),
  window: z.custom<WindowId>(isWindowId).optional(),
  overlay: z
    .string()
    .transform((text) => (text === "none" ? [] : text.split(",")))
    .pipe(z.array(z.enum(EXPORT_OVERLAYS)))
    .optional(),
});

/** Reads the query of an export. Throws `HttpError` `bad_request` naming the parameter. */
export function parseExportQuery(value: unknown): ExportOptions {
  const parsed = query.safeParse(value);
  if (!parsed.success) {
    const name = parsed.error.issues[0]?.path[0];
    const hint = Object.hasOwn(HINTS, String(name)) ? HINTS[name as keyof typeof HINTS] : undefined;
    throw new HttpError("bad_request", hint ?? "The address has a parameter that is not known here.");
  }
  const { window, overlay = DEFAULT_OPTIONS.overlay } = parsed.data;
  return { window, overlay: EXPORT_OVERLAYS.filter((each) => overlay.includes(each)) };
}

const HINTS = {
  format: "format must be mp4.",
  window: "window must be the id of one of the session's windows.",
  overlay: "overlay must be none, or some of cursor,clicks.",
} as const;
