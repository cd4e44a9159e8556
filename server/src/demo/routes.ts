import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Router } from "../http/express.js";
import { HttpError } from "../http/http-error.js";
import { demoHeaders } from "../http/security-headers.js";
import { loadFolder } from "../pages/built-files.js";
import { createStaticFile, type StaticFile, sendStaticFile } from "../pages/static-file.js";
import { DEMO_PATHS } from "./paths.js";
import { createSnippet } from "./snippet.js";

/** Plain files, not compiled: found from `src/demo` and from `dist/demo` alike. */
const FILES = fileURLToPath(new URL("../../src/demo/app", import.meta.url));
const SNIPPET_MARK = "<!-- reeltime -->";

/** The demo: a small shop that records itself with the snippet, under an ordinary app's policy. */
export async function demoRoutes(publicUrl: string, projectKey: string): Promise<Router> {
  const files = await loadFolder(FILES);
  const snippet = createSnippet(publicUrl, projectKey);
  const headers = demoHeaders(publicUrl, hashOf(snippet));
  const shop = await withSnippet(files, "shop.html", snippet);
  const order = await withSnippet(files, "order.html", snippet);
  const router = Router();
  for (const path of DEMO_PATHS) {
    const page = path.startsWith("/demo/orders/") ? order : shop;
    router.get(path, headers, (request, response) => sendStaticFile(request, response, page, "no-cache"));
  }
  router.get("/demo/files/:file", headers, (request, response) => {
    const file = files.get(String(request.params.file));
    if (file === undefined || file.type.startsWith("text/html"))
      throw new HttpError("not_found", "There is nothing here.");
    sendStaticFile(request, response, file, "no-cache");
  });
  return router;
}

async function withSnippet(
  files: ReadonlyMap<string, StaticFile>,
  name: string,
  snippet: string,
): Promise<StaticFile> {
  const file = files.get(name);
  if (file === undefined) throw new Error(`the demo's ${name} is missing from ${FILES}`);
  const html = file.plain.toString("utf8").replace(SNIPPET_MARK, () => snippet);
  return createStaticFile(file.type, Buffer.from(html));
}

function hashOf(snippet: string): string {
  const inline = snippet.slice(snippet.indexOf(">") + 1, snippet.lastIndexOf("</script>"));
  return createHash("sha256").update(inline).digest("base64");
}
