import type { ExportAnswer, SessionExport, SessionId } from "@reeltime/recorder/protocol";
import { ask, askJson, type Target } from "./request.js";

/** Making a session of a screen into a video. Every method throws {@link ApiError}. */
export interface VideoApi {
  /** How the session's video is; `null` when nobody asked for one. */
  exportStatus(id: SessionId, signal?: AbortSignal): Promise<SessionExport | null>;
  /** Asks for the video of all of it, with pointer and clicks. What is answered is how it is now. */
  beginExport(id: SessionId): Promise<SessionExport | null>;
  /** Gives it up, or removes what was made. */
  removeExport(id: SessionId): Promise<void>;
}

/** What the server answers while there is nothing to send yet. */
const ACCEPTED = 202;

/** Makes that part of the client. */
export function createVideoApi(target: Target): VideoApi {
  const path = (id: SessionId, more = ""): string =>
    `/v1/sessions/${encodeURIComponent(id)}/export${more}?format=mp4`;
  const status = async (id: SessionId, signal?: AbortSignal): Promise<SessionExport | null> => {
    const answer = await askJson<ExportAnswer>(target, { path: path(id, "/status"), signal });
    return answer.export;
  };
  return {
    exportStatus: status,
    async beginExport(id) {
      const response = await ask(target, { path: path(id) });
      if (response.status === ACCEPTED) return ((await response.json()) as ExportAnswer).export;
      // It is there already: the video itself is fetched by a link, not by us.
      await response.body?.cancel();
      return status(id);
    },
    async removeExport(id) {
      await ask(target, { method: "DELETE", path: path(id) });
    },
  };
}
