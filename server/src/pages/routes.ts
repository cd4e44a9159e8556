import { type RequestHandler, Router } from "../http/express.js";
import { requireNavigation } from "../http/fetch-guard.js";
import { HttpError } from "../http/http-error.js";
import { PAGE_PATHS } from "./paths.js";
import { createStaticFile, type StaticFile, sendStaticFile } from "./static-file.js";

/** A minute: a new recorder is out soon, and a page that loads again within it asks nobody. */
const RECORDER_CACHE = "public, max-age=60, stale-while-revalidate=86400";
/** Built files carry a hash of their content in their name. */
const ASSET_CACHE = "public, max-age=31536000, immutable";

/** `GET /recorder.js`: what the snippet loads into other people's pages. */
export function recorderScript(file: StaticFile | undefined): RequestHandler {
  return (request, response) => {
    if (file === undefined) throw new HttpError("not_found", "The recorder is not built: npm run build.");
    response.setHeader("cross-origin-resource-policy", "cross-origin");
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("timing-allow-origin", "*");
    response.removeHeader("content-security-policy");
    sendStaticFile(request, response, file, RECORDER_CACHE);
  };
}

/**
 * The dashboard: its page at every address that is a page of it, its files under `/assets/`. The page carries
 * nothing private; what it shows it fetches.
 */
export async function pageRoutes(files: ReadonlyMap<string, StaticFile>): Promise<Router> {
  const page =
    files.get("index.html") ?? (await createStaticFile("text/html; charset=utf-8", Buffer.from(NOT_BUILT)));
  const router = Router();
  const sendPage: RequestHandler = (request, response) => {
    requireNavigation(request);
    sendStaticFile(request, response, page, "no-cache");
  };
  for (const path of PAGE_PATHS) router.get(path, sendPage);
  router.get("/assets/*path", (request, response) => {
    const file = files.get(request.path.slice(1));
    if (file === undefined) throw new HttpError("not_found", "There is nothing here.");
    sendStaticFile(request, response, file, ASSET_CACHE);
  });
  return router;
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Reeltime: not built</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1.5rem}code{background:#8883;padding:.1em .4em;border-radius:.3em}</style>
<h1>The dashboard is not built yet</h1>
<p>The server runs and takes recordings. Build the pages with <code>npm run build</code>, then start it again.</p>
</html>
`;
