import { type ExportAnswer, isSessionId, type SessionId } from "@reeltime/recorder/protocol";
import { type Request, type Response, Router } from "../http/express.js";
import { HttpError } from "../http/http-error.js";
import { sendJson } from "../http/send.js";
import { noSession, parseIdInPath } from "../read/query.js";
import { type BeginParts, beginExport } from "./begin.js";
import type { ReadyVideo } from "./exports.js";
import { ASK_AGAIN_SECONDS } from "./limits.js";
import { type ExportRequest, parseExportQuery } from "./request.js";
import { sendFile } from "./send-file.js";

/** The path of a download: the one private route that a browser may go to as to a page. */
const DOWNLOAD = /^\/v1\/sessions\/([^/]+)\/export\/?$/i;

/** Whether a request is for a download, which browsers ask for by a navigation: a link, or an address typed in. */
export const isDownload = ({ method, path }: { readonly method: string; readonly path: string }): boolean =>
  (method === "GET" || method === "HEAD") && isSessionId(DOWNLOAD.exec(path)?.[1]);

/**
 * `GET` and `DELETE /v1/sessions/:id/export`, `GET /v1/sessions/:id/export/status`. To be mounted behind what authorizes.
 * Refusals are thrown as `HttpError`. Nothing may be kept by a cache: erasing a session must not leave a copy on a disk.
 */
export function exportRoutes(
  parts: BeginParts & { readonly catalog: BeginParts["catalog"] & Looked },
): Router {
  const { exports, catalog } = parts;
  const router = Router();

  const requestOf = async (request: Request): Promise<ExportRequest & { readonly closed: boolean }> => {
    const id = parseIdInPath(request.params.id);
    const options = parseExportQuery(request.query);
    const found = await catalog.look(id);
    if (found === undefined) throw noSession();
    return { ...options, session: found.session, closed: found.item.status === "closed" };
  };

  router.get("/v1/sessions/:id/export", async (request, response) => {
    response.setHeader("cache-control", "private, no-store");
    const wanted = await requestOf(request);
    const made = exports.ready(wanted);
    // Made while the session went on, it lacks its end: unless this goes on with a download, it is made again.
    const stale =
      made !== undefined && wanted.closed && !made.video.whole && request.headers.range === undefined;
    if (made !== undefined && !stale && (await sendVideo(request, response, wanted.session.sessionId, made)))
      return;
    if (made !== undefined) await exports.remove(wanted);
    const known = exports.look(wanted);
    if (known?.error) throw new HttpError("unavailable", known.error.message, { retryAfterSeconds: 60 });
    sendPending(response, known ?? (await begin(parts, wanted)));
  });

  router.get("/v1/sessions/:id/export/status", async (request, response) => {
    const wanted = await requestOf(request);
    sendJson(response, 200, { export: exports.look(wanted) ?? null } satisfies ExportAnswer);
  });

  router.delete("/v1/sessions/:id/export", async (request, response) => {
    await exports.remove(await requestOf(request));
    response.status(204).end();
  });

  return router;
}

/** What of the catalog says whether a session is there, and closed. */
interface Looked {
  look(id: SessionId): Promise<
    | {
        readonly session: ExportRequest["session"];
        readonly item: { readonly status: string };
      }
    | undefined
  >;
}

async function begin(parts: BeginParts, wanted: ExportRequest): Promise<NonNullable<ExportAnswer["export"]>> {
  const begun = await beginExport(parts, wanted, false);
  switch (begun.type) {
    case "begun":
      return begun.export;
    case "missing":
      throw noSession();
    case "refused":
      throw new HttpError("bad_request", begun.message);
    case "put-off": {
      const { message, retryAfterSeconds } = begun;
      throw new HttpError(
        "unavailable",
        message,
        retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
      );
    }
  }
}

function sendPending(response: Response, pending: NonNullable<ExportAnswer["export"]>): void {
  response.setHeader("retry-after", ASK_AGAIN_SECONDS);
  sendJson(response, 202, { export: pending } satisfies ExportAnswer);
}

/** `false`: its file is gone, so there is nothing to send. */
async function sendVideo(
  request: Request,
  response: Response,
  session: SessionId,
  { id, path, video }: ReadyVideo,
): Promise<boolean> {
  const file = {
    path,
    bytes: video.bytes,
    type: "video/mp4",
    etag: `"${id}-${video.madeMs.toString(36)}"`,
    name: `reeltime-${session}.mp4`,
  };
  return (await sendFile(request, response, file)) === "sent";
}
