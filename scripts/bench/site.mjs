/** A small site on a host of its own that records itself: what a customer's page is to the server. */
import { createServer } from "node:http";

/**
 * Serves `body` under an ordinary CSP, with the snippet of the README.
 * @returns {Promise<{origin: string, stop: () => Promise<void>}>}
 */
export async function startSite(reeltime, { body, script = "", init = {} }) {
  const options = JSON.stringify({ projectKey: reeltime.projectKey, apiHost: reeltime.origin, ...init });
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Bench</title><body>${body}
<script>
  !function(w,d,u){w.reeltime=w.reeltime||function(){(w.reeltime.q=w.reeltime.q||[]).push(arguments)};
  var s=d.createElement("script");s.async=1;s.src=u+"/recorder.js";d.head.appendChild(s)}(window,document,${JSON.stringify(reeltime.origin)});
  reeltime("init", ${options});
</script><script>${script}</script></body></html>`;
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader(
      "content-security-policy",
      `default-src 'self'; script-src 'self' 'unsafe-inline' ${reeltime.origin}; connect-src 'self' ${reeltime.origin}; style-src 'self' 'unsafe-inline'`,
    );
    response.end(html);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://site.localhost:${server.address().port}`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** In a page: the innermost document of the player, through every shadow root. */
export const REPLAYED_DOCUMENT = `(() => {
  const find = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.localName === "iframe" && element.contentDocument) return element.contentDocument;
      const inner = element.shadowRoot && find(element.shadowRoot);
      if (inner) return inner;
    }
  };
  return find(document);
})`;
