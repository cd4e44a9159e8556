import { RecorderError } from "@reeltime/recorder";
import { encodeFramesPage, FRAMES_PAGE_TYPE } from "@reeltime/recorder/protocol";
import { CatalogError } from "../catalog/index.js";
import { type Request, type RequestHandler, type Response, Router } from "../http/express.js";
import { HttpError } from "../http/http-error.js";
import { noSession, parseFramesQuery, parseIdInPath, parseListQuery } from "./query.js";
import { type ReadParts, readFrames } from "./read-frames.js";

/**
 * Reading and erasing recorded sessions: `GET /v1/sessions`, `GET` and `DELETE /v1/sessions/:id`,
 * `GET /v1/sessions/:id/frames`. To be mounted behind what authorizes. Refusals are thrown as `HttpError`.
 * No answer may be kept by a cache, not even a closed session's frames: erasing must not leave a copy on a disk.
 */
export function readRoutes(parts: ReadParts): Router {
  const { recorder, catalog } = parts;
  const router = Router();

  router.get(
    "/v1/sessions",
    route(async (request, response) => {
      response.json(await catalog.list(parseListQuery(request.query)));
    }),
  );

  router.get(
    "/v1/sessions/:id",
    route(async (request, response) => {
      const detail = await catalog.detail(parseIdInPath(request.params.id));
      if (detail === undefined) throw noSession();
      response.json(detail);
    }),
  );

  router.get(
    "/v1/sessions/:id/frames",
    route(async (request, response) => {
      const id = parseIdInPath(request.params.id);
      const page = await readFrames(parts, id, parseFramesQuery(request.query));
      if (page === undefined) {
        catalog.forget(id);
        throw noSession();
      }
      const body = encodeFramesPage(page);
      response.type(FRAMES_PAGE_TYPE).setHeader("content-length", body.length);
      // By `end`, not `send`: an entity tag would cost a hash of every page and no cache keeps one.
      response.end(body);
    }),
  );

  router.delete(
    "/v1/sessions/:id",
    route(async (request, response) => {
      const session = await catalog.find(parseIdInPath(request.params.id));
      if (session === undefined) throw noSession();
      // A stream that was gone already leaves the list all the same: nobody else will say so.
      if ((await recorder.erase(session)) === "missing") catalog.forget(session.sessionId);
      response.status(204).end();
    }),
  );

  return router;
}

/** Runs a handler, forbids keeping its answer, and turns what was thrown below into refusals. */
function route(handle: (request: Request, response: Response) => Promise<void>): RequestHandler {
  return async (request, response) => {
    response.setHeader("cache-control", "private, no-store");
    try {
      await handle(request, response);
    } catch (error) {
      throw isUnavailable(error)
        ? new HttpError(
            "unavailable",
            "The sessions cannot be read just now.",
            { retryAfterSeconds: 1 },
            { cause: error },
          )
        : error;
    }
  };
}

const isUnavailable = (error: unknown): boolean =>
  (error instanceof RecorderError || error instanceof CatalogError) && error.code !== "corrupt";
